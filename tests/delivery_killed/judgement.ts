/** What is wrong with a person's deliveries when everything has come to rest, by the providers' own journals and by every row. */
import { z } from "zod";
import type { Post } from "../../scripts/local/workplace/slack/journal.ts";
import type { Database } from "../../scripts/local/database/database.ts";
import type { DeliveryLife } from "./life.ts";

/** Sentences; none when each text went to each destination once, and nothing is left behind. */
export async function faultsOf(database: Database, life: DeliveryLife, texts: number): Promise<string[]> {
  return [
    ...await faultsOfVersions(database, life, texts),
    ...await faultsOfDeliveries(database, life, texts),
    ...await leftBehind(database, life),
  ];
}

async function faultsOfVersions(database: Database, { userId }: DeliveryLife, texts: number) {
  const versions = await database.query<{ version_number: number; status: string }>(
    "select version_number, status::text from public.deliverable_versions where user_id = $1 and purpose = 'live' order by 1",
    [userId],
  );
  const told = versions.map(({ version_number, status }) => `${version_number} ${status}`).join(", ");
  const wanted = Array.from({ length: texts }, (_, at) => `${at + 1} delivered`).join(", ");
  return told === wanted ? [] : [`versions are ${told}, not ${wanted}`];
}

interface Delivery {
  readonly id: string;
  readonly version_number: number;
  readonly channel: "email" | "slack";
  readonly target: string;
  readonly provider_id: string | null;
}

async function faultsOfDeliveries(database: Database, life: DeliveryLife, texts: number): Promise<string[]> {
  const deliveries = await database.query<Delivery>(
    `select d.id, v.version_number, d.channel::text, d.target, d.provider_id
       from public.deliveries d join public.deliverable_versions v on v.id = d.version_id
      where d.user_id = $1 and d.status = 'accepted' order by 2, 3, 4`,
    [life.userId],
  );
  const faults = deliveries.length === 3 * texts ? [] : [`${deliveries.length} deliveries are accepted`];
  let [mails, posts] = [0, 0];
  for (const delivery of deliveries) {
    const name = `version ${delivery.version_number} to ${
      delivery.channel === "email" ? "the mailbox" : delivery.target
    }`;
    const found = delivery.channel === "email" ? mailOf(delivery, life) : postsOf(delivery, life);
    if (delivery.channel === "email") mails += found.count;
    else posts += found.count;
    faults.push(...found.faults.map((fault) => `${name}: ${fault}`));
  }
  // What no delivery knows of was sent all the same.
  const [allMails, allPosts] = [life.mail.accepted.length, life.workplace.slack.journal.posts().length];
  if (allMails !== mails) faults.push(`${allMails - mails} mails belong to no delivery`);
  if (allPosts !== posts) faults.push(`${allPosts - posts} posts belong to no delivery`);
  return faults;
}

interface Found {
  readonly count: number;
  readonly faults: readonly string[];
}

function mailOf({ id, provider_id }: Delivery, { mail }: DeliveryLife): Found {
  const own = mail.accepted.filter(({ send }) => send.tags?.some(({ value }) => value === id));
  const faults = [
    ...(own.length === 1 ? [] : [`${own.length} mails`]),
    ...(own.some((one) => one.id === provider_id) ? [] : ["is noted under another mail's id"]),
  ];
  return { count: own.length, faults };
}

const metadata = z.object({ event_payload: z.object({ delivery_id: z.string(), part: z.number() }) });

function postsOf({ id, provider_id }: Delivery, { workplace }: DeliveryLife): Found {
  const parts = new Map<number, Post[]>();
  for (const post of workplace.slack.journal.posts()) {
    const read = metadata.safeParse(post.metadata).data?.event_payload;
    if (read?.delivery_id === id) parts.set(read.part, [...parts.get(read.part) ?? [], post]);
  }
  const all = [...parts.values()].flat();
  // Every message after the first says how many there are.
  const total = Number(
    /\((\d+)\/(\d+)\)$/.exec(all.find(({ text }) => /\/\d+\)$/.test(text))?.text ?? "")?.[2],
  );
  const faults = Number.isNaN(total) ? [`${all.length} posts, and none after the first`] : [];
  for (let part = 1; part <= (total || 1); part += 1) {
    const count = parts.get(part)?.length ?? 0;
    if (count !== 1) faults.push(`part ${part} of ${total} was posted ${count} times`);
  }
  const [first] = parts.get(1) ?? [];
  if (`${first?.channel}:${first?.ts}` !== provider_id) faults.push("is noted under another post");
  const threads = new Set(all.filter((post) => post !== first).map(({ threadTs }) => threadTs));
  if (threads.size > 1 || !threads.has(first?.threadTs ?? first?.ts)) faults.push("is spread over threads");
  return { count: all.length, faults };
}

/** Rows that nobody would come back to, and money that nobody would give back. */
async function leftBehind(database: Database, life: DeliveryLife): Promise<string[]> {
  // A reservation of a call whose worker died lives for ten minutes.
  await life.rest(10 * 60_000);
  const left = await database.query<{ what: string }>(
    `select 'ticket ' || t.kind || ' is ' || t.state as what from pipeline.work_tickets t where t.user_id = $1
     union all
     select l.kind || ' ended as ' || l.outcome || ': ' || coalesce(l.error ->> 'code', '') from pipeline.work_execution_log l
      where l.user_id = $1 and l.outcome <> 'done'
     union all
     select 'a version is ' || v.status from public.deliverable_versions v where v.user_id = $1 and v.status in ('generating', 'failed')
     union all
     select 'a delivery is ' || d.status from public.deliveries d where d.user_id = $1 and d.status <> 'accepted'
     union all
     select 'a backtest is ' || b.status from public.deliverable_backtests b where b.user_id = $1 and b.status <> 'done'
     union all
     select 'a reservation of ' || u.reserved_usd || ' still counts' from pipeline.llm_usage u
      where u.user_id = $1 and u.settled_at is null and private.counted_usd(u) > 0
     union all
     select 'its person is told: ' || n.message from public.notifications n where n.user_id = $1`,
    [life.userId],
  );
  return left.map(({ what }) => what);
}
