/** Names of people and titles of pages that an answer mentions by id only, each asked for at most once. */
import type { Pass } from "../connector.ts";
import { notionId, type NotionPage } from "./notion_answers.ts";
import { type NotionClient, refusalOf } from "./notion_client.ts";
import { titleIn } from "./property_text.ts";

export interface NotionNames {
  nameOf(personId: string): string | undefined;
  titleOf(pageId: string): string | undefined;
  /** A page whose title was seen in passing. */
  note(page: NotionPage): void;
  /** Learns these, as far as that costs little. */
  learn(unnamed: { people: readonly string[]; pages: readonly string[] }, pass: Pass): Promise<void>;
}

/**
 * Calls for names that one turn may make: a name is a nicety, and each call is one page less. What stays unnamed is named
 * when its page is read again.
 */
const mostCalls = 60;

export function createNotionNames(
  { client, peopleNamed }: {
    readonly client: NotionClient;
    /** The names that the database knows. */
    readonly peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  },
): NotionNames {
  const people = new Map<string, string | undefined>();
  const titles = new Map<string, string | undefined>();
  let calls = 0;

  /** What a call brings; nothing when Notion refuses it or too many were made. */
  const asked = async (call: () => Promise<string>): Promise<string | undefined> => {
    if (calls >= mostCalls) return undefined;
    calls += 1;
    try {
      return await call();
    } catch (thrown) {
      // Not shared, not there any more, or no right to read about people: its id stands for it.
      if (["object_not_found", "restricted_resource", "validation_error"].includes(refusalOf(thrown) ?? "")) {
        return undefined;
      }
      throw thrown;
    }
  };

  return {
    nameOf: (id) => people.get(id),
    titleOf: (id) => titles.get(id),
    note: ({ id, properties }) => void titles.set(id, titleIn(properties)),
    async learn(unnamed, pass) {
      const strangers = unnamed.people.filter((id) => !people.has(id) && notionId.safeParse(id).success);
      if (strangers.length > 0) {
        const known = await peopleNamed(strangers);
        for (const id of strangers) {
          people.set(id, known.get(id) ?? await asked(async () => (await client.user(id)).name ?? ""));
        }
      }
      const untitled = unnamed.pages.filter((id) => !titles.has(id) && notionId.safeParse(id).success);
      if (untitled.length === 0) return;
      const stored = await pass.stored("", untitled);
      for (const id of untitled) {
        const title = stored.get(id)?.metadata["title"];
        titles.set(
          id,
          typeof title === "string"
            ? title
            : await asked(async () => titleIn((await client.page(id)).properties)),
        );
      }
    },
  };
}
