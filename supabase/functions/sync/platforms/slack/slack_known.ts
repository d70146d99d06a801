/**
 * The first messages of threads that were read, as the cursor keeps them: newest first, each as the microseconds to the
 * one before it, in base 36. So about eight letters hold one, and some two thousand threads fit.
 */
import { ofMicros } from "./slack_time.ts";

/** What fits into the cursor; older threads are watched only by the state that is stored with their first message. */
const longest = 19_000;

export function packed(threads: Iterable<string>): string {
  const newestFirst = [...new Set(threads)].map((ts) => BigInt(ts.replace(".", ""))).sort((a, b) =>
    a < b ? 1 : -1
  );
  let text = "";
  let last = 0n;
  for (const micros of newestFirst) {
    const piece = `${text === "" ? "" : "."}${(text === "" ? micros : last - micros).toString(36)}`;
    if (text.length + piece.length > longest) break;
    text += piece;
    last = micros;
  }
  return text;
}

/** The timestamps again, newest first. */
export function unpacked(text: string): string[] {
  if (text === "") return [];
  let last = 0n;
  return text.split(".").map((piece, nth) => {
    const micros = micros36(piece);
    last = nth === 0 ? micros : last - micros;
    return ofMicros(last);
  });
}

const micros36 = (piece: string): bigint =>
  [...piece].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
