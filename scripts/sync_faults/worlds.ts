/** The world of each platform that the sweep runs in. */
import type { Platform, PlatformWorld, WorldOptions } from "./platform_world.ts";
import { openSlackWorld } from "./slack_world.ts";

export const WORLDS: Readonly<
  Partial<Record<Platform, (options: WorldOptions) => Promise<PlatformWorld>>>
> = {
  slack: openSlackWorld,
};
