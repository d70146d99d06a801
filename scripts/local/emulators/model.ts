import {
  type ChatCompletionRequest,
  type ErrorResponse,
  type FixtureResponse,
  type JournalEntry,
  LLMock,
} from "@copilotkit/aimock";

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
  readonly apiKey?: string;
  readonly port?: number;
}

export interface ModelServer extends AsyncDisposable {
  /** What the Anthropic SDK takes as its base URL. */
  readonly url: string;
  readonly apiKey: string;
  /** May be replaced at any time by a test. */
  answer: ModelOptions["answer"];
  /** Every request with its response status, oldest first. */
  requests(): JournalEntry[];
  /** The next request is refused with this status; then everything is as before. */
  failNext(status: number, message?: string): void;
  close(): Promise<void>;
}

/** Starts a server that speaks the Anthropic messages API, streamed or not, and whose replies are `answer`'s. */
export async function startModel(options: ModelOptions): Promise<ModelServer> {
  const apiKey = options.apiKey ?? `sk-ant-local-${crypto.randomUUID()}`;
  const mock = new LLMock({
    port: options.port ?? 0,
    host: "127.0.0.1",
    auth: { apiKeys: [apiKey] },
    strict: true,
  });
  const server: ModelServer = {
    url: "",
    apiKey,
    answer: options.answer,
    requests: () => mock.getRequests(),
    failNext: (status, message = "The emulated model was told to fail") => {
      mock.nextRequestError(status, { message, type: status === 529 ? "overloaded_error" : "api_error" });
    },
    close: () => mock.stop(),
    [Symbol.asyncDispose]: () => mock.stop(),
  };
  mock.on({ endpoint: "chat" }, async (request) => toFixture(request, await server.answer(request)));
  const url = await mock.start();
  return Object.assign(server, { url });
}

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
