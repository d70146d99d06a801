/** What became of each statement in the delivered text. It knows the truth, and nothing of how the check works. */
import type { VerifiedDraft } from "../../supabase/functions/execute-deliverable/evidence_check/write_verified.ts";
import type { Forgery, Statement } from "./forger.ts";
import type { Workplace } from "./workplace.ts";

export interface Tally {
  readonly forgedDelivered: Record<Forgery, string[]>;
  readonly trueLost: string[];
}

const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
const quotation = /[“"„«‘「]([^“”"„«»‘’「」]+)[”"“»’」]/g;

export function tally(
  statements: readonly Statement[],
  { text, citations }: Pick<VerifiedDraft, "text" | "citations">,
  { items, newest }: Workplace,
): Tally {
  const forgedDelivered: Tally["forgedDelivered"] = {
    "unknown id": [],
    "stale revision": [],
    "true quote on the wrong item": [],
    "another user's item": [],
    "paraphrase passed off as quote": [],
  };
  const trueLost: string[] = [];
  const segments = segmentsOf(text);
  const own = new Map(items.map((item) => [item.id, newest(item)]));
  for (const { name, forgery, basis, quote } of statements) {
    const segment = segments.get(name) ?? "";
    const cited = [...segment.matchAll(/\[(\d+(?:, \d+)*)\]/g)].flatMap(([, list = ""]) => list.split(", "))
      .map((number) => citations.find((one) => String(one.number) === number));
    if (forgery !== null) {
      const wrong = cited.filter((one) => one?.content_id !== basis?.id || one?.revision !== basis?.revision);
      const leftovers = /\[\s*\\?[^\]\d][^\]]*\]|\[[0-9a-f]{8}-/i.exec(segment);
      const quotes = [...segment.matchAll(quotation)];
      if (wrong.length > 0 || leftovers !== null || quotes.length > 0) forgedDelivered[forgery].push(segment);
      else if (cited.length === 0 && segment !== "" && !segment.includes("(unverified)")) {
        forgedDelivered[forgery].push(`unmarked: ${segment}`);
      }
    }
    if (basis === null) continue;
    const kept = cited.some((one) => one?.content_id === basis.id && one.revision === basis.revision);
    const quotes = [...segment.matchAll(quotation)].map(([, words = ""]) => letters(words));
    if (!kept || (quote !== null && !quotes.includes(letters(quote))) || segment.includes("(unverified)")) {
      trueLost.push(segment);
    }
  }
  // Whatever it belongs to: a citation in the list is of the person's own item as it is now, and its words stand there.
  for (const { content_id, revision, quote } of citations) {
    const item = own.get(content_id ?? "");
    if (item === undefined) forgedDelivered["another user's item"].push(`citation of ${content_id}`);
    else if (item.revision !== revision) {
      forgedDelivered["stale revision"].push(`citation of ${content_id}@${revision}`);
    } else if (!letters(item.content).includes(letters(quote))) {
      forgedDelivered["paraphrase passed off as quote"].push(quote);
    }
  }
  return { forgedDelivered, trueLost };
}

/** The text of each statement: from its line's or sentence's name to the next one. */
function segmentsOf(text: string): Map<string, string> {
  const found = [...text.matchAll(/(?:On |There is news of )?(Kestrel\d+x\d+y)/g)];
  return new Map(
    found.map((
      match,
      at,
    ) => [match[1] ?? "", text.slice(match.index, found[at + 1]?.index).split(/\n\n|\n#/)[0] ?? ""]),
  );
}
