/** Rows that were thrown away: Notion itself says so, which is proof enough. */
import type { ItemName } from "../../content/item.ts";
import { PlatformError } from "../connector.ts";
import type { RoundContext } from "./round_context.ts";

/** Answers of a hundred each that are looked at; what lies deeper is found missing by two listings. */
const mostAnswers = 3;

/** What is stored of the rows in the trash. */
export async function thrownAway(
  { client, pass }: Pick<RoundContext, "client" | "pass">,
  dataSources: readonly string[],
): Promise<ItemName[]> {
  const gone: ItemName[] = [];
  for (const id of dataSources) {
    let cursor: string | null = null;
    for (let answers = 0; answers < mostAnswers; answers += 1) {
      const answer: Awaited<ReturnType<typeof client.rows>> = await client.rows(id, {
        ...{ cursor, pageSize: 100, inTrash: true },
      });
      // Only what says so of itself: an answer that ignored the question must delete nothing.
      const rows = answer.results.filter(({ in_trash }) => in_trash).map((row) => row.id);
      const stored = await pass.stored("", rows);
      for (const row of rows) {
        if (stored.get(row)?.deleted === false) gone.push({ container_id: "", item_id: row });
      }
      if (!answer.has_more) break;
      if (answer.next_cursor === null || answer.next_cursor === cursor) {
        throw new PlatformError("provider_down", "Notion repeated a part of a database's trash.");
      }
      cursor = answer.next_cursor;
    }
  }
  return gone;
}
