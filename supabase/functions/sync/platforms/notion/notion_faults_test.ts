import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { PlatformError, type SourceToRead, type SyncErrorCode } from "../connector.ts";
import { assertTrue, clockOf, DAY, HOUR, source, sourcesIn } from "./truth_check.ts";
import { readCursor } from "./notion_cursor.ts";
import { NotionStore, openNotion } from "./workplace_notion.ts";

/** The workplace opens in the middle of a minute, stands still and meters no call. */
async function openWorkplace(days = 5): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days, now: () => new Date("2026-11-05T10:00:20Z") });
  workplace.notion.rateLimits.enforced = false;
  return workplace;
}

const faults = [
  { kind: "rate_limited", retryAfter: 7 },
  { kind: "notion_error", status: 529, code: "service_overload", retryAfter: 3 },
  { kind: "notion_error", status: 500, code: "internal_server_error" },
  { kind: "notion_error", status: 409, code: "conflict_error" },
  { kind: "http_status", status: 502 },
  { kind: "connection_reset" },
  { kind: "truncated_json" },
  { kind: "empty_200" },
  { kind: "repeated_cursor" },
  { kind: "dropped_page" },
  { kind: "notion_error", status: 401, code: "unauthorized" },
  { kind: "notion_error", status: 404, code: "object_not_found" },
] as const;

/** A selection of both kinds that is small enough to be swept: pages with children, a long one, empty rows. */
function selectionOf(workplace: Workplace): SourceToRead[] {
  const { customers } = sourcesIn(workplace);
  const { hq, deploys, incidents } = workplace.notion.workspace.places;
  return [...[hq, deploys, incidents].map((id) => source("page", id)), customers];
}

function changeThings(workplace: Workplace): void {
  const { library, places } = workplace.notion.workspace;
  library.appendBlock({
    to: places.hq,
    block: { type: "toggle", text: "New", children: [{ type: "paragraph", text: "Deep" }] },
  });
  library.addRow({ dataSource: places.tables.customers, title: "A new customer", values: { Tier: "Pilot" } });
  const [row] = library.dataSource(places.tables.requests).rows;
  if (row !== undefined) library.setProperty({ page: row, name: "Worth", value: 4711 });
  library.rename({ page: places.incidents, title: "Incidents and near misses" });
}

/** Passes until one goes through. @returns the codes of those that did not */
async function recover(store: NotionStore, sync: () => Promise<unknown>): Promise<SyncErrorCode[]> {
  const codes: SyncErrorCode[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    try {
      await sync();
      if (codes.length + store.failed.length === 0 || attempt > 0) return codes;
    } catch (thrown) {
      if (!(thrown instanceof PlatformError)) throw thrown;
      codes.push(thrown.code);
    }
  }
  throw new Error(`never recovered from ${codes.join(", ")}`);
}

const passes = { first: "a first pass", incremental: "a later pass", searched: "a later pass that searches" };
for (const when of ["first", "incremental", "searched"] as const) {
  Deno.test(`whatever fails at whatever call of ${passes[when]}, later passes hold the truth and nothing is deleted`, async () => {
    await using workplace = await openWorkplace(1);
    const { connector } = openNotion(workplace, workplace.notion.connection);
    const { journal } = workplace.notion;
    const more = when === "searched"
      ? workplace.notion.truth().pages.filter(({ dataSource }) => dataSource === undefined).slice(0, 20)
      : [];
    const sources = [...selectionOf(workplace), ...more.map(({ id }) => source("page", id))]
      .filter(({ externalId }, at, all) => all.findIndex((one) => one.externalId === externalId) === at);
    const fresh = async () => {
      const store = new NotionStore("pro", clockOf(workplace));
      if (when !== "first") {
        await store.sync(connector, sources);
        // Rows that were empty are confirmed, so that only the changes are left.
        await store.sync(connector, sources);
      }
      return store;
    };
    const base = await fresh();
    workplace.clock.advance(2 * HOUR);
    if (when !== "first") changeThings(workplace);
    const copyOf = (store: NotionStore) => {
      const copy = new NotionStore("pro", clockOf(workplace));
      copy.cursor = structuredClone(store.cursor);
      for (const [id, row] of store.rows) copy.rows.set(id, structuredClone(row));
      return copy;
    };
    const before = journal.latest;
    const reference = copyOf(base);
    await reference.sync(connector, sources);
    assertTrue(workplace, reference, sources);
    const calls = journal.latest - before;
    assert.ok(calls >= 8, `only ${calls} calls`);
    let injected = 0;
    for (let call = 1; call <= calls; call += 1) {
      // Each call meets some of the faults and every fault some of the calls: sixty or so are enough for every day.
      for (const fault of faults.filter((_, at) => (at + call) % Math.ceil(calls / 5) === 0)) {
        const store = copyOf(base);
        workplace.notion.faults.clear();
        workplace.notion.faults.at({ call, fault });
        const codes = await recover(store, () => store.sync(connector, sources));
        await store.sync(connector, sources);
        injected += 1;
        const where = `${fault.kind} at call ${call} of ${calls}: ${codes.join(", ")}`;
        assert.deepEqual(store.deletions, [], where);
        try {
          assertTrue(workplace, store, sources);
        } catch (cause) {
          throw new Error(where, { cause });
        }
      }
    }
    assert.ok(injected >= 40, `only ${injected}`);
  });
}

Deno.test("stopped after any page, a pass goes on where it was, in a fresh isolate, and holds the truth", async () => {
  await using workplace = await openWorkplace(2);
  const { pages, tasks, customers } = sourcesIn(workplace);
  const sources = [...pages, tasks, customers];
  for (const most of [1, 2, 5]) {
    const store = new NotionStore("pro", clockOf(workplace));
    let turns = 0;
    for (; turns < 200; turns += 1) {
      // A connector knows nothing of the turn before.
      const { connector } = openNotion(workplace, workplace.notion.connection);
      await store.sync(connector, sources, most);
      if (readCursor(store.cursor).round === null) break;
    }
    assert.ok(turns > 4 && turns < 200, `${turns} turns of ${most}`);
    assertTrue(workplace, store, sources);
  }
});

Deno.test("a round that was left for a day is finished and followed by one that sees what happened since", async () => {
  await using workplace = await openWorkplace(2);
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const sources = selectionOf(workplace);
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources, 4);
  workplace.clock.advance(DAY);
  changeThings(workplace);
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);
});

Deno.test("two people with the same page ids each hold their own workspace", async () => {
  await using workplace = await openWorkplace(2);
  const { notion } = workplace;
  const other = notion.addWorkspace();
  const sources = selectionOf(workplace);
  const ours = new NotionStore("pro", clockOf(workplace));
  const theirs = new NotionStore("pro", clockOf(workplace));
  const [here, there] = [openNotion(workplace, notion.connection), openNotion(workplace, other)];
  other.workspace.library.rename({ page: other.workspace.places.hq, title: "Their own HQ" });
  await Promise.all([ours.sync(here.connector, sources), theirs.sync(there.connector, sources)]);
  assertTrue(workplace, ours, sources);
  const { hq } = notion.workspace.places;
  assert.equal(theirs.rows.get(hq)?.item.title, "Their own HQ");
  assert.notEqual(ours.rows.get(hq)?.item.title, "Their own HQ");
  const keys = [here, there].map(({ taken }) => new Set(taken.map(({ key }) => key)));
  assert.ok(keys[0]?.isDisjointFrom(keys[1] ?? new Set()));
});

Deno.test("a timeout is the platform's fault, and an abort is thrown as it is", async () => {
  await using workplace = await openWorkplace(1);
  const { connection, faults, workspace: { places } } = workplace.notion;
  const { connector } = openNotion(workplace, connection, { timeoutMs: 150 });
  const sources = [source("page", places.hq)];
  faults.at({ call: 1, fault: { kind: "timeout" } });
  const store = new NotionStore("pro", clockOf(workplace));
  await assert.rejects(store.sync(connector, sources), { code: "provider_down" });
  const leave = new AbortController();
  const leaving = openNotion(workplace, connection, { signal: leave.signal });
  faults.at({ call: 2, fault: { kind: "timeout" }, before: () => leave.abort(new Error("time is up")) });
  await assert.rejects(store.sync(leaving.connector, sources), { message: "time is up" });
});
