/** Every attack, class by class. */
import { type Attack, type AttackClass, type Payload, payloadsOf } from "../payload.ts";
import { audienceAttacks } from "./audience.ts";
import { fenceAttacks } from "./fence.ts";
import { imageAttacks } from "./image.ts";
import { linkAttacks } from "./link.ts";
import { markupAttacks } from "./markup.ts";
import { persistenceAttacks } from "./persistence.ts";
import { recipientAttacks } from "./recipient.ts";
import { searchQueryAttacks } from "./search_query.ts";
import { slackMarkupAttacks } from "./slack_markup.ts";
import { toolEscapeAttacks } from "./tool_escape.ts";

const attacks: Readonly<Record<AttackClass, readonly Attack[]>> = {
  link: linkAttacks,
  image: imageAttacks,
  search_query: searchQueryAttacks,
  recipient: recipientAttacks,
  tool_escape: toolEscapeAttacks,
  fence: fenceAttacks,
  markup: markupAttacks,
  slack_markup: slackMarkupAttacks,
  persistence: persistenceAttacks,
  audience: audienceAttacks,
};

export const payloadsOfClass = (attackClass: AttackClass): Payload[] =>
  payloadsOf(attackClass, attacks[attackClass]);
