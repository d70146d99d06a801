/** Everything in a draft that a reader would take for a citation, ours or not. */

export interface Marker {
  /** From the first wrapping mark to the last, a link behind it included. */
  readonly start: number;
  readonly end: number;
  /** As the model wrote it. */
  readonly written: string;
  /** The short ids (e3, w1) that it names, each once. A range names all between its ends. */
  readonly ids: readonly string[];
  /** What in it looks like a citation and can be none of ours: e3@1, a raw uuid, a number. With no ids either, it is a year or the like. */
  readonly foreign: readonly string[];
}

const bracketed = /(?:!?\\?[[［【〔]){1,3}([^[\]［］【】〔〕]{1,160}?)(?:\\?[\]］】〕]){1,3}/g;
/** Only when nothing but ids stands within: brackets like these have other uses. */
const otherBrackets = /\\?[({<](?:see )?([ew]\d{1,6}(?:(?:[\s,;&–-]|and ){1,5}[ew]\d{1,6})*)\\?[)}>]/g;
/** Where a link leads that was put on a citation. */
const target = /\((?:[^()\n]|\([^()\n]{0,200}\)){0,600}\)/y;

export function markersOf(draft: string): Marker[] {
  const found: Marker[] = [];
  for (const pattern of [bracketed, otherBrackets]) {
    for (const match of draft.matchAll(pattern)) {
      const content = match[1] ?? "";
      if (/\n\s*\n/.test(content)) continue;
      const read = readContent(content);
      if (read === undefined) continue;
      let end = match.index + match[0].length;
      target.lastIndex = end;
      if (pattern === bracketed && target.test(draft)) end = target.lastIndex;
      found.push({ ...unwrapped(draft, match.index, end), written: match[0], ...read });
    }
  }
  found.sort((a, b) => a.start - b.start);
  return found.filter((marker, at) => at === 0 || marker.start >= (found[at - 1]?.end ?? 0));
}

/** Stars and ticks around a citation alone go with it, so that none are left around nothing. */
function unwrapped(draft: string, start: number, end: number) {
  while (
    start > 0 && /[*_~`^]/.test(draft.charAt(start - 1)) && draft.charAt(start - 1) === draft.charAt(end)
  ) {
    start -= 1;
    end += 1;
  }
  return { start, end };
}

const id =
  /(?<![\p{L}\p{N}_@-])([ew])(\d{1,6})(?:\s*(?:-|–|—|~|\.{2,3}|…|\bto\b)\s*\1?(\d{1,6}))?(?![\p{L}\p{N}_@])/gu;
/** A longer range is no statement's basis. */
const longestRange = 20;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{4,}(?:@\d+)?/;
const lookAlike = [
  uuid,
  /^[0-9a-f]{12,}(?:@\d+)?$/,
  // Numbers of a list of sources that only the model has.
  /^\d{1,3}(?:[\s,;–-]+\d{1,3})*[\s,;]*$/,
  /^\^/,
  /^[ew]\s*[-_#:.@?]?\s*(?:\d|n\b|x\b|\?|$)/,
  /^(?:[ew]|s|d|c|r|n|i|m|ev|ids?|refs?|references?|sources?|src|docs?|documents?|items?|msg|messages?|evidence|notes?|cit(?:e|ations?)|web|fn|content|quellen?|belege?|fuentes?|fonte|発言|出典)[\s_#:.№-]*\d{1,6}(?:@\d+)?(?:[\s,;&]+\S{1,12}){0,6}$/,
  /^(?:sources?|citations?(?: needed)?|cite|refs?|references?|evidence|quellen?|belege?|出典)(?:\s*[:：].*)?$/,
  /^\d+†/,
  // A letter of another alphabet that looks like ours.
  /^[^\p{ASCII}]\d{1,6}(?:@\d+)?$/u,
  /^[\p{L}\d]{1,12}@\d{1,6}$/u,
];

/** "[e3: Maya in #launch, Monday at nine]" and the like. */
const mostWords = 16;

/** Years, dates, ticket numbers: no citation, but in brackets they would read as one of our numbers. */
const plainNumbers = /^\d[\d\s,;:./–-]*$/;

/** What a pair of brackets cites; undefined when it is no citation at all: "[draft]", "[x]", "[JIRA-12]". */
function readContent(content: string): Pick<Marker, "ids" | "foreign"> | undefined {
  const text = content.normalize("NFKC").toLowerCase().replace(/\\/g, "").trim();
  // Whole sentences in brackets that happen to name an "e5" cite nothing.
  if (text.split(/\s+/).length > mostWords) return undefined;
  const ids = new Set<string>();
  const foreign: string[] = [];
  const rest = text.replace(/^\^/, "").replace(
    id,
    (written: string, kind: string, first: string, last?: string) => {
      const [from, until] = [Number(first), Number(last ?? first)];
      if (until < from || until - from > longestRange) foreign.push(written);
      else for (let n = from; n <= until; n++) ids.add(`${kind}${n}`);
      return " ";
    },
  );
  if (ids.size === 0 && foreign.length === 0) {
    if (lookAlike.some((form) => form.test(text))) return { ids: [], foreign: [text] };
    return plainNumbers.test(text) ? { ids: [], foreign: [] } : undefined;
  }
  for (const token of rest.split(/[\s,;&]+/)) {
    if (/@\d|^[ew]\d/.test(token) || uuid.test(token)) foreign.push(token);
  }
  return { ids: [...ids], foreign };
}
