import type { Happening } from "../world/happenings.ts";
import type { PhraseFacts } from "../world/phrase.ts";
import type { SeededRandom } from "../world/random.ts";
import type { BlockInput } from "./block.ts";
import type { Places, ProjectPages } from "./founding.ts";
import type { Library } from "./library.ts";

/** One change of the workspace at an instant. Acts of a happening may lie days apart. */
export interface Act {
  at: number;
  perform(library: Library): void;
}

/** What a telling needs at hand. */
export interface Telling {
  happening: Happening;
  places: Places;
  project: ProjectPages;
  random: SeededRandom;
  /** Speaks a phrase of the book with the happening's facts. */
  speak(phrases: string | readonly string[], extra?: PhraseFacts): string;
  /** A participant other than the lead, by turn. */
  other(turn: number): string;
  /** Plans an act. */
  at(instant: number, perform: (library: Library) => void): void;
  /** Plans an act on something written before, unless it is gone by then. */
  later(instant: number, target: { id?: string }, perform: (library: Library, id: string) => void): void;
}

/** A paragraph. */
export const line = (text: string): BlockInput => ({ type: "paragraph", text });
