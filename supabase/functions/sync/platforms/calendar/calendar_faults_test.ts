import assert from "node:assert/strict";
import type { GoogleFault } from "../../../../../scripts/local/workplace/google/faults.ts";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { PlatformError } from "../connector.ts";
import { CalendarStore } from "./calendar_store.ts";
import { assertTrue, calendarSource, DAY, HOUR, openCalendar } from "./calendar_truth_check.ts";

const OPENING = new Date("2026-11-05T10:00:00Z");
const ZONE = "Europe/Berlin";

const faults = {
  rate_limited: { kind: "rate_limited", status: 403, retryAfter: 30 },
  server_error: { kind: "http_status", status: 500 },
  connection_reset: { kind: "connection_reset" },
  timeout: { kind: "timeout" },
  truncated_json: { kind: "truncated_json" },
  expired_token: { kind: "expired_token" },
  revoked_token: { kind: "revoked_token" },
  dropped_page: { kind: "dropped_page" },
  repeated_page_token: { kind: "repeated_page_token" },
  empty_200: { kind: "empty_200" },
  gone: { kind: "google_error", status: 410, reason: "fullSyncRequired" },
} as const satisfies Record<string, GoogleFault>;
type Kind = keyof typeof faults;
const silent: readonly Kind[] = ["expired_token", "dropped_page", "gone", "repeated_page_token"];

/** Small pages, so that every listing has several. */
const pageSize = 4;

/** One calendar through a first sync, changes of all kinds, and incremental syncs. */
class Life implements AsyncDisposable {
  readonly store: CalendarStore;
  readonly source;
  refused = 0;
  #connector;

  private constructor(readonly workplace: Workplace) {
    this.store = new CalendarStore(() => workplace.clock.now());
    this.source = calendarSource(workplace.google.grant.account.email, true);
    this.#connector = this.#open(workplace.google.grant);
  }

  static async begin(): Promise<Life> {
    const workplace = await startWorkplace({ seed: 5, days: 1, pace: 0.2, now: () => OPENING });
    workplace.google.quotas.enforced = false;
    const life = new Life(workplace);
    for (let number = 0; number < 8; number += 1) life.#make(`Meeting ${number}`, number * 9 - 20);
    life.#make("Daily", -30, ["RRULE:FREQ=DAILY;COUNT=9"]);
    return life;
  }

  /** A pass, tried again as its ticket would: after a wait, or after the person has connected again. */
  async pass(): Promise<void> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      try {
        await this.store.sync(this.#connector, this.source);
        return;
      } catch (thrown) {
        if (!(thrown instanceof PlatformError)) throw thrown;
        this.refused += 1;
        if (thrown.code === "needs_reauth") {
          const { grants, grant } = this.workplace.google;
          this.#connector = this.#open(grants.issue(grant.account, grant.scopes));
        } else assert.ok(!thrown.final, thrown.message);
        this.workplace.clock.advance(90_000);
      }
    }
    throw new Error("Four tries were not enough");
  }

  later(hours = 6): void {
    this.workplace.clock.advance(hours * HOUR);
  }

  change(): void {
    const { agenda } = this.workplace.google.domain;
    const id = this.source.externalId;
    const named = (summary: string) =>
      [...agenda.calendar(id).meetings.values()].find((one) => one.summary === summary)?.id ?? "";
    agenda.edit(named("Meeting 4"), { summary: "Meeting 4, edited", description: "New <b>words</b>" });
    agenda.cancel(named("Meeting 5"));
    agenda.move(named("Meeting 6"), this.#span(70));
    agenda.move(named("Meeting 7"), this.#span(50 * 24));
    agenda.cancelInstance(named("Daily"), { instant: OPENING.getTime() - 30 * HOUR + 3 * DAY, zone: ZONE });
    this.#make("Made later", 30);
  }

  assertTrue(what: string): void {
    assertTrue(this.workplace, this.store, this.source.externalId, what);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workplace.close();
  }

  #open(grant: Workplace["google"]["grant"]) {
    return openCalendar(this.workplace, { grant, pageSize, timeoutMs: 150 }).connector;
  }

  #span(hours: number) {
    const start = OPENING.getTime() + hours * HOUR;
    return { start: { instant: start, zone: ZONE }, end: { instant: start + HOUR, zone: ZONE } };
  }

  #make(summary: string, hours: number, recurrence: readonly string[] = []): void {
    const { agenda } = this.workplace.google.domain;
    const { key } = this.workplace.google.grant.account.person;
    agenda.schedule({ by: key, summary, ...this.#span(hours), recurrence });
  }
}

/** What was deleted in truth; everything else that was ever marked as deleted is a mistake. */
function falseDeletes({ workplace, store, source }: Life): string[] {
  const { meetings } = workplace.google.domain.agenda.calendar(source.externalId);
  return store.deletions.filter((name) => {
    const id = name.slice(source.externalId.length + 1);
    return (meetings.get(id) ?? meetings.get(id.split("_")[0] ?? ""))?.status !== "cancelled";
  });
}

/** A first sync, its second witness, changes, and two more passes. `inject` is called before each phase. */
async function live(life: Life, inject: (phase: "first" | "later") => void): Promise<void> {
  inject("first");
  await life.pass();
  life.assertTrue("after the first pass");
  life.later();
  await life.pass();
  life.later(0.5);
  life.change();
  inject("later");
  await life.pass();
}

async function callsOf(): Promise<{ first: number; later: number }> {
  await using life = await Life.begin();
  const { journal } = life.workplace.google;
  const marks: number[] = [];
  await live(life, () => marks.push(journal.latest));
  life.assertTrue("without a fault");
  const later = journal.latest - (marks[1] ?? 0);
  life.store.cursors.clear();
  const before = journal.latest;
  await life.pass();
  return { first: journal.latest - before, later };
}

for (const [name, fault] of Object.entries(faults)) {
  Deno.test(`${name} at any call of a first and a later sync leaves the truth behind, and nothing was ever taken for deleted`, async () => {
    const calls = await callsOf();
    assert.ok(calls.first > 4 && calls.later > 2, JSON.stringify(calls));
    for (const phase of ["first", "later"] as const) {
      for (let call = 1; call <= calls[phase]; call += 1) {
        await using life = await Life.begin();
        const what = `${name} at call ${call} of the ${phase} sync`;
        let played = () => 0;
        await live(life, (now) => {
          if (now !== phase) return;
          const planned = life.workplace.google.faults.at({ call, fault });
          played = () => planned.played;
        });
        assert.equal(played(), 1, what);
        for (let pass = 0; pass < 3; pass += 1) {
          life.later();
          await life.pass();
        }
        life.assertTrue(what);
        assert.deepEqual(falseDeletes(life), [], what);
        // What a pass deals with by itself need not come to its ticket.
        if (!silent.some((kind) => kind === name)) assert.ok(life.refused > 0, what);
      }
    }
  });
}
