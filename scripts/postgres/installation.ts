/**
 * Where the programs of Postgres 17 come from: this machine's own packages, or a chroot we make.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What `postgresql-17` and the extensions of the pipeline are called on Debian. */
export const PACKAGES = [
  "postgresql-17",
  "postgresql-17-pgvector",
  "postgresql-17-cron",
  "postgresql-17-pgtap",
  "postgresql-17-plpgsql-check",
  "libtap-parser-sourcehandler-pgtap-perl", // pg_prove
  "tzdata-legacy", // 18 IANA zones that people still use (US/Pacific, …) are only in here
] as const;

/** The extensions that must be installed for our migrations and judges; contrib comes with the server. */
export const EXTENSIONS = ["pg_cron", "pgcrypto", "pgtap", "plpgsql_check", "vector"] as const;

/** A Postgres 17 that can be run. Paths are as this process sees them unless a name says `inside`. */
export interface Installation {
  readonly kind: "chroot" | "host";
  /** One line for people: what is used and where it is. */
  readonly description: string;
  /** Holds a folder for each cluster. */
  readonly clusterFolder: string;
  /** Where `create extension` looks for control files. Ours to write in. */
  readonly extensionFolder: string;
  /** The owner of a cluster's files; undefined when that is simply us. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** A path of ours as the programs see it. */
  inside(path: string): string;
  /** The argv that runs one of its programs (`initdb`, `postgres`, `psql`, `pg_prove`, …) as that owner. */
  argv(program: string, args: readonly string[]): string[];
}

/** The folder for everything that can be made again: `YARNNN_CACHE`, or `.cache` in the project. */
export function cacheFolder(): string {
  return Deno.env.get("YARNNN_CACHE") ?? join(projectFolder(), ".cache");
}

/** The root of the project's tree. */
export function projectFolder(): string {
  return fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");
}

/** A machine or a cluster that is not as it must be: the message says what to do about it. */
export class PostgresUnavailable extends Error {
  override readonly name = "PostgresUnavailable";
}
