/**
 * The stage of a whole-pipeline test: the local stack with its loops standing still, so that a test turns the crank and
 * never waits. With DATABASE_URL it stands on a real Postgres, whose rows of earlier tests it leaves alone.
 */
import type { SupabaseClient } from "@supabase/supabase-js";
import { createPipelineDatabase, type PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { connectSlack } from "../scripts/local/connect_slack.ts";
import type { MailServer } from "../scripts/local/emulators/mail.ts";
import type { ModelServer } from "../scripts/local/emulators/model.ts";
import { type Stack, type StackOptions, startStack } from "../scripts/local/stack.ts";
import type { Installation } from "../scripts/local/workplace/slack/installations.ts";
import type { Workplace } from "../scripts/local/workplace/workplace.ts";

export interface Newcomer {
  readonly userId: string;
  readonly email: string;
  /** supabase-js with this person's own rights. */
  readonly client: SupabaseClient;
}

export interface Scene extends AsyncDisposable {
  readonly stack: Stack;
  readonly workplace: Workplace;
  readonly mail: MailServer;
  readonly model: ModelServer;
  /** The schema `pipeline` with the functions' rights. */
  readonly pipeline: PipelineDatabase;
  signUp(): Promise<Newcomer>;
  /** Connects a team's Slack (by default one of the person's own) and asks for its first sync. Returns the connection. */
  connect(person: Newcomer, installation?: Installation): Promise<string>;
  /** Orders a digest of everything selected, on demand. Returns the deliverable. */
  order(person: Newcomer, title: string): Promise<string>;
  /**
   * Runs the pipeline until this person has no live ticket. Who still runs when the functions have come to rest has lost
   * its worker: its lease is ended instead of waited for; so is a backoff.
   */
  crank(person: Newcomer): Promise<void>;
  /** One row of a query. */
  row<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row>;
}

/** More rounds than this mean that something goes in circles. */
const mostRounds = 60;

export async function openScene(options: StackOptions = {}): Promise<Scene> {
  const databaseUrl = Deno.env.get("DATABASE_URL");
  const stack = await startStack({
    loops: false,
    port: 0,
    workplace: { seed: 11, days: 10 },
    ...(databaseUrl && { databaseUrl }),
    ...options,
  });
  const { workplace, mail, model } = stack;
  if (workplace === undefined || mail === undefined || model === undefined) {
    throw new Error("A scene needs the emulated workplace, mail and model");
  }
  // How fast Slack lets itself be read is proven elsewhere; the clock of these tests is the machine's.
  workplace.slack.rateLimits.enforced = false;
  const pipeline = createPipelineDatabase({ url: stack.url, secretKey: stack.secretKey, fetch });
  return {
    stack,
    workplace,
    mail,
    model,
    pipeline,
    async signUp() {
      const email = `${crypto.randomUUID()}@yarnnn.example`;
      const { userId, accessToken } = await stack.signUp(email, "a long password");
      return { userId, email, client: stack.client(accessToken) };
    },
    async connect({ userId }, installation = workplace.addTeam()) {
      const encryptionKey = stack.env["INTEGRATION_ENCRYPTION_KEY"] ?? "";
      const connection = await connectSlack(pipeline, { userId, installation, encryptionKey });
      await pipeline.call("sync_now", { p_connection: connection, p_platform: "slack" });
      return connection;
    },
    async order({ client }, title) {
      const { data, error } = await client.from("deliverables")
        .insert({ title, deliverable_type: "slack_channel_digest" }).select("id").single();
      if (error !== null) throw new Error(`The order was refused: ${error.message}`, { cause: error });
      return data.id;
    },
    async crank({ userId }) {
      for (let round = 0; round < mostRounds; round++) {
        await stack.settle();
        const live = await stack.database.query(
          `update pipeline.work_tickets
              set lease_until = case when state = 'running' then clock_timestamp() - interval '1 second' end,
                  run_at = least(run_at, clock_timestamp())
            where user_id = $1 returning kind, state::text, crashes, last_error`,
          [userId],
        );
        if (live.length === 0) return;
        // Meters know real time only; what they were told to wait for is not waited for here.
        await stack.database.query("delete from pipeline.rate_meters");
        await stack.database.query("select pipeline.tick()");
        if (round === mostRounds - 1) {
          throw new Error(`Still live after ${mostRounds} rounds: ${JSON.stringify(live)}`);
        }
      }
    },
    async row<Row>(sql: string, parameters: readonly unknown[] = []) {
      const [row] = await stack.database.query<Row>(sql, parameters);
      if (row === undefined) throw new Error(`No row: ${sql}`);
      return row;
    },
    [Symbol.asyncDispose]: () => stack.close(),
  };
}
