/** A writer behind the real SDK's own protocol, for unit tests on both versions of Deno. No function imports it. */
import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";

/** What it says, or the tools that it calls with their arguments as JSON text. */
export type Writer = (request: ChatCompletionRequest) => {
  readonly content?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
};

export interface WritingModel extends AsyncDisposable {
  /** What the functions read to reach it. */
  readonly environment: {
    readonly ANTHROPIC_API_KEY: string;
    readonly ANTHROPIC_BASE_URL: string;
    readonly MODEL_WRITER: string;
    readonly MODEL_SPEND_PER_DAY_USD: undefined;
    readonly MODEL_SPEND_PER_RUN_USD: undefined;
  };
}

export async function writingModel(write: Writer): Promise<WritingModel> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1", strict: true });
  const usage = { input_tokens: 900, output_tokens: 90 };
  mock.on({ endpoint: "chat" }, (request) => {
    const { content, toolCalls } = write(request);
    return toolCalls === undefined ? { content: content ?? "", usage } : { toolCalls: [...toolCalls], usage };
  });
  const url = await mock.start();
  return {
    environment: {
      ANTHROPIC_API_KEY: "sk-ant-test",
      ANTHROPIC_BASE_URL: url,
      MODEL_WRITER: "claude-sonnet-5-5",
      MODEL_SPEND_PER_DAY_USD: undefined,
      MODEL_SPEND_PER_RUN_USD: undefined,
    },
    [Symbol.asyncDispose]() {
      // The server closes once the client gives up a connection it keeps, at times 90 seconds later. Nobody waits for that.
      mock.stop().catch(() => {});
      return Promise.resolve();
    },
  };
}
