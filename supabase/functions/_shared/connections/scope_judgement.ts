/** Compares what a person allowed with what we asked for. */
import type { MissingFeature, Platform, ScopeVerdict } from "./oauth_provider.ts";

export interface ScopeRules {
  /** For each platform its groups of scopes; of each group at least one is needed to sync it. */
  readonly platforms: Readonly<Partial<Record<Platform, readonly (readonly string[])[]>>>;
  /** What to say when a platform cannot be synced; needed only where another one could be all the same. */
  readonly lacking?: Readonly<Partial<Record<Platform, MissingFeature>>>;
  /** What each other scope is for, as the sentence that says what its lack takes away. */
  readonly optional?: Readonly<Record<string, string>>;
}

export function judge(
  granted: readonly string[],
  { platforms, lacking = {}, optional = {} }: ScopeRules,
): ScopeVerdict {
  const asked: readonly Platform[] = ["slack", "gmail", "calendar", "notion"];
  const usable = asked.filter((platform) =>
    platforms[platform]?.every((group) => group.some((scope) => granted.includes(scope))) ?? false
  );
  const unusable = asked.flatMap((platform) =>
    platforms[platform] === undefined || usable.includes(platform) ? [] : lacking[platform] ?? []
  );
  const without = Object.entries(optional).flatMap(([scope, message]) =>
    granted.includes(scope) ? [] : [{ scope, message }]
  );
  return { platforms: usable, missing: [...unusable, ...without] };
}
