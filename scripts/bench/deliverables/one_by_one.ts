/** Runs of every type, one after another: what each took, where, and what its model was asked. */
import type { Database } from "../../local/database/database.ts";
import { usedBy } from "../sync/process_watch.ts";
import { addPeople, allSources, type BenchPerson, storeDay } from "./bench_people.ts";
import { busyDay } from "./bench_items.ts";
import { partsOf, type RunParts } from "./run_parts.ts";
import type { ModelCall } from "./watched_model.ts";
import type { WatchedStack } from "./watched_stack.ts";

export interface MeasuredRun {
  readonly type: string;
  readonly binding: string;
  /** A process of the function was started for it. */
  readonly cold: boolean;
  /** Undefined when it ended without a mail. */
  readonly parts: RunParts | undefined;
  /** How it ended: `generated`, or why not. */
  readonly status: string;
  /** User and system time of the function's processes, in seconds. */
  readonly cpuSeconds: number;
  readonly calls: readonly ModelCall[];
}

export interface RunsOptions {
  /** Warm runs of each type. */
  readonly runs: number;
  /** Runs that find no process. */
  readonly cold: number;
  readonly write: (line: string) => void;
}

const FUNCTION = "execute-deliverable";
/** A run without its mail by then has gone wrong. */
const PATIENCE_MS = 60_000;

interface Subject extends BenchPerson {
  readonly type: string;
  readonly binding: string;
  readonly deliverable: string;
}

/** Each type is another person's, whose every run has another day of news to tell. */
export async function runOneByOne(watched: WatchedStack, options: RunsOptions): Promise<MeasuredRun[]> {
  const { stack } = watched;
  const subjects = await orderEveryType(stack.database);
  const measured: MeasuredRun[] = [];
  let day = 0;
  const play = async (subject: Subject) => {
    await storeDay(stack.database, [subject], { day: day++, size: busyDay, sources: allSources });
    measured.push(await runOnce(watched, subject));
  };
  for (let nth = 0; nth < options.cold; nth++) {
    for (const subject of subjects.slice(0, 1)) {
      await stack.functions.kill(FUNCTION);
      await play(subject);
    }
  }
  // A process's first runs compile what later ones only run; each type has one that is not counted.
  for (const subject of options.runs > 0 ? subjects : []) await play(subject);
  const warmedUp = measured.length;
  for (let nth = 0; nth < options.runs; nth++) {
    for (const subject of subjects) await play(subject);
    options.write(`  ${(nth + 1) * subjects.length} of ${options.runs * subjects.length} runs`);
  }
  return measured.filter(({ cold }, at) => cold || at >= warmedUp);
}

async function orderEveryType(database: Database): Promise<Subject[]> {
  const types = await database.query<{ type: string; binding: string }>(
    "select deliverable_type as type, binding::text from public.deliverable_types order by binding, deliverable_type",
  );
  const people = await addPeople(database, { count: types.length, tier: "pro", sources: allSources });
  const subjects: Subject[] = [];
  for (const [at, person] of people.entries()) {
    const { type, binding } = types[at] ?? { type: "", binding: "" };
    const [row] = await database.query<{ id: string }>(
      `insert into public.deliverables (user_id, title, description, deliverable_type)
       values ($1, 'Where the market of cloud migration stands', 'What changed, and what is open.', $2) returning id`,
      [person.id, type],
    );
    subjects.push({ ...person, type, binding, deliverable: row?.id ?? "" });
  }
  return subjects;
}

async function runOnce(watched: WatchedStack, subject: Subject): Promise<MeasuredRun> {
  const { stack, model, acceptedAt } = watched;
  await stack.functions.settled();
  watched.databaseCalls();
  model.taken();
  const known = watched.mailsTo(subject.email).length;
  const before = await cpuByProcess(watched);
  const triggeredAt = Date.now();
  const [ticket] = await stack.database.query<{ id: number }>(
    "select ticket_id as id from pipeline.run_deliverable($1, $2)",
    [subject.deliverable, subject.id],
  );
  const status = await endOf(stack.database, ticket?.id ?? 0);
  await stack.functions.settled();
  const after = await cpuByProcess(watched);
  const mail = watched.mailsTo(subject.email)[known];
  const calls = model.taken();
  return {
    type: subject.type,
    binding: subject.binding,
    cold: [...after.keys()].some((pid) => !before.has(pid)),
    parts: mail === undefined ? undefined : partsOf({
      triggeredAt,
      database: watched.databaseCalls(),
      model: calls,
      mailAcceptedAt: acceptedAt.get(mail.id) ?? NaN,
    }),
    status,
    cpuSeconds: [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0),
    calls,
  };
}

/** When the run and its mail are over: how the run ended. */
async function endOf(database: Database, ticket: number): Promise<string> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    // Seldom enough that looking takes nothing from what is looked at.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [row] = await database.query<{ status: string | null; live: number }>(
      `select (select r.status from public.deliverable_runs r where r.ticket_id = $1 and r.ended_at is not null) as status,
              (select count(*)::int from pipeline.work_tickets) as live`,
      [ticket],
    );
    if (row?.status && row.live === 0) return row.status;
  }
  return "not_ended";
}

async function cpuByProcess({ stack }: WatchedStack): Promise<Map<number, number>> {
  const used = new Map<number, number>();
  for (const pid of stack.functions.pids(FUNCTION)) {
    const use = await usedBy(pid);
    if (use !== undefined) used.set(pid, use.cpuSeconds);
  }
  return used;
}
