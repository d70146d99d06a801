/** Names of the people in messages: from the database first, from Slack only for who is not in it. */
import { memberInfo, nameOfMember } from "./slack_answers.ts";
import { type SlackClient, slackCodeOf } from "./slack_client.ts";

export interface SlackNames {
  /** The names of these people; whoever has none is left out, and the id stands for them. */
  named(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Whom Slack does not know, the earlier ones first. */
  readonly strangers: readonly string[];
}

/** So many people are asked for in one turn; a message can mention any number. */
const mostAsked = 100;
const mostStrangers = 100;

/**
 * Names for one turn. Nobody is asked for twice in it.
 *
 * @param strangers people that Slack did not know lately: they are not asked for
 */
export function slackNames(
  client: SlackClient,
  peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  strangers: readonly string[] = [],
): SlackNames {
  const names = new Map<string, string>();
  const unknown = new Set(strangers);
  let asked = 0;
  return {
    async named(ids) {
      const wanted = ids.filter((id) => !names.has(id));
      // Strangers, too: the directory may have learnt of them since.
      if (wanted.length > 0) { for (const [id, name] of await peopleNamed(wanted)) names.set(id, name); }
      for (const id of wanted) {
        if (names.has(id) || unknown.has(id) || asked >= mostAsked) continue;
        asked += 1;
        const name = await askFor(client, id);
        if (name === undefined) unknown.add(id);
        else names.set(id, name);
      }
      return names;
    },
    get strangers() {
      return [...unknown].filter((id) => !names.has(id)).slice(-mostStrangers);
    },
  };
}

async function askFor(client: SlackClient, id: string): Promise<string | undefined> {
  try {
    return nameOfMember((await client.call("users.info", { user: id }, memberInfo)).user);
  } catch (thrown) {
    // Guests of other teams cannot be looked up, and a team may not let the app look up anybody.
    if (["user_not_found", "user_not_visible", "missing_scope"].includes(slackCodeOf(thrown) ?? "")) {
      return undefined;
    }
    throw thrown;
  }
}
