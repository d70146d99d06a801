/** The messages of a delivery to Slack: the same every time, so that each part is known by its number. */
import { readDraft } from "@shared/delivery/read_draft.ts";
import { type SlackPart, slackParts } from "@shared/delivery/slack_message.ts";
import type { SlackDelivery } from "./delivery.ts";
import { frameOf, linksOf } from "./frame.ts";

export function composeSlack(delivery: SlackDelivery): SlackPart[] {
  return slackParts({
    ...frameOf(delivery),
    body: readDraft(delivery.version.content, linksOf(delivery)).nodes,
  });
}
