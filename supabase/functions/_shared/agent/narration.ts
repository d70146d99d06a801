/**
 * A model that was told to write the text and nothing else still likes to say what it does. Such a line at the beginning
 * or the end is taken away: whole sentences only, never one that cites, and never a heading or a point of a list.
 */

const word = String
  .raw`(?:okay|ok|alright|all right|sure|certainly|of course|great|perfect|understood|got it)`;
const lead = String.raw`(?:(?:${word}|now|first|next|so)[,.!:]? )?`;
/** What a model does while it works. A person's own report says "I will" too, of other things. */
const working = String
  .raw`(?:check|search|look|gather|summari[sz]e|compile|put together|analy[sz]e|review|read|go through|(?:write|draft|prepare|create|start|begin|produce|finish)(?: writing)? (?:the|this|it|that|your|a|up|by|with)\b)`;
const product = String
  .raw`(?:digest|brief|briefing|summary|report|draft|text|version|update|overview|preview|prep|answer|response|rewrite|result)s?\b`;

/** How a sentence begins that speaks of the work instead of its subject. */
const opening = new RegExp(
  [
    `${word}[!.:]`,
    String
      .raw`${lead}(?:let me|let's|let’s|i'll|i’ll|i will|i'm going to|i’m going to|i am going to|i need to|i should|i can) (?:now |first |also |quickly )?${working}`,
    String
      .raw`${lead}i(?:'ve|’ve| have)? (?:now )?(?:(?:gathered|searched|checked|reviewed|read|looked)\b|(?:have |got )?(?:everything|enough)\b)`,
    String
      .raw`${lead}(?:here(?:'s|’s| is| are)|below (?:is|are)|the following is)\b[^.!?\n]{0,80}\b${product}`,
    String
      .raw`based on (?:the|my|these|this|what)\b[^.!?\n]{0,80}\b(?:here(?:'s|’s| is| are)|i(?:'ll|’ll| will| can| have))\b`,
  ].map((part) => `(?:${part})`).join("|"),
  "i",
);
const closing = new RegExp(
  [
    String.raw`(?:please )?(?:let me know|feel free|don't hesitate|don’t hesitate)\b`,
    String.raw`(?:would you like|do you want|shall i|should i)\b`,
    String.raw`(?:i hope (?:this|that)|hope (?:this|that))\b[^.!?\n]{0,20}\b(?:help|useful)`,
    String.raw`i(?:'m| am|’m)? (?:happy|glad) to\b`,
    String.raw`i can (?:also|further)\b`,
    String
      .raw`if you(?:'d|’d| would)? (?:like|want|need|prefer)\b[^.!?\n]{0,80}\b(?:i can|i could|i'll|i’ll|just say|let me know|tell me)\b`,
  ].map((part) => `(?:${part})`).join("|"),
  "i",
);

const structured = /^(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|>|\||`)/;
const cites = /\[\s*[ew]\d+/i;
const rule = /^(?:-{3,}|\*{3,}|_{3,})$/;

/** The text without narration around it; empty when it was nothing else. */
export function withoutNarration(text: string): string {
  const lines = unfenced(text.trim()).split("\n");
  let cut = false;
  while (lines.length > 0) {
    const line = lines[0]?.trim() ?? "";
    if (line === "" || (cut && rule.test(line))) {
      lines.shift();
      continue;
    }
    const rest = withoutSentences(line, opening);
    if (rest === line) break;
    cut = true;
    if (rest === "") lines.shift();
    else {
      lines[0] = rest;
      break;
    }
  }
  cut = false;
  while (lines.length > 0) {
    const line = lines.at(-1)?.trim() ?? "";
    if (line === "" || (cut && rule.test(line))) {
      lines.pop();
      continue;
    }
    // At the end only whole lines: half a paragraph less would look like a mistake.
    if (withoutSentences(line, closing) !== "") break;
    cut = true;
    lines.pop();
  }
  return lines.join("\n").trim();
}

/** A line without the narrating sentences that it begins with. */
function withoutSentences(line: string, narrating: RegExp): string {
  let rest = line;
  while (rest !== "") {
    if (structured.test(rest) || !startsWith(rest, narrating)) return rest;
    const sentence = /^.*?[.!?:…]+(?=\s|$)/.exec(rest)?.[0] ?? rest;
    if (cites.test(sentence)) return rest;
    rest = rest.slice(sentence.length).trimStart();
  }
  return rest;
}

const startsWith = (text: string, pattern: RegExp) => pattern.exec(text)?.index === 0;

/** A text that stands in one code fence as a whole is meant without it. */
function unfenced(text: string): string {
  const inner = /^```(?:markdown|md|text)?[ \t]*\n([\s\S]*)\n```$/.exec(text)?.[1];
  return inner === undefined || inner.includes("\n```") ? text : inner;
}
