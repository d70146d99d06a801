/** Slack: channels as sources, messages and their threads as items. */
import type { Connector } from "./connector.ts";
import type { SlackClient } from "./slack/slack_client.ts";
import { discoverSlack } from "./slack/slack_directory.ts";
import { readImport } from "./slack/slack_import.ts";
import { slackNames } from "./slack/slack_names.ts";
import { itemsIn, readPass } from "./slack/slack_pass.ts";
import type { PassBudget } from "./slack/slack_plan.ts";

export interface SlackConnectorOptions {
  readonly client: SlackClient;
  readonly teamUrl: string | undefined;
  readonly ownId: string | undefined;
  /** Our own bot, whose messages are not content. */
  readonly botId?: string | undefined;
  /** The names of members that the database knows; the others are asked for one by one. */
  readonly peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Messages of one channel that its first and every later pass read; the rest is the next pass's. */
  readonly passBudget?: PassBudget;
}

/** The seed's F1. */
const seedsPassBudget = { first: 1000, later: 500 };

export function createSlackConnector(options: SlackConnectorOptions): Connector {
  const { client, passBudget = seedsPassBudget } = options;
  return {
    discover: () => discoverSlack(client),
    async *sync(unit, cursor, pass) {
      // A channel is a unit of one source.
      const [source] = unit.sources;
      if (source === undefined) return;
      yield* readPass({ ...options, budget: passBudget }, source, cursor, pass, unit.threads);
    },
    importHistory(source, scope, cursor, pass) {
      const names = slackNames(client, options.peopleNamed);
      const channel = { id: source.externalId, isPrivate: source.metadata["is_private"] === true };
      return readImport(
        { client, itemsOf: (messages) => itemsIn(messages, channel.id, options, names) },
        channel,
        scope,
        cursor,
        pass,
      );
    },
  };
}
