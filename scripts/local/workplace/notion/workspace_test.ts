import assert from "node:assert/strict";
import { startWorkplace } from "../workplace.ts";
import { OPENING } from "./sdk_client.ts";
import { truth } from "./truth.ts";

Deno.test("one seed gives one Notion, token for token, whether it lived through its days at once or one by one", async () => {
  await using left = await startWorkplace({ seed: "tea", days: 20, now: () => OPENING });
  const opening = new Date(OPENING.getTime() - 5 * 86_400_000);
  await using right = await startWorkplace({ seed: "tea", days: 15, now: () => opening });
  for (let hour = 0; hour < 5 * 24; hour++) {
    right.clock.advance(3_600_000);
    right.live();
  }
  assert.equal(left.notion.connection.token, right.notion.connection.token);
  assert.deepEqual(truth(left.notion.connection), truth(right.notion.connection));
  await using other = await startWorkplace({ seed: "coffee", days: 20, now: () => OPENING });
  assert.notEqual(other.notion.connection.token, left.notion.connection.token);
});

Deno.test("Notion tells the happenings that Slack tells, with the same people and figures", async () => {
  await using workplace = await startWorkplace({ seed: 7, now: () => OPENING });
  const incidents = workplace.team.happenings().filter(({ kind }) => kind === "incident");
  const { pages } = truth(workplace.notion.connection);
  assert.ok(incidents.length > 5);
  for (const { facts, lead } of incidents) {
    const title = `Incident: ${facts.part} of ${facts.project}, ${facts.minutes} minutes`;
    const page = pages.find((one) => one.title === title);
    assert.equal(page?.author, lead.name);
    assert.ok(page?.text.includes(`${facts.percent}% of requests to ${facts.part} failed`));
  }
});

Deno.test("the story goes on: pages are written, edited, renamed, moved, trashed and restored", async () => {
  await using workplace = await startWorkplace({ seed: 1, days: 7, now: () => OPENING });
  const { library, places } = workplace.notion.workspace;
  const before = new Map(truth(workplace.notion.connection).pages.map((page) => [page.id, page]));
  workplace.clock.advance(21 * 86_400_000);
  assert.equal(truth(workplace.notion.connection).pages.length, before.size);
  workplace.live();
  const after = truth(workplace.notion.connection).pages;
  assert.ok(after.length > before.size + 20);
  const changed = after.filter((page) => {
    const old = before.get(page.id);
    return old !== undefined && old.text !== page.text;
  });
  assert.ok(changed.length > 5);
  const trashed = [...library.pages.values()].filter(({ inTrash }) => inTrash);
  assert.ok(trashed.length > 2);
  assert.ok(
    after.some(({ title, text }) => title === "" && text.startsWith("Pasted by accident")),
    "restored",
  );
  const moved = after.filter(({ title, path }) =>
    /^(All hands|Town hall)/.test(title) && path[0] === places.meetings
  );
  assert.ok(moved.length > 0);
  assert.ok(!after.some(({ title }) => title.startsWith("DRAFT")));
});
