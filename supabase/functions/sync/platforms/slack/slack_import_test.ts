import assert from "node:assert/strict";
import type { Json } from "@shared/db/pipeline_database.ts";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import type { ImportScope, Page } from "../connector.ts";
import { connectorTo, DAY, expected, openWorkplace, sourceOf } from "./workplace_channel.ts";

const CHANNEL = "engineering";
const everything: ImportScope = { days: null, items: 100_000, threads: true };

/** Runs an import to its end, killed after every `most` pages. */
async function imported(workplace: Workplace, scope: ImportScope, most = Infinity) {
  const { connector } = connectorTo(workplace);
  const pages: Page[] = [];
  let cursor: Json = null;
  for (let turn = 0; turn < 500; turn += 1) {
    const pass = {
      startedAt: workplace.clock.now(),
      tier: "pro",
      notionRowsPerPass: 1,
      stored: () => Promise.resolve(new Map()),
    } as const;
    let taken = 0;
    for await (const page of connector.importHistory(sourceOf(workplace, CHANNEL), scope, cursor, pass, [])) {
      pages.push(page);
      cursor = JSON.parse(JSON.stringify(page.cursor));
      if (++taken >= most) break;
    }
    if (taken < most) {
      return {
        pages,
        items: new Map(pages.flatMap(({ items }) => items).map((item) => [item.item_id, item])),
      };
    }
  }
  throw new Error("The import does not end");
}

Deno.test("an import without limits holds the whole channel, also when it is killed after every page", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const truth = Object.keys(expected(workplace, CHANNEL));
  for (const most of [Infinity, 1, 3]) {
    const { items, pages } = await imported(workplace, everything, most);
    assert.deepEqual([...items.keys()].toSorted(), truth);
    assert.deepEqual(pages.at(-1)?.progress, { percent: 100, secondsLeft: 0 });
    // An import proves nothing about what is stored already.
    assert.ok(pages.every(({ enumerated, gone }) => enumerated === undefined && gone === undefined));
  }
});

Deno.test("an import of the last days stops where they begin, and its progress rises", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const since = workplace.clock.now().getTime() - 9 * DAY;
  const { items, pages } = await imported(workplace, { days: 9, items: 100_000, threads: false });
  const wanted = workplace.team.chat.truth(CHANNEL)
    .filter(({ ts, isReply, subtype = "" }) =>
      Number(ts) * 1000 >= since && (!isReply || subtype === "thread_broadcast") &&
      !subtype.startsWith("channel_")
    ).map(({ ts }) => ts);
  assert.deepEqual([...items.keys()].toSorted(), wanted);
  const percents = pages.map(({ progress }) => progress?.percent ?? 0);
  assert.deepEqual(percents, percents.toSorted((a, b) => a - b));
});

Deno.test("an import of so many items brings the newest ones, and not one more", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { items } = await imported(workplace, { days: null, items: 30, threads: false });
  assert.equal(items.size, 30);
  const newest = workplace.team.chat.truth(CHANNEL)
    .filter(({ isReply, subtype = "" }) =>
      (!isReply || subtype === "thread_broadcast") && !subtype.startsWith("channel_")
    )
    .map(({ ts }) => ts).slice(-30);
  assert.deepEqual([...items.keys()].toSorted(), newest);
});

Deno.test("what Slack drops without a word is read again", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const truth = Object.keys(expected(workplace, CHANNEL));
  for (const method of ["conversations.history", "conversations.replies"]) {
    for (const call of [1, 2]) {
      workplace.slack.faults.clear();
      workplace.slack.faults.at({ method, call, fault: { kind: "dropped_page" } });
      assert.deepEqual([...(await imported(workplace, everything)).items.keys()].toSorted(), truth);
    }
  }
});

Deno.test("a cursor that cannot be read begins the import anew, and an ended one is not read again", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector } = connectorTo(workplace);
  const source = sourceOf(workplace, CHANNEL);
  const pass = {
    startedAt: workplace.clock.now(),
    tier: "free",
    notionRowsPerPass: 1,
    stored: () => Promise.resolve(new Map()),
  } as const;
  const { pages } = await imported(workplace, { days: 1, items: 500, threads: true });
  const last = pages.at(-1)?.cursor ?? null;
  const again = connector.importHistory(source, { days: 1, items: 500, threads: true }, last, pass, []);
  assert.equal((await again.next()).done, true);
  const anew = connector.importHistory(
    source,
    { days: 1, items: 500, threads: true },
    { version: 0 },
    pass,
    [],
  );
  assert.equal((await anew.next()).done, false);
});
