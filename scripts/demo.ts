/**
 * `deno task demo [--seed N] [--port N]`: one path through the pipeline, from nothing. It starts the local stack and a simulated
 * workplace, syncs its Slack, mail, calendar and Notion, lets a report about them come due, and shows the mail that arrives.
 */
import { parseArgs } from "node:util";
import { createPipelineDatabase, type PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { type Arrival, arrivalOf, printArrival } from "./demo/arrival.ts";
import { createShow, type Show } from "./demo/show.ts";
import { until } from "./demo/until.ts";
import type { MailServer } from "./local/emulators/mail.ts";
import { connectByConsent } from "./local/consent.ts";
import { type Stack, startStack } from "./local/stack.ts";
import { stopSignals } from "./local/stop_signals.ts";
import type { Workplace } from "./local/workplace/workplace.ts";

const { values: flags } = parseArgs({
  options: { seed: { type: "string" }, port: { type: "string" }, verbose: { type: "boolean" } },
});
const seed = flags.seed ?? String(crypto.getRandomValues(new Uint16Array(1))[0]);
const show = createShow(
  (text) => Deno.stdout.writeSync(new TextEncoder().encode(text)),
  Deno.stdout.isTerminal(),
);

show.line(`YARNNN pipeline · demo with seed ${seed} (repeat it with: deno task demo --seed ${seed})\n`);
await demo(show);

async function demo(show: Show): Promise<void> {
  const stop = stopSignals();
  await using resources = new AsyncDisposableStack();
  resources.defer(() => stop.dispose());
  const databaseUrl = Deno.env.get("DATABASE_URL");
  let stack!: Stack;
  await show.step("local stack", async () => {
    stack = resources.use(
      await startStack({
        workplace: { seed, days: 10 },
        ...(databaseUrl && { databaseUrl }),
        ...(flags.verbose &&
          { onLog: (line) => show.line(`  ${line.function}: ${line.text}`), onFailure: show.line }),
        ...(flags.port && { port: Number(flags.port) }),
      }),
    );
    const where = stack.database.kind === "pglite" ? "Postgres in this process" : "your Postgres";
    return `${where}, ${stack.migrated.length} migrations, REST and functions at ${stack.url}`;
  });
  const { workplace, mail } = stack;
  if (workplace === undefined || mail === undefined) {
    throw new Error("The demo needs the emulated workplace and mail");
  }
  await show.step("workplace", () => {
    const { chat, company, name } = workplace.team;
    const messages = chat.channels.reduce((sum, channel) => sum + chat.truth(channel.id).length, 0);
    return Promise.resolve(
      `${name}: ${company.people.length} people, ${messages} messages in ${chat.channels.length} channels, their mail, meetings and pages of ten days`,
    );
  });
  const world: World = {
    show,
    stack,
    workplace,
    mail,
    database: createPipelineDatabase({ url: stack.url, secretKey: stack.secretKey, fetch }),
    signal: stop.signal,
  };

  let person!: { userId: string; accessToken: string };
  await show.step("sign-up", async () => {
    const email = `you-${crypto.randomUUID().slice(0, 4)}@yarnnn.example`;
    person = await stack.signUp(email, crypto.randomUUID());
    return `${email}; signing up made the workspace`;
  });
  await connect(world, person.accessToken);
  await sync(world, person.userId);
  const deliverable = await orderReport(world, person.accessToken);
  // A database that outlives the demo keeps its own time.
  resources.defer(async () => void await stack.database.query("select pipeline.move_clock('0')"));
  await show.step("report is due", () => comeDue(stack, deliverable));
  await write(world, deliverable);
  const arrival = await deliver(world, deliverable);
  await printArrival(arrival, show);
}

interface World {
  readonly show: Show;
  readonly stack: Stack;
  readonly workplace: Workplace;
  readonly mail: MailServer;
  readonly database: PipelineDatabase;
  readonly signal: AbortSignal;
}

async function connect({ show, stack, signal }: World, accessToken: string): Promise<void> {
  for (const [provider, name] of [["slack", "Slack"], ["google", "Google"], ["notion", "Notion"]] as const) {
    await show.step(`${name} connected`, async () => {
      const { functionsUrl } = stack;
      await connectByConsent({ functionsUrl, accessToken, provider, signal });
      return `through its consent page; ${
        provider === "google" ? "one grant for mail and calendar" : "the token is sealed with AES-256-GCM"
      }`;
    });
  }
}

interface PassRow {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly ended: boolean;
  readonly items: number;
}

/** The four platforms are read at the same time; their lines come one after the other. */
async function sync({ show, stack, workplace, signal }: World, userId: string): Promise<void> {
  const { slack, google, notion } = workplace;
  const callsOf = {
    slack: () => slack.journal.calls().length,
    gmail: () => google.journal.calls().filter(({ method }) => method.startsWith("gmail.")).length,
    calendar: () => google.journal.calls().filter(({ method }) => method.startsWith("calendar.")).length,
    notion: () => notion.journal.calls().length,
  };
  for (
    const [platform, name, items] of [
      ["slack", "Slack", "messages"],
      ["gmail", "Gmail", "mails"],
      ["calendar", "Calendar", "events"],
      ["notion", "Notion", "pages"],
    ] as const
  ) {
    await show.step(`${name} synced`, async (bar) => {
      const pass = await until(async () => {
        const [row] = await stack.database.query<PassRow & Record<string, unknown>>(
          `select p.sources_total as total, p.sources_done as done, p.sources_failed as failed, p.ended_at is not null as ended,
             (select count(*)::int from public.platform_content c where c.user_id = p.user_id and c.platform = p.platform) as items
             from public.sync_passes p where p.user_id = $1 and p.platform = $2::public.platform`,
          [userId, platform],
        );
        if (row !== undefined) bar.at(row.done, row.total, `${row.items} ${items}`);
        return row?.ended ? row : undefined;
      }, { seconds: 300, what: `the first sync of ${name}`, signal });
      return `${pass.items} ${items} from ${pass.done} sources in ${callsOf[platform]()} calls of its API${
        pass.failed > 0 ? `, ${pass.failed} sources failed` : ""
      }`;
    });
  }
}

async function orderReport({ show, stack }: World, accessToken: string): Promise<string> {
  let id = "";
  await show.step("report ordered", async () => {
    const inAnHour = new Date(Date.now() + 60 * 60 * 1000);
    const time = `${String(inAnHour.getUTCHours()).padStart(2, "0")}:00`;
    const day = inAnHour.toLocaleDateString("en-GB", { weekday: "long", timeZone: "UTC" }).toLowerCase();
    // As the app does it: through the Data API, with the person's own rights.
    const { data, error } = await stack.client(accessToken).from("deliverables").insert({
      title: "Your week",
      deliverable_type: "status_report",
      schedule: { frequency: "weekly", day, time },
    }).select("id").single();
    if (error !== null) throw new Error(`The deliverable was refused: ${error.message}`);
    id = data.id;
    return `every ${day} at ${time} UTC, by email`;
  });
  return id;
}

/** Moves the clock that people live by to the report's slot, instead of waiting for it. */
async function comeDue(stack: Stack, deliverable: string): Promise<string> {
  const [{ moved } = { moved: "" }] = await stack.database.query<{ moved: string }>(
    `select pipeline.move_clock(s.due_at - now())::text as moved from pipeline.schedules s where s.subject = $1`,
    [deliverable],
  );
  await stack.database.query("select pipeline.run_job('schedule')");
  return `moved the pipeline's clock to ${moved.slice(0, 16)} UTC`;
}

async function write({ show, stack, signal }: World, deliverable: string): Promise<void> {
  await show.step("report written", async () => {
    const version = await until(async () => {
      const [row] = await stack.database.query<
        { status: string; usage: Record<string, number>; citations: number; failure: unknown }
      >(
        `select v.status::text, v.usage, v.failure, (select count(*)::int from public.version_citations c where c.version_id = v.id) as citations
           from public.deliverable_versions v where v.deliverable_id = $1`,
        [deliverable],
      );
      if (row?.status === "failed") throw new Error(`The report failed: ${JSON.stringify(row.failure)}`);
      return row !== undefined && row.status !== "generating" ? row : undefined;
    }, { seconds: 300, what: "the report", signal });
    const { usage, citations } = version;
    return `${usage["calls"]} model calls with ${usage["tool_calls"]} look-ups over ${
      usage["items_shown"]
    } items of four platforms; ${citations} citations, each checked`;
  });
}

async function deliver(world: World, deliverable: string): Promise<Arrival> {
  const { show, stack, signal } = world;
  let arrival!: Arrival;
  await show.step("mail delivered", async () => {
    const delivery = await until(async () => {
      const [row] = await stack.database.query<
        { id: string; target: string; status: string; error: unknown }
      >(
        "select o.id, o.target, o.status::text, o.error from public.deliveries o where o.deliverable_id = $1",
        [deliverable],
      );
      if (row?.status === "failed") throw new Error(`The delivery failed: ${JSON.stringify(row.error)}`);
      return row?.status === "accepted" ? row : undefined;
    }, { seconds: 300, what: "the delivery", signal });
    arrival = await arrivalOf(world, delivery.id);
    return `to ${delivery.target}, once: ${arrival.mails} mail in the inbox`;
  });
  return arrival;
}
