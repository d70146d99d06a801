/** A local stack that notes when its functions call the database, the model and the mail, and of what kind their tickets are. */
import { z } from "zod";
import type { AcceptedMail, MailServer } from "../../local/emulators/mail.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import type { DatabaseCall } from "./run_parts.ts";
import { startWatchedModel, type WatchedModel } from "./watched_model.ts";

export interface WatchedStack extends AsyncDisposable {
  readonly stack: Stack;
  readonly model: WatchedModel;
  readonly mail: MailServer;
  /** Takes the calls of the functions' RPCs that have ended since the last look. */
  databaseCalls(): DatabaseCall[];
  /** When the provider took a mail (milliseconds of the machine's clock), by the mail's id. */
  readonly acceptedAt: ReadonlyMap<string, number>;
  /** The mails to an address, oldest first. */
  mailsTo(email: string): AcceptedMail[];
}

export interface WatchedOptions {
  readonly databaseUrl?: string | undefined;
  readonly wallClockSeconds?: number;
  readonly processes?: number;
  readonly write: (line: string) => void;
}

const claims = z.array(z.object({ kind: z.string() }));

/** Its loops run by themselves, as `deno task dev` has them. */
export async function startWatchedStack(options: WatchedOptions): Promise<WatchedStack> {
  let calls: DatabaseCall[] = [];
  const starting = new AsyncDisposableStack();
  const model = starting.use(startWatchedModel());
  try {
    const stack = starting.use(
      await startStack({
        port: 0,
        ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
        workplace: { seed: 1, days: 1 },
        functions: {
          ...(options.wallClockSeconds !== undefined && { wallClockSeconds: options.wallClockSeconds }),
          ...(options.processes !== undefined && { processes: options.processes }),
        },
        env: { ANTHROPIC_BASE_URL: model.url },
        onFailure: options.write,
        async aroundData(request, answer) {
          const [, name] = /^\/rest\/v1\/rpc\/(\w+)$/.exec(new URL(request.url).pathname) ?? [];
          const begin = Date.now();
          const answered = await answer(request);
          if (name === undefined) return answered;
          const claimed = name === "claim" ? claims.safeParse(await answered.clone().json()).data : undefined;
          calls.push({
            name,
            begin,
            end: Date.now(),
            ...(claimed && { claimed: claimed.map(({ kind }) => kind) }),
          });
          return answered;
        },
      }),
    );
    const { mail } = stack;
    if (mail === undefined || stack.model === undefined) {
      throw new Error("The benchmark needs emulated providers");
    }
    model.upstream = stack.model.url;
    const acceptedAt = new Map<string, number>();
    mail.hooks.after = ({ id }) => void (acceptedAt.has(id) || acceptedAt.set(id, Date.now()));
    const owned = starting.move();
    return {
      stack,
      model,
      mail,
      databaseCalls() {
        const all = calls;
        calls = [];
        return all;
      },
      acceptedAt,
      mailsTo: (email) => mail.accepted.filter(({ to }) => to.includes(email)),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await starting.disposeAsync();
    throw error;
  }
}
