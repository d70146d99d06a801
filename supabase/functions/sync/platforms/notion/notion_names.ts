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
const harmless = ["object_not_found", "restricted_resource", "validation_error"];

export function createNotionNames(
  { client, peopleNamed }: {
    readonly client: NotionClient;
    /** The names that the database knows. */
    readonly peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  },
): NotionNames {
  const people = new Map<string, string | undefined>();
  const titles = new Map<string, string | undefined>();
  /** What is being learnt or was: pages that are read side by side ask once. */
  const learning = new Map<string, Promise<void>>();
  let calls = 0;

  /** What a call brings; nothing when Notion refuses it or too many were made. */
  const asked = async (call: () => Promise<string>): Promise<string | undefined> => {
    if (calls >= mostCalls) return undefined;
    calls += 1;
    try {
      return await call();
    } catch (thrown) {
      // Not shared, not there any more, or no right to read about people: its id stands for it.
      if (harmless.includes(refusalOf(thrown) ?? "")) return undefined;
      throw thrown;
    }
  };

  const learnPeople = async (ids: readonly string[]) => {
    const known = await peopleNamed(ids);
    for (const id of ids) {
      people.set(id, known.get(id) ?? await asked(async () => (await client.user(id)).name ?? ""));
    }
  };
  const learnTitles = async (ids: readonly string[], pass: Pass) => {
    const stored = await pass.stored("", ids);
    for (const id of ids) {
      const title = stored.get(id)?.metadata["title"];
      const ask = () => asked(async () => titleIn((await client.page(id)).properties));
      titles.set(id, typeof title === "string" ? title : await ask());
    }
  };
  const once = async (ids: readonly string[], learn: (fresh: readonly string[]) => Promise<void>) => {
    const real = ids.filter((id) => notionId.safeParse(id).success);
    const fresh = real.filter((id) => !learning.has(id));
    if (fresh.length > 0) {
      const work = learn(fresh);
      for (const id of fresh) learning.set(id, work);
    }
    await Promise.all(real.map((id) => learning.get(id)));
  };

  return {
    nameOf: (id) => people.get(id),
    titleOf: (id) => titles.get(id),
    note({ id, properties }) {
      titles.set(id, titleIn(properties));
      learning.set(id, Promise.resolve());
    },
    async learn(unnamed, pass) {
      await once(unnamed.people, learnPeople);
      await once(unnamed.pages, (ids) => learnTitles(ids, pass));
    },
  };
}
