/** Where the time of one run went, from what was seen at the borders of the function: its calls to the database, the model and the mail. */

/** A call, in milliseconds of the machine's clock. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

export interface DatabaseCall extends Span {
  /** The RPC. */
  readonly name: string;
  /** The kinds of the tickets that a claim took. */
  readonly claimed?: readonly string[];
}

export interface SeenRun {
  readonly triggeredAt: number;
  readonly database: readonly DatabaseCall[];
  readonly model: readonly Span[];
  readonly mailAcceptedAt: number;
}

/** Milliseconds. */
export interface RunParts {
  /** From the trigger until the function asks for its tickets: pg_net's part, HTTP, a process's start when there is none. */
  readonly wakeUp: number;
  readonly claim: number;
  /** Beginning the version, reading its scope, choosing, reserving the first call's cost. */
  readonly gather: number;
  readonly model: number;
  /** Between model calls: tools, settling and reserving. */
  readonly rounds: number;
  /** From the model's last word to a text that may be stored: settling, citations, current evidence. */
  readonly verify: number;
  readonly finish: number;
  /** From the stored version until the mail's own ticket is at work. */
  readonly handOver: number;
  /** From there until the mail's provider has it. */
  readonly send: number;
}

/** Undefined when the run did not go the whole way. */
export function partsOf({ triggeredAt, database, model, mailAcceptedAt }: SeenRun): RunParts | undefined {
  const claim = database.find(({ claimed }) => claimed?.includes("generate_deliverable"));
  const finish = database.find(({ name }) => name === "finish_version");
  const delivery = database.find(({ name }) => name === "begin_delivery");
  const [first, last] = [model.at(0), model.at(-1)];
  if (!claim || !finish || !delivery || !first || !last) return undefined;
  const asked = model.reduce((sum, { begin, end }) => sum + end - begin, 0);
  return {
    wakeUp: claim.begin - triggeredAt,
    claim: claim.end - claim.begin,
    gather: first.begin - claim.end,
    model: asked,
    rounds: last.end - first.begin - asked,
    verify: finish.begin - last.end,
    finish: finish.end - finish.begin,
    handOver: delivery.begin - finish.end,
    send: mailAcceptedAt - delivery.begin,
  };
}

/** All of it but the model's own time. */
export const overheadOf = ({ model: _, ...ours }: RunParts): number =>
  Object.values(ours).reduce((sum, part) => sum + part, 0);
