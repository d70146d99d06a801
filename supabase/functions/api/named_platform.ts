/**
 * Which platform a path means. A path may name a provider (`google`) or one of its platforms (`gmail`), because a Google
 * grant covers two; `?platform=` chooses between them.
 */
import { z } from "@hono/zod-openapi";
import { PipelineError } from "@shared/http/problem.ts";

export const platformName = z.enum(["slack", "gmail", "calendar", "notion"]);
export type PlatformName = z.output<typeof platformName>;
export type ProviderName = "slack" | "google" | "notion";

export const pathProvider = z.object({
  provider: z.enum(["slack", "google", "notion", "gmail", "calendar"]).openapi({
    param: { name: "provider", in: "path" },
    description: "A provider, or one platform of it.",
  }),
});
type PathProvider = z.output<typeof pathProvider>["provider"];

export const queryPlatform = z.object({
  platform: platformName.optional().openapi({ description: "One platform of a provider that has two." }),
});

const platformsOf: Readonly<Record<ProviderName, readonly PlatformName[]>> = {
  slack: ["slack"],
  google: ["gmail", "calendar"],
  notion: ["notion"],
};

export interface Named {
  readonly provider: ProviderName;
  /** Those that are meant: all of the provider's, or the one that was named. */
  readonly platforms: readonly PlatformName[];
}

/** @throws {PipelineError} `unknown_platform` when `platform` is none of what the path names. */
export function named(path: PathProvider, platform: PlatformName | undefined): Named {
  const provider = path === "gmail" || path === "calendar" ? "google" : path;
  const platforms = path === "gmail" || path === "calendar" ? [path] as const : platformsOf[provider];
  if (platform === undefined) return { provider, platforms };
  if (!platforms.some((one) => one === platform)) {
    throw new PipelineError({
      code: "unknown_platform",
      message: `"${path}" has no platform "${platform}". Nothing was done.`,
      hint: `It has: ${platforms.join(", ")}.`,
      status: 422,
    });
  }
  return { provider, platforms: [platform] };
}

/** For routes that are about one platform. @throws {PipelineError} `platform_missing` when the path leaves open which. */
export function namedOne(path: PathProvider, platform: PlatformName | undefined): PlatformName {
  const { platforms } = named(path, platform);
  const [only, another] = platforms;
  if (only !== undefined && another === undefined) return only;
  throw new PipelineError({
    code: "platform_missing",
    message: `"${path}" has several platforms. Nothing was done.`,
    hint: `Name one of them: ?platform=${platforms.join(" or ?platform=")}.`,
    status: 422,
  });
}
