import assert from "node:assert/strict";
import { signWakeUp } from "@shared/auth/wake_up.ts";
import { openScene } from "./scene.ts";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, pipeline } = scene;

const functions = ["sync", "execute-deliverable"];

async function knock(name: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${stack.functionsUrl}/${name}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
}

async function signed(
  body: string,
  secret: string,
  at = Math.floor(Date.now() / 1000),
): Promise<Record<string, string>> {
  return { "x-pipeline-timestamp": String(at), "x-pipeline-signature": await signWakeUp(body, secret, at) };
}

/** A waiting ticket that a successful claim would take. */
async function waitingTicket(): Promise<number> {
  const person = await scene.signUp();
  const [ticket] = await pipeline.call("enqueue", {
    p_kind: "sync_unit",
    p_payload: { connection_id: crypto.randomUUID(), platform: "slack", unit: "C1" },
    p_user: person.userId,
  });
  assert.ok(ticket);
  return ticket.ticket_id;
}

const stateOf = async (ticket: number) =>
  (await scene.row<{ state: string }>("select state::text from pipeline.work_tickets where id = $1", [
    ticket,
  ])).state;

Deno.test("a wake-up that is unsigned, wrongly signed, too old or signed over another body is refused, and nothing is claimed", async () => {
  const ticket = await waitingTicket();
  const [{ id = "" } = {}] = await stack.database.query<{ id: string }>(
    "insert into pipeline.wake_ups (function_name) values ('sync') returning id",
  );
  const body = JSON.stringify({ wake_up: id });
  const secret = stack.env["WAKE_UP_SECRET"] ?? "";
  const old = Math.floor(Date.now() / 1000) - 301;
  for (
    const [headers, code] of [
      [{}, "wake_up_unsigned"],
      [{ authorization: `Bearer ${stack.publishableKey}`, apikey: stack.publishableKey }, "wake_up_unsigned"],
      [{ authorization: `Bearer ${stack.secretKey}`, apikey: stack.secretKey }, "wake_up_unsigned"],
      [await signed(body, "another secret"), "wake_up_signature_wrong"],
      [await signed(body, secret, old), "wake_up_stale"],
      [await signed(`${body} `, secret), "wake_up_signature_wrong"],
    ] as const
  ) {
    for (const name of functions) {
      const answer = await knock(name, body, headers);
      assert.deepEqual([answer.status, (await answer.json()).code], [401, code], name);
    }
  }
  assert.equal(await stateOf(ticket), "queued");
  // The scheduler counts on it for a while; later tests on the same database must not wait for that.
  await stack.database.query("delete from pipeline.wake_ups where id = $1", [id]);
});

Deno.test("a replayed wake-up claims nothing: the first one was answered", async () => {
  const ticket = await waitingTicket();
  const [{ id = "" } = {}] = await stack.database.query<{ id: string }>(
    "insert into pipeline.wake_ups (function_name) values ('sync') returning id",
  );
  const body = JSON.stringify({ wake_up: id });
  const headers = await signed(body, stack.env["WAKE_UP_SECRET"] ?? "");
  const first = await knock("sync", body, headers);
  assert.equal(first.status, 202);
  assert.ok((await first.json()).claimed >= 1);
  await stack.functions.settled();
  // The ticket names a source that does not exist: it ended, and says so.
  const ended = await scene.row<{ outcome: string; error: { code: string } }>(
    "select outcome::text, error from pipeline.work_execution_log where id = $1",
    [ticket],
  );
  assert.deepEqual([ended.outcome, ended.error.code], ["dead", "unknown_connection"]);
  const next = await waitingTicket();
  for (let time = 0; time < 3; time++) {
    const again = await knock("sync", body, headers);
    assert.deepEqual([again.status, await again.json()], [202, { claimed: 0 }]);
  }
  assert.equal(await stateOf(next), "queued");
});

Deno.test("a signed request that is no wake-up is refused with what a wake-up is", async () => {
  for (const body of ["", "[]", '{"wake_up": 1}', '{"wake_up": "no uuid"}', "not json"]) {
    const answer = await knock("sync", body, await signed(body, stack.env["WAKE_UP_SECRET"] ?? ""));
    const { code, message } = await answer.json();
    assert.deepEqual([answer.status, code], [400, "malformed_wake_up"], body);
    assert.match(message, /Nothing was claimed/);
  }
});

Deno.test("an unknown kind, a malformed payload and an impossible schedule are refused with a name and what to fix", async () => {
  const admin = stack.admin().schema("pipeline");
  const unknown = await admin.rpc("enqueue", { p_kind: "make_coffee" });
  assert.equal(unknown.error?.code, "unknown_kind");
  assert.match(unknown.error?.hint ?? "", /Known kinds: .*sync_unit/);

  const malformed = await admin.rpc("enqueue", {
    p_kind: "sync_unit",
    p_payload: { connection_id: 7, platform: "slack", unit: "C1", extra: true },
  });
  assert.equal(malformed.error?.code, "malformed_payload");
  assert.match(malformed.error?.message ?? "", /"connection_id" is not of type uuid; "extra" is unknown/);

  const person = await scene.signUp();
  for (
    const [schedule, fault] of [
      [{ frequency: "fortnightly" }, /"frequency" is "fortnightly"/],
      [{ frequency: "daily", time: "25:00" }, /cannot be read/],
      [{ frequency: "weekly", day: "someday" }, /"day" must be a weekday/],
      [{ frequency: "monthly", day: 32 }, /"day" must be 1 to 31/],
      [{ frequency: "cron", cron: "0 9 30 2 *" }, /five fields that ever comes/],
      [{ frequency: "daily", timezone: "Mars/Olympus" }, /time zone "Mars\/Olympus" is not known/],
      [["daily"], /not an object/],
    ] as const
  ) {
    const refused = await person.client.from("deliverables")
      .insert({ title: "Never", deliverable_type: "slack_channel_digest", schedule });
    assert.equal(refused.error?.code, "impossible_schedule", JSON.stringify(schedule));
    assert.match(refused.error?.message ?? "", fault);
    assert.equal(refused.status, 422);
  }
  assert.deepEqual((await person.client.from("deliverables").select("id")).data, []);
});

Deno.test("a person cannot order for others, raise their plan, write the log, or reach the pipeline's own schema", async () => {
  const [ada, bob] = [await scene.signUp(), await scene.signUp()];
  const foreign = await ada.client.from("deliverables").insert({
    title: "Mine?",
    deliverable_type: "slack_channel_digest",
    user_id: bob.userId,
  });
  assert.equal(foreign.error?.code, "42501");
  assert.equal(
    (await ada.client.from("workspaces").update({ tier: "pro" }).eq("owner_id", ada.userId)).error?.code,
    "42501",
  );
  assert.equal(
    (await ada.client.from("activity_log").insert({ event_type: "chat_session", summary: "x" })).error?.code,
    "42501",
  );
  assert.equal(
    (await ada.client.schema("pipeline").rpc("enqueue", { p_kind: "sync_unit" })).error?.code,
    "42501",
  );
  assert.equal((await stack.client().from("workspaces").select("id")).error?.code, "42501");
});

Deno.test("a function that misses a variable names it at its first request and harms nothing", async () => {
  await using bare = await openScene({ env: { RESEND_API_KEY: "", INTEGRATION_ENCRYPTION_KEY: "" } });
  for (
    const [name, variable] of [["execute-deliverable", "RESEND_API_KEY"], [
      "sync",
      "INTEGRATION_ENCRYPTION_KEY",
    ]] as const
  ) {
    const answer = await fetch(`${bare.stack.functionsUrl}/${name}`, { method: "POST", body: "{}" });
    const { code, message } = await answer.json();
    assert.deepEqual([answer.status, code], [503, "environment_incomplete"]);
    assert.match(message, new RegExp(`Cannot start '${name}': ${variable} is missing`));
  }
});
