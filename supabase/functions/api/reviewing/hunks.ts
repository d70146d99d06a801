/** A comparison cut down to what changed, with some lines around it, as people read differences. */
import type { Block, Piece } from "./text_comparison.ts";

export type Part =
  | { readonly kind: "same"; readonly lines: readonly string[] }
  | {
    readonly kind: "changed";
    readonly removed: readonly string[];
    readonly added: readonly string[];
    readonly words: readonly Piece[] | null;
  };

export interface Hunk {
  /** The first line of it, counted from 1, in the text before and in the text after. */
  readonly old_line: number;
  readonly new_line: number;
  readonly parts: readonly Part[];
}

const around = 3;

/** Places whose surroundings touch are one hunk. */
export function hunksOf(blocks: readonly Block[]): Hunk[] {
  const hunks: { old_line: number; new_line: number; parts: Part[] }[] = [];
  let [oldLine, newLine] = [1, 1];
  for (const [at, block] of blocks.entries()) {
    const hunk = hunks.at(-1);
    if (block.kind === "changed") {
      const { removed, added, words = null } = block;
      const part: Part = { kind: "changed", removed, added, words };
      if (hunk === undefined) hunks.push({ old_line: oldLine, new_line: newLine, parts: [part] });
      else hunk.parts.push(part);
      oldLine += removed.length;
      newLine += added.length;
      continue;
    }
    const { lines } = block;
    const follows = at < blocks.length - 1;
    const apart = hunk === undefined || !follows || lines.length > 2 * around;
    if (!apart) hunk.parts.push({ kind: "same", lines });
    else {
      hunk?.parts.push({ kind: "same", lines: lines.slice(0, around) });
      const lead = lines.slice(-around);
      const [old_line, new_line] = [oldLine, newLine].map((line) => line + lines.length - lead.length);
      if (follows && old_line !== undefined && new_line !== undefined) {
        hunks.push({ old_line, new_line, parts: [{ kind: "same", lines: lead }] });
      }
    }
    oldLine += lines.length;
    newLine += lines.length;
  }
  return hunks;
}
