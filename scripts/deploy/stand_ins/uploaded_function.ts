/**
 * Runs a function from nothing but what was uploaded: if a module is missing from the upload, it does not boot.
 */
import { dirname, join } from "node:path";
import { z } from "zod";

const metadataShape = z.object({
  entrypoint_path: z.string(),
  import_map_path: z.string(),
  verify_jwt: z.boolean(),
});

export interface Upload {
  readonly slug: string;
  readonly metadata: z.output<typeof metadataShape>;
  /** Text by path, as the paths were sent. */
  readonly files: ReadonlyMap<string, string>;
}

/** Reads the multipart form of `POST /v1/projects/{ref}/functions/deploy?slug=…`. */
export async function readUpload(slug: string, form: FormData): Promise<Upload> {
  const files = new Map<string, string>();
  for (const entry of form.getAll("file")) {
    if (entry instanceof File) files.set(entry.name, await entry.text());
  }
  const metadata = form.get("metadata");
  const text = metadata instanceof File ? await metadata.text() : String(metadata);
  return { slug, metadata: metadataShape.parse(JSON.parse(text)), files };
}

export interface RunningFunction {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it with the given environment and no other, and resolves once it listens. */
export async function runUpload(
  upload: Upload,
  environment: Readonly<Record<string, string>>,
): Promise<RunningFunction> {
  const folder = await Deno.makeTempDir({ prefix: "uploaded-" });
  for (const [path, text] of upload.files) {
    const target = join(folder, path);
    if (!target.startsWith(`${folder}/`)) {
      throw new Error(`The upload holds ${path}, which is outside of it.`);
    }
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeTextFile(target, text);
  }
  const { entrypoint_path, import_map_path } = upload.metadata;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--no-config", "--no-lock"],
      ...["--allow-net", "--allow-env", "--allow-sys", "--allow-read"],
      `--import-map=${import_map_path}`,
      entrypoint_path,
    ],
    cwd: folder,
    clearEnv: true,
    env: { ...forDenoItself(), ...environment, DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stop = async () => {
    try {
      child.kill("SIGKILL");
    } catch { /* it has ended by itself */ }
    await child.status;
    await Deno.remove(folder, { recursive: true });
  };
  const spoken = listen(child);
  const port = await spoken.port;
  if (port === undefined) {
    await stop();
    throw new Error(`The uploaded ${upload.slug} did not boot:\n${spoken.text()}`);
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** Where Deno keeps npm packages and finds certificates; the rest of our environment is none of a function's business. */
function forDenoItself(): Record<string, string> {
  const names = [
    "PATH",
    "HOME",
    "DENO_DIR",
    "NPM_CONFIG_REGISTRY",
    "DENO_CERT",
    "DENO_TLS_CA_STORE",
    "HTTPS_PROXY",
  ];
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = Deno.env.get(name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/**
 * Reads everything that the program prints, so that it never waits for a full pipe. `Deno.serve` says on which port
 * it listens; the port is undefined when the program ends before it does.
 */
function listen(child: Deno.ChildProcess): { port: Promise<string | undefined>; text: () => string } {
  let text = "";
  const port = Promise.withResolvers<string | undefined>();
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      const found = /Listening on \S+:(\d+)/.exec(text)?.[1];
      if (found !== undefined) port.resolve(found);
    }
  };
  Promise.all([read(child.stdout), read(child.stderr)]).then(() => port.resolve(undefined), port.reject);
  return { port: port.promise, text: () => text };
}
