import type { SeededRandom } from "../world/random.ts";

/** A UUID, the form of every id of Notion's. */
export function uuid(random: SeededRandom): string {
  const hex = random.characters(30, "0123456789abcdef");
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `8${hex.slice(15, 18)}`];
  return [...groups, hex.slice(18)].join("-");
}
