/** Replacements within a text, by their places in it. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** One blank before it, none when it is empty; brackets that held nothing else go with what was in them. */
  readonly spaced?: boolean;
}

/** Where a line begins, with the mark of its list or quote. */
const lineStart = /(?:^|\n)[ \t]*(?:>[ \t]?)*(?:(?:[-*+•]|\d{1,9}[.)])[ \t]+|#{1,6}[ \t]+)?$/;

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start);
    at = edit.end;
    if (!edit.spaced) {
      result += edit.text;
      continue;
    }
    const startsLine = lineStart.test(result.slice(-40));
    if (!startsLine) result = result.trimEnd();
    if (edit.text === "") {
      // What separated it from the next citation has nothing left to separate.
      at += /^(?:[ \t]*[,;&][ \t]*(?=\\?\[))?/.exec(text.slice(at, at + 12))?.[0].length ?? 0;
      if (startsLine) at += /^[ \t]*:?[ \t]*/.exec(text.slice(at, at + 12))?.[0].length ?? 0;
      else if (result.endsWith("(") && text.charAt(at) === ")") {
        result = result.slice(0, -1).trimEnd();
        at += 1;
      }
      continue;
    }
    // Already in brackets, it would stand in two pairs.
    if (edit.text.startsWith("(") && result.endsWith("(") && text.charAt(at) === ")") {
      result = result.slice(0, -1).trimEnd();
      at += 1;
    }
    const blank = startsLine || result.endsWith("(") ? "" : " ";
    result += blank + edit.text;
    // "[1]: words" would be markdown's definition of a link, which is never shown.
    if (startsLine && text.charAt(at) === ":") at += 1;
  }
  return (result + text.slice(at)).replace(/[ \t]+$/gm, "").trim();
}
