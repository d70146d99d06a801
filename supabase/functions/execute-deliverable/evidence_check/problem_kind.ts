/** What can be wrong with a draft's claim to rest on evidence. */
export const problemKinds = [
  /** A bracketed thing that looks like a citation and is none of ours. */
  "unknown_id",
  /** The cited item was edited or deleted while the draft was written. */
  "stale_revision",
  /** The cited item is not the person's own, or not in the run's sources. */
  "not_readable",
  /** Quoted words that stand in no item cited for them. */
  "quote_not_in_source",
  /** A list item or paragraph that states something and cites nothing. */
  "uncited",
] as const;
export type ProblemKind = typeof problemKinds[number];
