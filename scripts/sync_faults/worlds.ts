/** The world of each platform that the sweep runs in. */
import { openCalendarWorld } from "./calendar_world.ts";
import { openGmailWorld } from "./gmail_world.ts";
import { openNotionWorld } from "./notion_world.ts";
import type { Platform, PlatformWorld, WorldOptions } from "./platform_world.ts";
import { openSlackWorld } from "./slack_world.ts";

export const WORLDS: Readonly<
  Partial<Record<Platform, (options: WorldOptions) => Promise<PlatformWorld>>>
> = {
  slack: openSlackWorld,
  gmail: openGmailWorld,
  calendar: openCalendarWorld,
  notion: openNotionWorld,
};
