/**
 * A loopback server in place of Supabase's Management API and of one hosted project, for the tests of the deployment:
 * the official CLI talks to it by a profile file. It records what it is asked, keeps what it is given, and runs the
 * uploaded functions.
 */
import { join } from "node:path";
import { z } from "zod";
import type { Platform } from "../settings.ts";
import { readUpload, type RunningFunction, runUpload, type Upload } from "./uploaded_function.ts";

export const REF = "abcdefghijklmnopqrst";
/** Of the form that the CLI wants; opens nothing. */
export const TOKEN = `sbp_${"0123456789abcdef".repeat(3).slice(0, 40)}`;

export interface RecordedRequest {
  readonly method: string;
  /** Below `/v1/projects/{ref}`, with its query. */
  readonly path: string;
  readonly body: string;
}

export interface HostedPlatformOptions {
  /** Answers the platform's SQL endpoint. Without it there is no database. */
  readonly query?: (statement: string, parameters: readonly string[]) => Promise<readonly unknown[]>;
  readonly exposedSchemas?: string;
}

const pairs = z.array(z.object({ name: z.string(), value: z.string() }));
const question = z.object({ query: z.string(), parameters: z.array(z.string()) });

export class HostedPlatform implements AsyncDisposable {
  readonly requests: RecordedRequest[] = [];
  readonly uploads = new Map<string, Upload>();
  readonly secrets = new Map<string, string>();
  exposedSchemas: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #running = new Map<string, Promise<RunningFunction>>();
  readonly #query: HostedPlatformOptions["query"];
  #folder = "";

  constructor(options: HostedPlatformOptions = {}) {
    this.exposedSchemas = options.exposedSchemas ?? "public,graphql_public";
    this.#query = options.query;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }
  get functionsUrl(): string {
    return `${this.url}/functions/v1`;
  }

  /** How the CLI and we are told that this is the platform. */
  async platform(): Promise<Platform> {
    if (this.#folder === "") this.#folder = await Deno.makeTempDir({ prefix: "platform-" });
    const profile = join(this.#folder, "profile.yaml");
    const lines = [
      "name: stand-in",
      `api_url: ${this.url}`,
      `dashboard_url: ${this.url}`,
      "project_host: localhost",
    ];
    await Deno.writeTextFile(profile, `${lines.join("\n")}\n`);
    return { managementUrl: this.url, projectHost: "localhost", profile };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#running.values()) await (await running.catch(() => undefined))?.stop();
    await this.#server.shutdown();
    if (this.#folder !== "") await Deno.remove(this.#folder, { recursive: true });
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const [, called, rest = ""] = /^\/functions\/v1\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
    if (called !== undefined) return await this.#call(called, rest, request);

    const project = `/v1/projects/${REF}`;
    const isForm = request.headers.get("content-type")?.startsWith("multipart/form-data") ?? false;
    const form = isForm ? await request.formData() : undefined;
    const body = form === undefined ? await request.text() : "(form)";
    if (!url.pathname.startsWith(project)) return missing(url.pathname);
    const path = url.pathname.slice(project.length);
    this.requests.push({ method: request.method, path: `${path}${url.search}`, body });
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
      return Response.json({ message: "Unauthorized" }, { status: 401 });
    }
    switch (`${request.method} ${path}`) {
      case "GET ":
        return Response.json(projectDescription);
      case "GET /api-keys":
        return Response.json([{ name: "anon", api_key: "anon-key" }, {
          name: "service_role",
          api_key: "service-key",
        }]);
      case "GET /postgrest":
        return Response.json({
          db_schema: this.exposedSchemas,
          max_rows: 1000,
          db_extra_search_path: "public",
        });
      case "PATCH /postgrest":
        this.exposedSchemas = z.object({ db_schema: z.string() }).parse(JSON.parse(body)).db_schema;
        return Response.json({ db_schema: this.exposedSchemas });
      case "GET /secrets":
        return Response.json([...this.secrets.keys()].map((name) => ({ name, value: "digest" })));
      case "POST /secrets":
        for (const { name, value } of pairs.parse(JSON.parse(body))) this.secrets.set(name, value);
        return new Response(null, { status: 201 });
      case "DELETE /secrets":
        for (const name of z.array(z.string()).parse(JSON.parse(body))) this.secrets.delete(name);
        return Response.json({});
      case "POST /functions/deploy":
        return await this.#keep(url.searchParams.get("slug") ?? "", form ?? new FormData());
      case "POST /database/query": {
        if (this.#query === undefined) return missing(path);
        const { query, parameters } = question.parse(JSON.parse(body));
        return Response.json(await this.#query(query, parameters), { status: 201 });
      }
    }
    return missing(path);
  }

  async #keep(slug: string, form: FormData): Promise<Response> {
    const upload = await readUpload(slug, form);
    this.uploads.set(slug, upload);
    // As hosted: a new version starts afresh, with the secrets of now.
    await (await this.#running.get(slug)?.catch(() => undefined))?.stop();
    this.#running.delete(slug);
    return Response.json({
      ...{ id: crypto.randomUUID(), slug, name: slug, status: "ACTIVE", version: 1 },
      ...{ created_at: 1, updated_at: 1, import_map: true, ...upload.metadata },
    }, { status: 201 });
  }

  async #call(slug: string, rest: string, request: Request): Promise<Response> {
    const upload = this.uploads.get(slug);
    if (upload === undefined) return missing(slug);
    let running = this.#running.get(slug);
    if (running === undefined) {
      running = runUpload(upload, {
        ...Object.fromEntries(this.secrets),
        SUPABASE_URL: this.url,
        SUPABASE_SECRET_KEYS: '{"default":"sb_secret_stand_in"}',
        SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_stand_in"}',
      });
      this.#running.set(slug, running);
    }
    const { url } = await running;
    const bodiless = request.method === "GET" || request.method === "HEAD";
    return await fetch(`${url}/${slug}${rest}`, {
      method: request.method,
      headers: request.headers,
      ...(!bodiless && { body: await request.text() }),
    });
  }
}

function missing(what: string): Response {
  return Response.json({ message: `The stand-in has no ${what}` }, { status: 404 });
}

const projectDescription = {
  ...{ id: REF, ref: REF, name: "Stand-in", organization_id: "org", organization_slug: "org" },
  ...{ region: "eu-west-1", created_at: "2026-11-01T00:00:00Z", status: "ACTIVE_HEALTHY" },
  database: {
    ...{ host: `db.${REF}.localhost`, version: "17.6.1.001", postgres_engine: "17", release_channel: "ga" },
  },
};
