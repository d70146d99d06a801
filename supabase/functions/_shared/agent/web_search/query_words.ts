/** Words as they are compared: whatever their letters' case, accents, look-alikes or endings. */
import { visible } from "../fence.ts";
import { commonWords, stopWords } from "./common_words.ts";

/** Letters of other scripts that look like Latin ones (from Unicode's confusables: those that make whole words). */
const lookAlikes: Readonly<Record<string, string>> = {
  ...pairs("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "a6brдeeжзийkлmhoпpctyфxцчшщъыьэюя"),
  ...pairs("іїјѕһԁԛԝѵәɑɡıȷ", "iijshdqwveagij"),
  ...pairs("αβγδεζηθικλμνξοπρσςτυφχψω", "aβyδeζnθiklμvξoπpσςtuφxψω"),
  ...pairs("øđħłŧþßæœ", "odhltpsao"),
};

function pairs(from: string, to: string): Record<string, string> {
  const targets = [...to];
  return Object.fromEntries([...from].map((letter, at) => [letter, targets[at] ?? letter]));
}

/** Without hidden characters, ligatures and wide forms. */
const plain = (text: string) => visible(text.normalize("NFKC"));

/** A word with its accents gone and its look-alikes replaced: what a reader takes it for. */
export function readAs(word: string): string {
  const bare = word.normalize("NFD").replace(/\p{M}/gu, "");
  return [...bare].map((letter) => lookAlikes[letter] ?? letter).join("");
}

/** The words of a text in their order, in lower case; everything between letters and digits parts them. */
export function wordsIn(text: string): string[] {
  return wordsWithCase(text).map((word) => word.toLowerCase());
}

/** The same with their capitals. */
export const wordsWithCase = (text: string): string[] => plain(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** What a word is compared by: its base form when that is an ordinary word, else the word itself. */
export function stemOf(word: string): string {
  const read = readAs(word);
  return baseForms(read).find((form) => commonWords.has(form)) ?? read.replace(/(?<=\w{3})s$/, "");
}

/** Whether it stands in the list of ordinary words as it is. */
export const isListed = (word: string) => commonWords.has(word);

/** Whether it is an ordinary English word, in whatever form. */
export const isCommon = (word: string) => baseForms(word).some((form) => commonWords.has(form));

export const isStopWord = (word: string) => stopWords.has(word);

/** The forms that English endings may have been put on; the word itself first. */
function baseForms(word: string): string[] {
  const forms = [word];
  const cut = (ending: string, ...instead: string[]) => {
    if (!word.endsWith(ending) || word.length - ending.length < 3) return;
    const rest = word.slice(0, -ending.length);
    forms.push(...instead.map((more) => rest + more));
    // planned → plan
    if (instead.includes("") && /([b-df-hj-np-tv-z])\1$/.test(rest)) forms.push(rest.slice(0, -1));
  };
  cut("s", "");
  cut("es", "", "is");
  cut("ies", "y");
  cut("ed", "", "e");
  cut("ied", "y");
  cut("ing", "", "e");
  cut("er", "", "e");
  cut("ers", "", "e");
  cut("or", "", "e");
  cut("est", "", "e");
  cut("ly", "", "le");
  cut("ally", "", "al");
  cut("ily", "y");
  cut("ion", "", "e");
  cut("ment", "");
  cut("ness", "");
  return forms;
}
