import { join } from "node:path";
import { runSql } from "./cluster.ts";
import type { Installation } from "./installation.ts";
import { attempt, capture } from "./shell.ts";

export interface PgTapResult {
  readonly code: number;
  readonly output: string;
  /** Assertions that ran, from pg_prove's own last lines; undefined when it printed none. */
  readonly counts: { readonly files: number; readonly tests: number } | undefined;
}

/**
 * Runs every `*.sql` below `folder` with pgTAP, each file in the transaction it opens itself.
 * The files are copied first, because the programs may live in a chroot that cannot see them.
 */
export async function pgProve(installation: Installation, url: string, folder: string): Promise<PgTapResult> {
  await runSql(installation, url, "create extension if not exists pgtap with schema extensions");
  const copy = join(installation.clusterFolder, `pgtap-${crypto.randomUUID()}`);
  try {
    await capture(["cp", "-RL", folder, copy]);
    await capture(["chmod", "-R", "a+rX", copy]);
    const { code, stdout, stderr } = await attempt(installation.argv("env", [
      ...libpqEnvironment(url),
      "pg_prove",
      "--recurse",
      "--ext",
      ".sql",
      "--failures",
      "--comments",
      installation.inside(copy),
    ]));
    const output = `${stdout}${stderr}`.replaceAll(`${installation.inside(copy)}/`, "");
    return { code, output, counts: countsIn(stdout) };
  } finally {
    await capture(["rm", "-rf", "--", copy]);
  }
}

/** The URL as libpq's variables: pg_prove hands a URL on to psql as a plain database name. */
export function libpqEnvironment(url: string): string[] {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return [
    `PGHOST=${hostname}`,
    `PGPORT=${port || "5432"}`,
    `PGUSER=${decodeURIComponent(username)}`,
    `PGPASSWORD=${decodeURIComponent(password)}`,
    `PGDATABASE=${decodeURIComponent(pathname.slice(1))}`,
    `PGSSLMODE=${searchParams.get("sslmode") ?? "prefer"}`,
  ];
}

/** Reads `Files=12, Tests=84, …` as pg_prove prints it at its end. */
export function countsIn(output: string): PgTapResult["counts"] {
  const [, files, tests] = /^Files=(\d+), Tests=(\d+),/m.exec(output) ?? [];
  return files === undefined || tests === undefined
    ? undefined
    : { files: Number(files), tests: Number(tests) };
}
