/** What the model is told about the problems of its draft, in one message. */
import { cutText } from "@shared/agent/cut_text.ts";
import type { Evidence, EvidenceItem } from "@shared/agent/evidence.ts";
import type { DraftProblem } from "./check_draft.ts";

/** More would be a new assignment; what is left is settled by code. */
const mostProblems = 40;
const longestStatement = 240;
const longestQuote = 160;
const charactersPerItem = 1_200;

/** @param again the newest revisions of items that were edited while the draft was written: shown, so that they can be cited */
export function repairInstruction(
  problems: readonly DraftProblem[],
  evidence: Evidence,
  again: readonly EvidenceItem[] = [],
): string {
  const shown = again.map((item) => evidence.show(item, charactersPerItem));
  const newIds = new Map(again.map((item) => [item.id, evidence.add(item)]));
  const listed = problems.slice(0, mostProblems);
  return [
    `Your text was checked against the material. ${
      problems.length === 1 ? "One statement does" : `${problems.length} points do`
    } not hold:`,
    listed.map((problem, at) =>
      `${at + 1}. Line ${problem.line}, ${quoted(problem.statement, longestStatement)}: ${
        reason(problem, evidence, newIds)
      }`
    ).join("\n"),
    problems.length > listed.length ? `And ${problems.length - listed.length} more of the same kinds.` : "",
    shown.length > 0
      ? `These items were edited meanwhile. This is how they read now:\n${shown.join("\n")}`
      : "",
    "Write the whole text again, complete and in the same form, with these points mended. Leave every other statement exactly as it is. Cite only ids that you were shown, as [e3]. A statement that rests on nothing in the material is left out. Begin with the text's first line; say nothing about this correction.",
  ].filter((paragraph) => paragraph !== "").join("\n\n");
}

function reason(problem: DraftProblem, evidence: Evidence, newIds: ReadonlyMap<string, string>): string {
  const { kind, what, cited, standsIn } = problem;
  switch (kind) {
    case "unknown_id":
      return `${
        quoted(what, longestQuote)
      } is no id that you were shown. Cite the item that the statement rests on, or leave the statement out.`;
    case "stale_revision": {
      const now = newIds.get(evidence.get(what)?.id ?? "");
      return now === undefined
        ? `${what} was edited while you wrote, and may not say this any more. Rest the statement on another item, or leave it out.`
        : `${what} was edited while you wrote and is ${now} now. State what ${now} says and cite ${now}, or leave the statement out.`;
    }
    case "not_readable":
      return `${what} was deleted or may not be read for this text. Rest the statement on another item, or leave it out.`;
    case "quote_not_in_source": {
      const where = cited.length === 0 ? "in nothing that you were shown" : `not in ${cited.join(", ")}`;
      const elsewhere = standsIn === undefined
        ? "Quote exactly what stands in the item you cite, in one piece and with nothing left out, or say it in your own words without quotation marks."
        : `They stand in ${standsIn}: cite that, if it is what you mean.`;
      return `the words ${quoted(what, longestQuote)} stand ${where}. ${elsewhere}`;
    }
    case "uncited":
      return "it cites nothing. End it with the id of the item that it rests on, or leave it out.";
  }
}

/** On one line and in JSON's quotes: the statement may repeat what somebody wrote to be obeyed. */
const quoted = (text: string, characters: number) =>
  JSON.stringify(cutText(text.replace(/\s+/g, " ").trim(), characters, "…"));
