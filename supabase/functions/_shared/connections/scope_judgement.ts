/** Compares what a person allowed with what we asked for. */
import type { ScopeVerdict } from "./oauth_provider.ts";

export interface ScopeRules {
  /** Of each group at least one, or there is nothing to sync. */
  readonly needed: readonly (readonly string[])[];
  /** What each scope is for, as the sentence that says what its lack takes away. */
  readonly optional: Readonly<Record<string, string>>;
  /** Wider scopes that hold one of ours. */
  readonly contained?: Readonly<Record<string, readonly string[]>>;
}

export function judge(
  granted: readonly string[],
  { needed, optional, contained = {} }: ScopeRules,
): ScopeVerdict {
  const has = (scope: string) =>
    granted.includes(scope) || (contained[scope] ?? []).some((wider) => granted.includes(wider));
  return {
    sufficient: needed.every((group) => group.some((scope) => granted.includes(scope))),
    missing: Object.entries(optional).flatMap(([scope, message]) => has(scope) ? [] : [{ scope, message }]),
  };
}
