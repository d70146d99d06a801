/** How fast pages are stored on a durable Postgres 17: `pipeline.store_page` with items like those of the platforms. */
import type { Json } from "@shared/db/pipeline_database.ts";
import { projectExtensions, startCluster } from "../../postgres/cluster.ts";
import { prepare } from "../../postgres/prepare.ts";
import { createWorkQueue } from "@shared/work/work_queue.ts";
import { inProcessDatabase } from "../../in_process/in_process_database.ts";
import { openStageDatabase, signUp } from "../../in_process/stage_database.ts";
import type { Figure } from "../report.ts";

const PAGE = 200;
const PAGES = 60;

export async function storeFigures(): Promise<Figure[]> {
  const cluster = await startCluster(await prepare(), {
    durable: true,
    authStub: false,
    extensions: projectExtensions(),
  });
  try {
    const database = await openStageDatabase(cluster.databaseUrl);
    const pipeline = inProcessDatabase(database);
    const userId = await signUp(database, "pro");
    const connection = await pipeline.call("connect", {
      p_user: userId,
      p_provider: "slack",
      p_account_id: "T1",
      p_account_name: "Bench",
      p_scopes: [],
      p_metadata: {},
      p_access_token: "v1.sealed",
    });
    await database.query(
      `insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, selected, selected_by)
       values ($1, $2, 'slack', 'C1', 'channel', '#bench', true, 'default')`,
      [userId, connection],
    );
    await database.query(
      `select pipeline.enqueue('sync_unit', jsonb_build_object('connection_id', $2::text, 'platform', 'slack', 'unit', 'C1'), $1::uuid, 'slack')`,
      [userId, connection],
    );
    const [wakeUp] = await database.query<{ id: string }>(
      "insert into pipeline.wake_ups (function_name) values ('sync') returning id",
    );
    const [ticket] = await createWorkQueue(pipeline).claim(wakeUp?.id ?? "", false);
    if (ticket === undefined) throw new Error("There is no ticket to store under");
    const store = async (): Promise<number> => {
      const startedAt = performance.now();
      for (let page = 0; page < PAGES; page++) {
        await pipeline.call("store_page", {
          p_ticket: ticket.id,
          p_lease: ticket.lease_token,
          p_page: { items: items(page), cursor: { page } },
        });
      }
      return PAGE * PAGES / ((performance.now() - startedAt) / 1000);
    };
    const conditions =
      `${PAGES} pages of ${PAGE} messages, one after the other, search postings included where they are made`;
    const figures = [
      { name: "rows stored, new", value: await store(), unit: "rows/s", conditions },
      { name: "rows stored, unchanged", value: await store(), unit: "rows/s", conditions },
    ];
    await database.close();
    return figures;
  } finally {
    await cluster.stop();
  }
}

function items(page: number): Json {
  return Array.from({ length: PAGE }, (_, at) => {
    const number = page * PAGE + at;
    return {
      container_id: "C1",
      item_id: `${1_790_000_000 + number}.000100`,
      sources: ["C1"],
      content_type: "message",
      thread_id: null,
      title: null,
      content:
        `Message ${number}: the plan for next week has moved because nobody could say when it would be ready to ship.`,
      author: "Ana Lindqvist",
      author_id: "U01",
      is_user_authored: false,
      permalink: `https://bench.slack.example/archives/C1/p${1_790_000_000 + number}000100`,
      metadata: { ts: `${1_790_000_000 + number}.000100`, reactions: { tada: 2 } },
      source_timestamp: new Date((1_790_000_000 + number) * 1000).toISOString(),
      edited_at: null,
    };
  });
}
