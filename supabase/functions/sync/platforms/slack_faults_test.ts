import assert from "node:assert/strict";
import type { Fault } from "../../../../scripts/local/workplace/slack/faults.ts";
import { startWorkplace, type Workplace } from "../../../../scripts/local/workplace/workplace.ts";
import { PlatformError } from "./connector.ts";
import { layOut } from "./slack/changing_channel.ts";
import {
  connectorTo,
  DAY,
  expected,
  falseDeletes,
  held,
  HOUR,
  openWorkplace,
  sourceOf,
  storeOf,
} from "./slack/workplace_channel.ts";
import { workplaceClient } from "./slack/workplace_client.ts";

const CHANNEL = "customers";
const MINUTE = 60_000;

/** What can happen to a call. A token without rotation cannot be renewed: the person connects again. */
const kinds = {
  rate_limited: { kind: "rate_limited", retryAfter: 30 },
  server_error: { kind: "http_status", status: 500 },
  connection_reset: { kind: "connection_reset" },
  truncated_json: { kind: "truncated_json" },
  expired_token: { kind: "slack_error", error: "token_expired" },
  revoked_token: { kind: "slack_error", error: "token_revoked" },
  dropped_page: { kind: "dropped_page" },
  repeated_cursor: { kind: "repeated_cursor" },
  empty_200: { kind: "empty_200" },
} as const satisfies Record<string, Fault>;
type Kind = keyof typeof kinds;
const needsReauth: readonly Kind[] = ["expired_token", "revoked_token"];

class Life implements AsyncDisposable {
  readonly store;
  #connector;

  private constructor(readonly workplace: Workplace) {
    this.store = storeOf(workplace, "starter");
    this.#connector = connectorTo(workplace).connector;
  }

  static async begin(): Promise<Life> {
    return new Life(await openWorkplace(startWorkplace, { days: 2, pace: 0.3 }));
  }

  /** One scheduled pass: its ticket comes back after failures until it ends. */
  async pass(): Promise<PlatformError[]> {
    const failures: PlatformError[] = [];
    for (;;) {
      try {
        await this.store.pass(this.#connector, sourceOf(this.workplace, CHANNEL), {
          sameTicket: failures.length > 0,
        });
        return failures;
      } catch (thrown) {
        if (!(thrown instanceof PlatformError) || failures.length > 3) throw thrown;
        failures.push(thrown);
        this.workplace.clock.advance(MINUTE);
        if (thrown.code === "needs_reauth") {
          const { token } = this.workplace.slack.installations.issue(this.workplace.team);
          const client = workplaceClient(this.workplace, { token });
          this.#connector = connectorTo(this.workplace, undefined, client).connector;
        }
      } finally {
        assert.deepEqual(falseDeletes(this.store, this.workplace, CHANNEL), []);
      }
    }
  }

  async passes(count: number): Promise<void> {
    for (let pass = 0; pass < count; pass += 1) {
      this.workplace.clock.advance(6 * HOUR);
      await this.pass();
    }
  }

  check(): void {
    assert.deepEqual(held(this.store), expected(this.workplace, CHANNEL));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.workplace.close();
  }
}

/** A first sync, changes of every age, later passes; the fault strikes at one call of the first or of the later ones. */
async function live(fault?: { phase: "first" | "later"; call: number; kind: Kind }) {
  await using life = await Life.begin();
  const { slack, clock } = life.workplace;
  const standing = [31 * MINUTE, DAY, 3 * DAY, 9 * DAY, 20 * DAY].map((age) =>
    layOut(life.workplace, CHANNEL, age)
  );
  const plan = (phase: "first" | "later") =>
    fault?.phase === phase ? slack.faults.at({ call: fault.call, fault: kinds[fault.kind] }) : undefined;

  const first = plan("first");
  const failures = await life.pass();
  const firstCalls = slack.journal.latest;
  await life.passes(fault?.phase === "first" ? 2 : 0);
  life.check();

  clock.advance(31 * MINUTE);
  for (const { change } of standing) change();
  const before = slack.journal.latest;
  const later = plan("later");
  await life.passes(10);
  life.check();
  const played = (first?.played ?? 0) + (later?.played ?? 0);
  return { firstCalls, laterCalls: slack.journal.latest - before, played, failures };
}

Deno.test("after any fault at any call of a first or a later sync, the truth is held and nothing was taken for deleted", async () => {
  const { firstCalls, laterCalls } = await live();
  const everywhere = [
    ...Array.from({ length: firstCalls }, (_, call) => ({ phase: "first" as const, call: call + 1 })),
    ...Array.from({ length: laterCalls }, (_, call) => ({ phase: "later" as const, call: call + 1 })),
  ];
  const all = everywhere.flatMap((place) =>
    Object.keys(kinds).map((kind) => ({ ...place, kind: kind as Kind }))
  );
  // A sample that has every kind and every stretch of the calls; SLACK_FAULTS=all takes them all.
  const stride = Deno.env.get("SLACK_FAULTS") === "all" ? 1 : 61;
  let played = 0;
  const cases = all.filter((_, nth) => nth % stride === 0);
  for (const fault of cases) {
    try {
      played += (await live(fault)).played;
    } catch (cause) {
      throw new Error(`${fault.kind} at call ${fault.call} of the ${fault.phase} sync`, { cause });
    }
  }
  assert.ok(cases.length > 9 && played > cases.length * 0.8, `${played} of ${cases.length} played`);
  assert.equal(new Set(cases.map(({ kind }) => kind)).size, Object.keys(kinds).length);
});

Deno.test("a dead token asks to be connected again, and nothing else does", async () => {
  for (const kind of Object.keys(kinds) as Kind[]) {
    const { failures } = await live({ phase: "first", call: 2, kind });
    const codes = failures.map(({ code }) => code);
    assert.equal(codes.includes("needs_reauth"), needsReauth.includes(kind), `${kind}: ${codes}`);
  }
});

Deno.test("a turn that is killed after any page, the next one read and lost, ends as if nothing had happened", async () => {
  const ended = async (killedAfter: number) => {
    await using workplace = await openWorkplace(startWorkplace, { days: 2, pace: 0.3 });
    const { connector } = connectorTo(workplace, { first: 20, later: 10 });
    const standing = [31 * MINUTE, 3 * DAY, 20 * DAY].map((age) => layOut(workplace, CHANNEL, age));
    const source = sourceOf(workplace, CHANNEL);
    const store = storeOf(workplace, "starter");
    let stored = 0;
    const pass = async () => {
      const most = stored < killedAfter ? killedAfter - stored : Infinity;
      const pages = await store.pass(connector, source, { most, losesNext: true });
      stored += pages.length;
      if (pages.length === most) await store.pass(connector, source, { sameTicket: true });
      workplace.clock.advance(6 * HOUR);
    };
    for (let round = 0; round < 5; round += 1) await pass();
    for (const { change } of standing) change();
    for (let round = 0; round < 9; round += 1) await pass();
    assert.deepEqual(falseDeletes(store, workplace, CHANNEL), []);
    assert.deepEqual(held(store), expected(workplace, CHANNEL));
    return { stored, held: held(store) };
  };
  const undisturbed = await ended(Infinity);
  assert.ok(undisturbed.stored > 40);
  for (let after = 1; after <= undisturbed.stored; after += 3) {
    assert.deepEqual((await ended(after)).held, undisturbed.held, `killed after ${after} pages`);
  }
});
