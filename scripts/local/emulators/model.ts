import {
  type ChatCompletionRequest,
  type ErrorResponse,
  type FixtureResponse,
  type JournalEntry,
  LLMock,
} from "@copilotkit/aimock";
import { placidWeb, searchIn, type Web, withSearch } from "./model_web_search.ts";

/** A request as the emulator shows it: messages in OpenAI's shape, the system prompt first, tool results as `tool`. */
export type ModelRequest = ChatCompletionRequest;

/** Text, tool calls (arguments as JSON text) or both. Without `usage`, four characters count as a token. */
export interface ModelText {
  readonly content?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number };
}

/** What the model says, or the error it answers with. */
export type ModelReply = ModelText | ErrorResponse;

export interface ModelOptions {
  /** Computes each reply from the request's own content. */
  readonly answer: (request: ModelRequest) => ModelReply | Promise<ModelReply>;
  /** What the provider's server tool `web_search` finds; default a small web that has something on everything. */
  readonly web?: Web;
  readonly apiKey?: string;
  readonly port?: number;
}

export interface ModelServer extends AsyncDisposable {
  /** What the Anthropic SDK takes as its base URL. */
  readonly url: string;
  readonly apiKey: string;
  /** May be replaced at any time by a test. */
  answer: ModelOptions["answer"];
  /** May be replaced at any time by a test. */
  web: Web;
  /** Every request, web searches too, with its response status, oldest first. */
  requests(): JournalEntry[];
  /** The next request is refused with this status; then everything is as before. */
  failNext(status: number, message?: string): void;
  close(): Promise<void>;
}

/** Starts a server that speaks the Anthropic messages API, streamed or not, and whose replies are `answer`'s. */
export async function startModel(options: ModelOptions): Promise<ModelServer> {
  const apiKey = options.apiKey ?? `sk-ant-local-${crypto.randomUUID()}`;
  const mock = new LLMock({ port: 0, host: "127.0.0.1", auth: { apiKeys: [apiKey] }, strict: true });
  const close = async () => {
    await front.shutdown();
    await mock.stop();
  };
  const server: ModelServer = {
    url: "",
    apiKey,
    answer: options.answer,
    web: options.web ?? placidWeb,
    requests: () => mock.getRequests(),
    failNext: (status, message = "The emulated model was told to fail") => {
      mock.nextRequestError(status, { message, type: status === 529 ? "overloaded_error" : "api_error" });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  mock.on({ endpoint: "chat" }, async (request) =>
    // A search is answered from the web, and its text is put in by what stands before the emulator.
    toFixture(request, isSearch(request) ? { content: "Found." } : await server.answer(request)));
  const behind = await mock.start();
  // The emulator knows no server tools, so that a small server before it adds what they return.
  const front = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen() {} },
    (request) => pass(request, behind, server),
  );
  return Object.assign(server, { url: `http://127.0.0.1:${front.addr.port}` });
}

async function pass(request: Request, behind: string, { web }: ModelServer): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const body = request.method === "POST" ? await request.text() : undefined;
  const answer = await fetch(`${behind}${pathname}${search}`, {
    method: request.method,
    headers: request.headers,
    ...(body !== undefined && { body }),
  });
  const asked = body === undefined ? undefined : searchIn(parsed(body));
  if (asked === undefined || !answer.ok) return answer;
  return Response.json(withSearch(await answer.json(), asked, web));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isSearch = ({ tools }: ModelRequest) =>
  tools?.some((tool) => tool.function.name === "web_search") ?? false;

function toFixture(request: ModelRequest, reply: ModelReply): FixtureResponse {
  if ("error" in reply) return reply;
  const { content, toolCalls = [] } = reply;
  const said = (content ?? "") + toolCalls.map((call) => call.name + call.arguments).join("");
  const heard = JSON.stringify(request.messages) + JSON.stringify(request.tools ?? []);
  const usage = reply.usage ?? { input_tokens: tokens(heard), output_tokens: tokens(said) };
  const calls = toolCalls.map((call) => ({ ...call }));
  if (calls.length === 0) return { content: content ?? "", usage };
  return content ? { content, toolCalls: calls, usage } : { toolCalls: calls, usage };
}

function tokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / 4));
}
