import assert from "node:assert/strict";
import type { RpcAnswers } from "@shared/db/rpc_stand_in.ts";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";
import type { TableRows } from "../tables_stand_in.ts";

const ann = { id: "22222222-2222-4222-8222-222222222222", admin: false };
const deliverable = "33333333-3333-4333-8333-333333333333";
const idOf = (number: number) => `44444444-4444-4444-8444-44444444444${number}`;

const version = (number: number, text: string | null, more: Record<string, unknown> = {}) => ({
  id: idOf(number),
  deliverable_id: deliverable,
  version_number: number,
  purpose: "live",
  status: text === null ? "failed" : "delivered",
  draft_content: text,
  final_content: text,
  ...more,
});

const versions = [
  version(1, "# Monday\n\nAll is well."),
  version(2, null),
  version(3, "# Wednesday\n\nAll is well."),
  version(4, "# Draft", { final_content: "# Mine" }),
  { ...version(9, "# Preview"), version_number: null, purpose: "preview" },
];

function open(answers: RpcAnswers = {}, tables: TableRows = { deliverable_versions: versions }) {
  const context = contextStandIn({ people: { ann }, tables, answers });
  const app = createApp(context);
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await app.request(`/api/deliverables/${deliverable}/versions/${path}`, {
      method,
      headers: { authorization: "Bearer ann", "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  return { context, ask };
}

Deno.test("a version is compared with the live one before it that has a text", async () => {
  const { ask } = open();
  const { status, body } = await ask("GET", "3/diff");
  assert.deepEqual([status, body.before.number, body.after.number, body.identical], [200, 1, 3, false]);
  assert.deepEqual(
    body.hunks.map((hunk: { old_line: number; new_line: number }) => [hunk.old_line, hunk.new_line]),
    [
      [1, 1],
    ],
  );
  const preview = await ask("GET", `${idOf(9)}/diff`);
  assert.deepEqual([preview.body.before.number, preview.body.after.number], [4, null]);
});

Deno.test("it is compared with whichever version one names, or with its own draft", async () => {
  const { ask } = open();
  assert.equal((await ask("GET", `1/diff?against=${idOf(3)}`)).body.before.number, 3);
  assert.equal((await ask("GET", "3/diff?against=3")).body.identical, true);
  const own = await ask("GET", "4/diff?against=draft");
  assert.deepEqual(own.body.hunks[0].parts[0].added, ["# Mine"]);
});

Deno.test("what has no text, or none before it, cannot be compared, and says which", async () => {
  const { ask } = open();
  const refused = async (path: string) => {
    const { status, body } = await ask("GET", path);
    return [status, body.code];
  };
  assert.deepEqual(await refused("1/diff"), [404, "nothing_to_compare"]);
  assert.deepEqual(await refused("2/diff"), [409, "version_not_written"]);
  assert.deepEqual(await refused("3/diff?against=2"), [409, "version_not_written"]);
  assert.deepEqual(await refused("7/diff"), [404, "unknown_version"]);
  assert.deepEqual(await refused("3/diff?against=latest"), [422, "invalid_request"]);
  assert.deepEqual(await refused("0/diff"), [422, "invalid_request"]);
});

Deno.test("an edit is measured against the draft, not against an earlier edit, and passed on with the verdict", async () => {
  const reviewed = {
    id: idOf(4),
    version_number: 4,
    status: "approved",
    final_content: "# Draft",
    edit_distance_score: 0,
    edit_categories: null,
    feedback_notes: null,
    reviewed_at: "2026-11-05T10:00:00Z",
  };
  const { context, ask } = open({ review_version: () => reviewed });
  const { status, body } = await ask("PATCH", "4", { final_content: "# Draft", verdict: "approved" });
  assert.deepEqual([status, body.number, body.content], [200, 4, "# Draft"]);
  assert.equal((await ask("PATCH", "4", { feedback_notes: " Shorter, please " })).status, 200);
  const categories = { additions: [], deletions: [], rewrites: [], restructures: [] };
  assert.deepEqual(context.database.argumentsOf("review_version"), [
    {
      p_version: idOf(4),
      p_user: ann.id,
      p_review: { content: "# Draft", distance: 0, categories, verdict: "approved" },
    },
    { p_version: idOf(4), p_user: ann.id, p_review: { notes: "Shorter, please" } },
  ]);
});

Deno.test("a review that says nothing, an empty text and an invented verdict are refused", async () => {
  const { context, ask } = open();
  const bodies = [{}, { final_content: " \n" }, { final_content: "x".repeat(100_001) }, {
    verdict: "delivered",
  }, {
    status: "approved",
  }];
  for (const body of bodies) {
    const answer = await ask("PATCH", "4", body);
    assert.deepEqual(
      [answer.status, answer.body.code],
      [422, "invalid_request"],
      JSON.stringify(body).slice(0, 60),
    );
  }
  assert.deepEqual(context.database.asked, []);
});

Deno.test("a version is sent again by its own id, and only one that its person can see", async () => {
  const again = { deliveries: [{ delivery_id: idOf(5), ticket_id: 7 }] };
  const { context, ask } = open({ redeliver_version: () => again });
  assert.deepEqual(await ask("POST", "3/redeliver"), { status: 202, body: again });
  assert.deepEqual(context.database.argumentsOf("redeliver_version"), [{
    p_version: idOf(3),
    p_user: ann.id,
  }]);
  const { context: nobody, ask: askNobody } = open({}, { deliverable_versions: [] });
  assert.equal((await askNobody("POST", "3/redeliver")).body.code, "unknown_version");
  assert.deepEqual(nobody.database.asked, []);
});
