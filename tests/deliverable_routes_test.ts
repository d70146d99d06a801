/** The routes about deliverables, tasks and mail, over HTTP on the real tables; what runs write is put there by hand. */
import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { openScene } from "./scene.ts";

const webhookSecret = `whsec_${btoa("a secret of this test, shared")}`;
const scene = await openScene({ env: { RESEND_WEBHOOK_SECRET: webhookSecret } });
Deno.test.afterAll(() => scene.stack.close());
const { stack } = scene;
const api = `${stack.functionsUrl}/api`;

interface Person {
  readonly userId: string;
  readonly accessToken: string;
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Answer }>;
}
// deno-lint-ignore no-explicit-any -- What a route answers is what the tests look at.
type Answer = any;

async function newcomer(): Promise<Person> {
  const { userId, accessToken } = await stack.signUp(
    `${crypto.randomUUID()}@yarnnn.example`,
    "a long password",
  );
  return {
    userId,
    accessToken,
    async ask(method, path, body) {
      const answer = await fetch(`${api}${path}`, {
        method,
        headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
  };
}

async function order({ accessToken }: Person, more: Record<string, unknown> = {}): Promise<string> {
  const { data, error } = await stack.client(accessToken).from("deliverables")
    .insert({ title: "Team digest", deliverable_type: "slack_channel_digest", ...more })
    .select("id").single();
  assert.equal(error, null);
  return data?.id;
}

/** A version as a run would leave it. */
async function written(
  person: Person,
  deliverable: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  const row = { purpose: "live", status: "delivered", draft_content: "# Monday\n\nAll is well.\n", ...more };
  const { id } = await scene.row<{ id: string }>(
    `insert into public.deliverable_versions
       (deliverable_id, user_id, version_number, purpose, status, draft_content, final_content, backtest_id, as_of,
        usage, failure, created_at)
     select $1, $2, case when $3::text = 'live' then
              (select count(*) + 1 from public.deliverable_versions v where v.deliverable_id = $1 and v.purpose = 'live') end,
            $3::text::public.version_purpose, $4::text::public.version_status, $5, $5, $6::uuid,
            coalesce($7::text::timestamptz, pipeline.now()), '{"cost_usd": 0.02}', $8::text::jsonb,
            coalesce($9::text::timestamptz, clock_timestamp())
     returning id`,
    [
      deliverable,
      person.userId,
      row.purpose,
      row.status,
      row.draft_content,
      more.backtest_id ?? null,
      more.as_of ?? null,
      more.failure === undefined ? null : JSON.stringify(more.failure),
      more.created_at ?? null,
    ],
  );
  return id;
}

const [ada, bob] = await Promise.all([newcomer(), newcomer()]);

Deno.test("a run is asked for once however often it is asked, and a preview beside it", async () => {
  const id = await order(ada);
  const first = await ada.ask("POST", `/deliverables/${id}/run`);
  const second = await ada.ask("POST", `/deliverables/${id}/run`, { force: true });
  assert.deepEqual([first.status, second.status], [202, 202]);
  assert.deepEqual([first.body.joined, second.body.joined], [false, true]);
  assert.equal(first.body.ticket_id, second.body.ticket_id);
  const preview = await ada.ask("POST", `/deliverables/${id}/preview`);
  assert.equal(preview.status, 202);
  assert.notEqual(preview.body.ticket_id, first.body.ticket_id);
  const { data } = await stack.client(ada.accessToken).from("deliverable_runs").select("ticket_id, purpose")
    .eq("deliverable_id", id).order("ticket_id");
  assert.deepEqual(data?.map(({ purpose }) => purpose), ["live", "preview"]);
  for (const path of ["run", "preview", "enable", "dismiss"]) {
    const foreign = await bob.ask("POST", `/deliverables/${id}/${path}`);
    assert.deepEqual([foreign.status, foreign.body.code], [404, "unknown_deliverable"], path);
  }
});

Deno.test("the next runs of a schedule are told in its zone, before it is saved and after, and none while it is paused", async () => {
  const schedule = { frequency: "biweekly", day: "monday", time: "09:00", timezone: "Europe/Berlin" };
  const before = await ada.ask("POST", "/schedules/preview", { schedule });
  assert.equal(before.status, 200);
  assert.equal(before.body.next_runs.length, 5);
  assert.match(before.body.next_runs[0].local, /^Mon, \d+ \w+ \d{4}, 09:00 (?:CET|GMT\+[12]|CEST)$/);
  const id = await order(ada, { schedule });
  const after = await ada.ask("GET", `/deliverables/${id}/schedule?count=3`);
  assert.deepEqual(after.body.next_runs, before.body.next_runs.slice(0, 3));
  assert.deepEqual([after.body.timezone, after.body.schedule], ["Europe/Berlin", schedule]);

  // A week later, too: the rule alone does not tell which weeks it runs in, the schedule does.
  await scene.pipeline.call("move_clock", { p_ahead: "8 days" });
  const later = await ada.ask("GET", `/deliverables/${id}/schedule?count=20`);
  await scene.pipeline.call("move_clock", { p_ahead: "0" });
  const weeks = later.body.next_runs.map(({ at }: Answer) =>
    Date.parse(at) - Date.parse(before.body.next_runs[0].at)
  );
  assert.ok(weeks.every((apart: number) => Math.round(apart / 3_600_000 / 24) % 14 === 0), String(weeks));
  await stack.client(ada.accessToken).from("deliverables").update({ status: "paused" }).eq("id", id);
  const paused = await ada.ask("GET", `/deliverables/${id}/schedule`);
  assert.deepEqual([paused.body.status, paused.body.next_runs], ["paused", null]);
  const impossible = await ada.ask("POST", "/schedules/preview", { schedule: { frequency: "fortnightly" } });
  assert.deepEqual([impossible.status, impossible.body.code], [422, "impossible_schedule"]);
  assert.equal((await bob.ask("GET", `/deliverables/${id}/schedule`)).status, 404);
});

Deno.test("a suggestion is enabled or dismissed, and what ran once is promoted to recur", async () => {
  const suggested = async () => {
    const { id } = await scene.row<{ id: string }>(
      `insert into public.deliverables (user_id, title, deliverable_type, status, origin)
       values ($1, 'Suggested', 'slack_channel_digest', 'suggested', 'analyst_suggested') returning id`,
      [bob.userId],
    );
    return id;
  };
  const [kept, dropped] = [await suggested(), await suggested()];
  const early = await bob.ask("POST", `/deliverables/${kept}/run`);
  assert.deepEqual([early.status, early.body.code], [409, "not_enabled"]);
  const enabled = await bob.ask("POST", `/deliverables/${kept}/enable`);
  assert.deepEqual([enabled.status, enabled.body.status], [200, "active"]);
  const dismissed = await bob.ask("POST", `/deliverables/${dropped}/dismiss`);
  assert.deepEqual([dismissed.status, dismissed.body.status], [200, "archived"]);
  assert.equal((await bob.ask("POST", `/deliverables/${kept}/dismiss`)).body.code, "not_a_suggestion");
  const schedule = { frequency: "weekly", day: "friday", time: "16:00" };
  const promoted = await bob.ask("POST", `/deliverables/${kept}/promote`, { schedule });
  assert.deepEqual([promoted.status, promoted.body.schedule], [200, schedule]);
  assert.equal(
    (await bob.ask("POST", `/deliverables/${kept}/promote`, { schedule })).body.code,
    "already_recurring",
  );
});

Deno.test("versions are listed newest first, page by page, and read by number or id, by their own person only", async () => {
  const id = await order(ada, { status: "paused" });
  for (let day = 1; day <= 3; day++) {
    await written(ada, id, { draft_content: `Day ${day}`, created_at: `2026-11-0${day}T09:00:00Z` });
  }
  const preview = await written(ada, id, {
    purpose: "preview",
    status: "generated",
    created_at: "2026-11-04T09:00:00Z",
  });
  const first = await ada.ask("GET", `/deliverables/${id}/versions?limit=2`);
  assert.deepEqual(first.body.versions.map(({ number }: Answer) => number), [null, 3]);
  const second = await ada.ask("GET", `/deliverables/${id}/versions?limit=2&before=${first.body.next}`);
  assert.deepEqual(second.body.versions.map(({ number }: Answer) => number), [2, 1]);
  const third = await ada.ask("GET", `/deliverables/${id}/versions?limit=2&before=1`);
  assert.deepEqual([third.body.versions, third.body.next], [[], null]);
  const previews = await ada.ask("GET", `/deliverables/${id}/versions?purpose=preview`);
  assert.deepEqual(previews.body.versions.map((one: Answer) => one.id), [preview]);

  await stack.database.query(
    `insert into public.version_citations (version_id, number, user_id, revision, quote, permalink, label)
     select v.id, 1, v.user_id, 2, 'we ship', 'https://acme.slack.com/archives/C1/p1', '#general' from public.deliverable_versions v
      where v.deliverable_id = $1 and v.version_number = 2`,
    [id],
  );
  const read = await ada.ask("GET", `/deliverables/${id}/versions/2`);
  assert.deepEqual([read.status, read.body.content, read.body.usage.cost_usd], [200, "Day 2", 0.02]);
  assert.equal(read.body.citations[0].permalink, "https://acme.slack.com/archives/C1/p1");
  assert.deepEqual((await ada.ask("GET", `/deliverables/${id}/versions/${read.body.id}`)).body, read.body);
  for (const path of ["", "/2", `/${read.body.id}`, "/2/diff"]) {
    const foreign = await bob.ask("GET", `/deliverables/${id}/versions${path}`);
    assert.equal(foreign.status, 404, path);
  }
  assert.equal(
    (await bob.ask("PATCH", `/deliverables/${id}/versions/2`, { verdict: "approved" })).status,
    404,
  );
});

Deno.test("a version is edited and approved: how far it was edited is stored and told, and the draft stays", async () => {
  const id = await order(ada, { status: "paused" });
  await written(ada, id, { draft_content: "# Monday\n\nAll is well.\n" });
  await written(ada, id, { draft_content: "# Tuesday\n\nAll is well.\n" });
  const { body: changed } = await ada.ask("GET", `/deliverables/${id}/versions/2/diff`);
  assert.deepEqual([changed.before.number, changed.after.number, changed.identical], [1, 2, false]);
  assert.deepEqual(changed.hunks[0].parts[0].words, [
    { kind: "same", text: "# " },
    { kind: "removed", text: "Monday" },
    { kind: "added", text: "Tuesday" },
  ]);
  const first = await ada.ask("GET", `/deliverables/${id}/versions/1/diff`);
  assert.deepEqual([first.status, first.body.code], [404, "nothing_to_compare"]);

  const review = {
    final_content: "# Tuesday\n\nAll is well, but the pager.\n",
    feedback_notes: "Name the pager",
    verdict: "approved",
  };
  const { status, body } = await ada.ask("PATCH", `/deliverables/${id}/versions/2`, review);
  assert.equal(status, 200);
  assert.deepEqual([body.status, body.content, body.feedback_notes], [
    "approved",
    review.final_content,
    review.feedback_notes,
  ]);
  assert.ok(body.edit_distance_score > 0 && body.edit_distance_score < 0.5);
  assert.deepEqual(body.edit_categories.rewrites, [{
    before: "All is well.",
    after: "All is well, but the pager.",
  }]);
  const { body: read } = await ada.ask("GET", `/deliverables/${id}/versions/2`);
  assert.deepEqual([read.edit_distance_score, read.draft], [
    body.edit_distance_score,
    "# Tuesday\n\nAll is well.\n",
  ]);
  const own = await ada.ask("GET", `/deliverables/${id}/versions/2/diff?against=draft`);
  assert.equal(own.body.hunks.length, 1);
  const { data } = await stack.client(ada.accessToken).from("activity_log").select("metadata")
    .eq("event_type", "deliverable_approved");
  assert.equal(data?.[0]?.metadata.edit_distance_score, body.edit_distance_score);
  const rejected = await ada.ask("PATCH", `/deliverables/${id}/versions/1`, { verdict: "rejected" });
  assert.equal(rejected.body.status, "rejected");
  assert.equal((await ada.ask("PATCH", `/deliverables/${id}/versions/1`, {})).status, 422);
});

Deno.test("what failed or bounced is sent again, what arrived is not", async () => {
  const id = await order(ada, { status: "paused" });
  const version = await written(ada, id);
  const again = () => ada.ask("POST", `/deliverables/${id}/versions/1/redeliver`);
  assert.deepEqual([(await again()).status, (await again()).body.code], [409, "nothing_to_redeliver"]);
  const provider = `mail-${crypto.randomUUID()}`;
  await stack.database.query(
    `insert into public.deliveries (version_id, deliverable_id, user_id, channel, target, status, provider_id, accepted_at)
     values ($1, $2, $3, 'email', 'ada@yarnnn.example', 'accepted', $4, now())`,
    [version, id, ada.userId, provider],
  );
  await stack.database.query("update public.deliverables set status = 'active' where id = $1", [id]);

  const event = (type: string, bounce?: unknown) =>
    JSON.stringify({
      type,
      created_at: "x",
      data: { email_id: provider, ...(bounce !== undefined && { bounce }) },
    });
  const post = async (body: string, eventId: string) => {
    const at = new Date();
    const answer = await fetch(`${api}/webhooks/resend`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "svix-id": eventId,
        "svix-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "svix-signature": new Webhook(webhookSecret).sign(eventId, at, body),
      },
    });
    return [answer.status, (await answer.json()).applied];
  };
  assert.deepEqual(await post(event("email.delivery_delayed"), "msg_1"), [200, true]);
  const bounced = event("email.bounced", {
    type: "Permanent",
    subType: "General",
    message: "No such\nmailbox",
  });
  assert.deepEqual(await post(bounced, "msg_2"), [200, true]);
  assert.deepEqual(await post(bounced, "msg_2"), [200, false], "sent again");
  const { body: read } = await ada.ask("GET", `/deliverables/${id}/versions/1`);
  assert.equal(read.deliveries[0].mail_status, "bounced");
  assert.equal(read.deliveries[0].error.message, "Permanent, General: No such mailbox");
  assert.equal((await ada.ask("GET", `/deliverables/${id}/schedule`)).body.status, "paused");
  const sent = await again();
  assert.deepEqual([sent.status, sent.body.deliveries.length], [202, 1]);
});

Deno.test("a backtest tells for each moment what would have been sent or skipped, and why", async () => {
  const id = await order(bob, { status: "paused", schedule: { frequency: "weekly", day: "monday" } });
  const started = await bob.ask("POST", `/deliverables/${id}/backtest`, { weeks: 3 });
  assert.equal(started.status, 202);
  const { backtest_id, slots } = started.body;
  assert.equal(slots.length, 3);
  const running = await bob.ask("POST", `/deliverables/${id}/backtest`, { weeks: 1 });
  assert.deepEqual([running.status, running.body.code], [409, "backtest_running"]);
  await written(bob, id, {
    purpose: "backtest",
    status: "generated",
    backtest_id,
    as_of: slots[0],
    draft_content: "Then",
  });
  await stack.database.query(
    `update public.deliverable_backtests set done = 2, cost_usd = 0.02, skipped =
       jsonb_build_array(jsonb_build_object('slot', slots[2], 'reason', 'skipped_unchanged', 'message', 'Nothing new.')) where id = $1`,
    [backtest_id],
  );
  const { body } = await bob.ask("GET", `/deliverables/${id}/backtests/${backtest_id}`);
  assert.deepEqual(body.slots.map((one: Answer) => [one.outcome, one.content, one.reason, one.cost_usd]), [
    ["would_send", "Then", null, 0.02],
    ["would_skip", null, "skipped_unchanged", null],
    ["waiting", null, null, null],
  ]);
  assert.deepEqual([body.status, body.cost_usd], ["running", 0.02]);
  assert.equal(
    (await ada.ask("GET", `/deliverables/${id}/backtests/${backtest_id}`)).body.code,
    "unknown_backtest",
  );
  assert.equal((await bob.ask("POST", `/deliverables/${id}/backtest`, { weeks: 5 })).status, 422);
});

Deno.test("a task runs at once or by its schedule, reads only its own person's sources, and can run again when it is over", async () => {
  const once = await ada.ask("POST", "/tasks", { title: "Prices", prompt: "What do others charge?" });
  assert.equal(once.status, 202);
  assert.equal(typeof once.body.ticket_id, "number");
  const weekly = await ada.ask("POST", "/tasks", {
    title: "Prices, weekly",
    prompt: "What do others charge?",
    schedule: { frequency: "once", at: "2099-01-01T09:00" },
  });
  assert.deepEqual([weekly.status, weekly.body.ticket_id], [201, null]);
  const foreign = await ada.ask("POST", "/tasks", {
    title: "Theirs",
    prompt: "Read theirs",
    source_ids: [crypto.randomUUID()],
  });
  assert.deepEqual([foreign.status, foreign.body.code, foreign.body.details.unknown.length], [
    404,
    "unknown_source",
    1,
  ]);
  const tasks = await stack.client(ada.accessToken).from("tasks").select("title").order("title");
  assert.deepEqual(tasks.data?.map(({ title }) => title), ["Prices", "Prices, weekly"]);

  const { id } = once.body.task;
  await stack.database.query("update public.deliverables set status = 'archived' where id = $1", [id]);
  const again = await ada.ask("POST", `/tasks/${id}/run`, { force: true });
  assert.deepEqual([again.status, again.body.task.status, again.body.joined], [202, "active", true]);
  assert.equal((await bob.ask("POST", `/tasks/${id}/run`)).body.code, "unknown_task");
});

Deno.test("the link in a mail stops it when its button is pressed, and not when somebody opens it", async () => {
  const id = await order(bob);
  const { token } = await scene.row<{ token: string }>(
    "insert into pipeline.unsubscribe_tokens (deliverable_id, user_id) values ($1, $2) returning token",
    [id, bob.userId],
  );
  const status = async () =>
    (await scene.row<{ status: string }>("select status::text from public.deliverables where id = $1", [id]))
      .status;
  const address = `${api}/unsubscribe/${token}`;
  const page = await fetch(address, { headers: { accept: "text/html" } });
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(page.headers.get("content-security-policy") ?? "", /form-action 'self'/);
  assert.match(await page.text(), /“Team digest”.*<form method="post">/s);
  assert.equal(await status(), "active");

  const oneClick = await fetch(address, {
    method: "POST",
    body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
  });
  assert.deepEqual([oneClick.status, await oneClick.json()], [200, { title: "Team digest", paused: true }]);
  assert.equal(await status(), "paused");
  const again = await fetch(address, { method: "POST" });
  assert.deepEqual([again.status, (await again.json()).paused], [200, false]);
  const form = await fetch(address, { method: "POST", headers: { accept: "text/html" } });
  assert.match(await form.text(), /No more of these mails/);
  for (const method of ["GET", "POST"]) {
    for (const unknown of [crypto.randomUUID(), "cut-off"]) {
      const gone = await fetch(`${api}/unsubscribe/${unknown}`, { method, headers: { accept: "text/html" } });
      assert.equal(gone.status, 404);
      assert.match(await gone.text(), /not valid any more/);
    }
  }
});
