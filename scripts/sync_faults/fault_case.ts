/**
 * One case of the sweep: a first sync, changes, incremental syncs until all of them are found, and at one call of it one
 * fault. The case is good when, after a stated number of further passes, what is held is the truth, nothing was ever
 * taken for deleted that was there, and the person was told what they had to know and nothing else.
 */
import { beginLife, type Life, type LifeOptions } from "./life.ts";
import type { FaultKind } from "./platform_world.ts";
import { faultsOf, isClean, type Verdict } from "./verdict.ts";

export const PHASES = ["first", "incremental"] as const;
export type Phase = (typeof PHASES)[number];

export interface PlannedCase {
  readonly phase: Phase;
  /** The call that fails, counted from the beginning of the phase. */
  readonly call: number;
  readonly kind: FaultKind;
}

/** Passes that a sync without faults needs until its content is the truth. */
export type PassesNeeded = Readonly<Record<Phase, number>>;

export interface CaseResult {
  readonly injected: boolean;
  /** Passes beyond those that a sync without faults needs. */
  readonly extraPasses: number;
  readonly missing: number;
  readonly extra: number;
  readonly falseDeletes: number;
  readonly stale: number;
  readonly wrongMembership: number;
  /** Everything that must not be, in words; empty when the case is good. */
  readonly violations: readonly string[];
}

/** Scheduled passes that a sync has to recover in. */
export const RECOVERY_PASSES = 4;
/** As far apart as on the tier of the sweep. */
const BETWEEN_PASSES = 6 * 3_600_000;
const UNTIL_CHANGES = 31 * 60_000;
const SLOWED_METHODS = 2;
/** After what looks like fewer things than there are, later passes must not take the rest for deleted. */
const DECEPTIVE: readonly FaultKind[] = [
  "dropped_page",
  "empty_200",
  "repeated_page_token",
  "truncated_json",
];

export async function runCase(
  options: LifeOptions,
  planned: PlannedCase,
  needed: PassesNeeded,
): Promise<CaseResult> {
  await using life = await beginLife(options);
  const watch = new Watch(life);
  const { world } = life;
  let injected = false;
  let extraPasses = 0;
  const phase = async (name: Phase) => {
    const plan = name === planned.phase
      ? world.inject(planned.kind, planned.call, life.hangUp)
      : { played: 0, cancel: () => {} };
    const most = needed[name] + RECOVERY_PASSES;
    let passes = 0;
    let isTold = false;
    do {
      if (passes > 0) life.time.advance(BETWEEN_PASSES);
      await watch.pass();
      passes += 1;
      if (plan.played > 0 && !isTold) {
        isTold = true;
        await watch.tokenFault(planned.kind);
      }
    } while (passes < most && !(isClean(watch.verdict) && passes >= needed[name]));
    if (plan.played > 0 && DECEPTIVE.includes(planned.kind)) {
      for (let again = 0; again < 2; again++) {
        life.time.advance(BETWEEN_PASSES);
        await watch.pass();
      }
    }
    plan.cancel();
    injected ||= plan.played > 0;
    extraPasses = Math.max(extraPasses, passes - needed[name]);
    for (const { kind, key, why } of faultsOf(watch.verdict).slice(0, 3)) {
      watch.violations.push(`${name} sync: ${kind} ${key} ${why}`);
    }
  };
  try {
    await life.connect();
    await phase("first");
    if (watch.violations.length === 0) {
      life.time.advance(UNTIL_CHANGES);
      world.change();
      await phase("incremental");
    }
    const refused = world.journal.countRateLimited(0) -
      (injected && planned.kind === "rate_limited" ? 1 : 0);
    // Each slowed method may be called once too often: nothing else tells an app that it is of the slow cohort.
    const lessons = options.cohort === "commercial" ? SLOWED_METHODS : 0;
    if (refused > lessons) watch.violations.push(`${refused} calls were refused for their rate`);
  } catch (thrown) {
    watch.violations.push(`broke off: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  const { missing, extra, stale, wrongMembership } = watch.verdict;
  return {
    injected,
    extraPasses,
    missing: missing.length,
    extra: extra.length,
    falseDeletes: watch.falseDeletes,
    stale: stale.length,
    wrongMembership: wrongMembership.length,
    violations: watch.violations,
  };
}

/** What is seen from outside while a life goes on. */
class Watch {
  readonly violations: string[] = [];
  /** Things that were there and ever held as deleted, even if a later pass put it right. */
  falseDeletes = 0;
  #verdict: Verdict | undefined;
  #reconnects = 0;

  constructor(readonly life: Life) {}

  get verdict(): Verdict {
    return this.#verdict ??
      {
        wanted: 0,
        held: 0,
        missing: [],
        extra: [],
        falseDeletes: [],
        stale: [],
        wrongMembership: [],
      };
  }

  async pass(): Promise<void> {
    await this.life.pass();
    this.#verdict = await this.life.verdict();
    this.falseDeletes = Math.max(this.falseDeletes, this.verdict.falseDeletes.length);
    const [example] = this.verdict.falseDeletes;
    if (example) this.violations.push(`taken for deleted and there: ${example.key} ${example.why}`);
    const { status, notices } = await this.life.standing();
    if (notices > this.#reconnects + Number(status === "needs_reauth")) {
      this.violations.push(`${notices} notices after ${this.#reconnects} reconnections`);
    }
  }

  /** After a fault: whose token died is told once, costs no call any more, and goes on where it was once connected again. */
  async tokenFault(kind: FaultKind): Promise<void> {
    const { world } = this.life;
    const { status, notices } = await this.life.standing();
    if (status !== "needs_reauth") {
      if (kind === "revoked_token") {
        this.violations.push(`the token was revoked, and the connection is ${status}`);
      }
      if (notices > 0) this.violations.push(`${notices} notices though the connection is ${status}`);
      return;
    }
    if (!isTokenFault(kind)) this.violations.push(`${kind} was taken for a dead token`);
    if (notices !== 1) this.violations.push(`a dead token was told ${notices} times`);
    const { latest } = world.journal;
    await this.life.pass().catch(() => {});
    if (world.journal.latest !== latest) {
      this.violations.push(`${world.journal.latest - latest} calls with a token that is known to be dead`);
    }
    world.regrant();
    await this.life.connect();
    this.#reconnects += 1;
    await this.pass();
  }
}

const isTokenFault = (kind: FaultKind) => kind === "expired_token" || kind === "revoked_token";
