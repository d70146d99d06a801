/** How a function's process is started: which binary, which permissions, which variables. */
export interface FunctionCommandOptions {
  /** A deno binary; by default the one that runs us. */
  readonly deno?: string;
  readonly denoDir: string;
  /** The repository's root: deno.json, import map, functions. */
  readonly root: URL;
  /** `supabase/functions/`, which a function may read; `.env` beside it is not in it. */
  readonly functions: URL;
  readonly environment: Readonly<Record<string, string>>;
  /** Hosts outside this machine that the function may reach, `name` or `name:port`. */
  readonly allowHosts: readonly string[];
  readonly cpuSeconds: number;
}

/** What deno itself needs to find its cache, a registry and a proxy; the function does not see them. */
const FOR_THE_RUNTIME = [
  "HOME",
  "USERPROFILE",
  "LOCALAPPDATA",
  "SystemRoot",
  "PATH",
  "TMPDIR",
  "XDG_CACHE_HOME",
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "NPM_CONFIG_REGISTRY",
  "npm_config_registry",
];

/** What a real provider behind a proxy needs; deno reads it at each fetch, so it stays. */
const FOR_FETCH = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];

/** The variables that the function keeps. */
export function environmentOf(options: Pick<FunctionCommandOptions, "environment">): Record<string, string> {
  const environment: Record<string, string> = { NO_COLOR: "1", ...options.environment };
  for (const name of FOR_FETCH) copyVariable(name, environment);
  if (FOR_FETCH.some((name) => name in environment)) environment.NO_PROXY ??= "127.0.0.1,localhost";
  return environment;
}

/** The process's own permissions: no writing, no other program, the network only to this machine and `allowHosts`. */
export function functionCommand(options: FunctionCommandOptions): Deno.Command {
  const path = (relative: string) => new URL(relative, options.root).pathname;
  const reads = [
    options.functions.pathname,
    // Functions from elsewhere (a test's) stand on the same library.
    path("supabase/functions/_shared/"),
    path("import_map.json"),
    path("deno.json"),
    `${options.denoDir}/npm`,
  ];
  const args = [
    "run",
    "--quiet",
    "--no-lock",
    "--no-prompt",
    `--config=${path("deno.json")}`,
    `--allow-net=${["127.0.0.1", "localhost", ...options.allowHosts].join(",")}`,
    `--allow-read=${reads.join(",")}`,
    // Its environment holds nothing but what it is given, so it may read all of it.
    "--allow-env",
    "--allow-sys=osRelease,hostname,homedir",
    // Hosted gives an isolate a heap of 256 MB in all. A limit of the old generation alone would leave out the young one,
    // which then grows as if all of this machine's memory were the isolate's.
    "--v8-flags=--max-heap-size=256",
    new URL("./edge_runtime.ts", import.meta.url).pathname,
  ];
  const deno = options.deno ?? Deno.execPath();
  const env: Record<string, string> = {
    ...environmentOf(options),
    DENO_DIR: options.denoDir,
    DENO_NO_UPDATE_CHECK: "1",
  };
  for (const name of FOR_THE_RUNTIME) copyVariable(name, env);
  // A function in an endless loop never reads that its host is gone. The kernel's limit on processor time ends it.
  const limited = Deno.build.os === "windows" ? { program: deno, args } : {
    program: "/bin/sh",
    args: ["-c", `ulimit -t ${Math.ceil(options.cpuSeconds)}; exec "$0" "$@"`, deno, ...args],
  };
  return new Deno.Command(limited.program, {
    args: limited.args,
    cwd: options.functions,
    clearEnv: true,
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Where that deno keeps its packages. */
export async function findDenoDir(deno: string): Promise<string> {
  const { stdout, success } = await new Deno.Command(deno, {
    args: ["info", "--json", "--no-config", "--no-lock"],
    stdout: "piped",
    stderr: "null",
  }).output();
  const found: unknown = success ? JSON.parse(new TextDecoder().decode(stdout)).denoDir : undefined;
  if (typeof found !== "string") {
    throw new Error(`Cannot run functions: '${deno} info --json' names no cache folder`);
  }
  return found;
}

/** Brings a function's packages into that deno's cache, with all that this machine needs for a download. */
export async function fetchPackages(
  of: { root: URL; deno: string; name: string; entry: URL },
): Promise<void> {
  const { success, stderr } = await new Deno.Command(of.deno, {
    args: [
      "cache",
      "--quiet",
      "--no-lock",
      `--config=${new URL("deno.json", of.root).pathname}`,
      of.entry.pathname,
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  throw new Error(
    `Cannot fetch the packages of the function '${of.name}': ${new TextDecoder().decode(stderr).trim()}`,
  );
}

function copyVariable(name: string, into: Record<string, string>): void {
  const value = Deno.env.get(name);
  if (value !== undefined) into[name] = value;
}
