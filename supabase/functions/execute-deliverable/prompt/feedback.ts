/** What the reader made of earlier versions, as an assignment says it. */
import { cutText } from "@shared/agent/cut_text.ts";
import type { Run } from "../run.ts";

const longestNotes = 500;

/** A line a version, newest last; nothing when there is none. */
export function feedbackLines(feedback: Run["feedback"]): string[] {
  const lines = feedback.toSorted((a, b) => (a.version_number ?? 0) - (b.version_number ?? 0))
    .flatMap((one) => {
      const said = [
        one.verdict ?? "",
        one.edit_distance_score !== null && one.edit_distance_score > 0
          ? `the reader rewrote ${Math.round(one.edit_distance_score * 100)} % of it`
          : "",
        ...categories(one.edit_categories),
        one.notes
          ? `the reader's words: “${cutText(one.notes.replace(/\s+/g, " "), longestNotes, "…")}”`
          : "",
      ].filter((part) => part !== "");
      return said.length === 0 ? [] : [`- Version ${one.version_number ?? "?"}: ${said.join("; ")}`];
    });
  return lines.length === 0
    ? []
    : [`What the reader made of earlier versions. Write this one as they want it:\n${lines.join("\n")}`];
}

/** Categories come as a list of words, or as an object of words with how much. */
function categories(stored: Run["feedback"][number]["edit_categories"]): string[] {
  if (stored === null || typeof stored !== "object") return [];
  const words = Array.isArray(stored)
    ? stored.filter((word) => typeof word === "string")
    : Object.entries(stored).filter(([, much]) => much !== false && much !== 0 && much !== null).map((
      [word],
    ) => word);
  return words.length === 0
    ? []
    : [`kind of edit: ${words.slice(0, 10).map((word) => cutText(String(word), 60)).join(", ")}`];
}
