import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { OPENING, sdkClient } from "./sdk_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, days: 1, now: () => OPENING });

/** Calls until a limit is met. @returns how many calls passed, and what the refusal says */
async function until429(workplace: Workplace, token: string) {
  for (let passed = 0; passed < 50; passed++) {
    try {
      await sdkClient(workplace, { token }).users.me({});
    } catch {
      const entry = workplace.notion.journal.calls({ status: 429 }).at(-1);
      return { passed, retryAfter: entry?.retryAfter };
    }
  }
  throw new Error("No limit was met");
}

Deno.test("each connection has its own budget, which comes back as the window rolls", async () => {
  await using workplace = await open();
  const { notion, clock } = workplace;
  notion.rateLimits.perConnection = { requests: 6, windowMs: 60_000 };
  const [, someone] = notion.workspace.company.people;
  const other = notion.connections.issue(notion.workspace, { owner: someone?.key ?? "" });
  await sdkClient(workplace).users.me({});
  clock.advance(20_000);
  assert.deepEqual(await until429(workplace, notion.connection.token), { passed: 5, retryAfter: 40 });
  assert.equal((await sdkClient(workplace, { token: other.token }).users.me({})).type, "bot");
  clock.advance(40_000);
  assert.deepEqual(await until429(workplace, notion.connection.token), { passed: 1, retryAfter: 20 });
});

Deno.test("a workspace's budget is shared by its connections, names itself, and may wait over a minute", async () => {
  await using workplace = await open();
  const { notion } = workplace;
  notion.rateLimits.perWorkspace = { requests: 4, windowMs: 120_000 };
  const other = notion.connections.issue(notion.workspace);
  await sdkClient(workplace).users.me({});
  await sdkClient(workplace).users.me({});
  assert.deepEqual(await until429(workplace, other.token), { passed: 2, retryAfter: 120 });
  await assert.rejects(
    sdkClient(workplace).users.me({}),
    (error: { additional_data?: Record<string, string> }) => {
      assert.equal(error.additional_data?.rate_limit_reason, "public_api_space_request_rate_limit");
      return true;
    },
  );
  const elsewhere = notion.addWorkspace();
  assert.equal((await sdkClient(workplace, { token: elsewhere.token }).users.me({})).type, "bot");
  assert.equal(notion.journal.countRateLimited(), 2);
});

Deno.test("out of the box a connection has three calls a second on average, in any rhythm", async () => {
  await using workplace = await open();
  const { rateLimits } = workplace.notion;
  const call = { bot: "b", workspace: "w" };
  for (let count = 0; count < 180; count++) assert.equal(rateLimits.take(call), undefined);
  assert.deepEqual(rateLimits.take(call), { retryAfter: 60, reason: "public_api_request_rate_limit" });
  rateLimits.forget();
  assert.equal(rateLimits.take(call), undefined);
});
