import assert from "node:assert/strict";
import type { z } from "zod";
import { PlatformError } from "../connector.ts";
import { SlackRefusal } from "./slack_client.ts";
import type { SlackClient } from "./slack_client.ts";
import { slackNames } from "./slack_names.ts";

function slackWith(members: Record<string, string>, refusal = "user_not_found") {
  const asked: string[] = [];
  const client: SlackClient = {
    keepSlowPace: () => Promise.resolve(),
    call: <S extends z.ZodType>(_method: string, args: Record<string, unknown>, answer: S) => {
      const id = String(args["user"]);
      asked.push(id);
      const name = members[id];
      if (name !== undefined) return Promise.resolve(answer.parse({ user: { id, real_name: name } }));
      return Promise.reject(new PlatformError("not_found", "Unknown", { cause: new SlackRefusal(refusal) }));
    },
  };
  return { client, asked };
}
const directory = (names: Record<string, string>) => (ids: readonly string[]) =>
  Promise.resolve(new Map(ids.flatMap((id) => names[id] === undefined ? [] : [[id, names[id]] as const])));

Deno.test("the database is asked first, Slack only for who is not in it, and nobody twice", async () => {
  const { client, asked } = slackWith({ U2: "Bo" });
  const names = slackNames(client, directory({ U1: "Ana" }));
  for (let page = 0; page < 3; page += 1) {
    const known = await names.named(["U1", "U2", "U3"]);
    assert.deepEqual([known.get("U1"), known.get("U2"), known.get("U3")], ["Ana", "Bo", undefined]);
  }
  assert.deepEqual(asked, ["U2", "U3"]);
  assert.deepEqual(names.strangers, ["U3"]);
});

Deno.test("whom Slack did not know lately is not asked for, unless the directory has learnt of them", async () => {
  const { client, asked } = slackWith({});
  const names = slackNames(client, directory({ U4: "Dee" }), ["U3", "U4"]);
  assert.equal((await names.named(["U3", "U4"])).get("U4"), "Dee");
  assert.deepEqual(asked, []);
  assert.deepEqual(names.strangers, ["U3"]);
});

Deno.test("a team that lets nobody be looked up, and a message that mentions thousands, cost no sync", async () => {
  const refused = slackWith({}, "missing_scope");
  await slackNames(refused.client, directory({})).named(["U1"]);
  const { client, asked } = slackWith({});
  await slackNames(client, directory({})).named(Array.from({ length: 5_000 }, (_, n) => `U${n}`));
  assert.equal(asked.length, 100);
});

Deno.test("any other failure is one", async () => {
  const { client } = slackWith({}, "internal_error");
  await assert.rejects(slackNames(client, directory({})).named(["U1"]), PlatformError);
});
