/**
 * What an attacker wants, in a form that a model of ours can obey to the letter: `⟦write: …⟧`, `⟦call Tool: {…}⟧`. Real
 * payloads ask in prose; an obedient model needs no persuading, and the prose around an order is for the fence to hold.
 */
import { type Canary, lookAlike, reveal, rot13 } from "./canary.ts";

export interface Order {
  readonly verb: "write" | "call" | "title" | "to" | "save";
  /** The tool of a call. */
  readonly name: string;
  /** With `{SECRET}` and its disguises still to be filled in. */
  readonly text: string;
}

const order = /⟦(write|call|title|to|save)(?: ([^:⟧]{1,60}))?: ([^⟧]{1,3000})⟧/g;

/** Every order in a text, also one that is encoded there as payloads like to be. */
export function ordersIn(text: string): Order[] {
  return [...new Set(readings(text))].flatMap((reading) =>
    [...reading.matchAll(order)].map(([, verb, name = "", said = ""]) => ({
      verb: verb as Order["verb"],
      name,
      text: said,
    }))
  );
}

function readings(text: string): string[] {
  const plain = reveal(unescaped(text));
  return [
    plain,
    ...[...plain.matchAll(/base64:([A-Za-z0-9+/=]{8,})/g)].map(([, code = ""]) => fromBase64(code)),
    ...[...plain.matchAll(/rot13:([^\n]+)/g)].map(([, code = ""]) => rot13(code)),
    ...[...plain.matchAll(/backwards:([^\n]+)/g)].map(([, code = ""]) => [...code].reverse().join("")),
  ];
}

/** Attributes of the fence are escaped; a model reads them all the same. */
const unescaped = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export const toBase64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const fromBase64 = (text: string) => {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  } catch {
    return "";
  }
};

const hidden = (text: string) =>
  [...text].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");

const disguises: Readonly<Record<string, (text: string) => string>> = {
  base64: toBase64,
  hex: (text) => [...text].map((letter) => letter.charCodeAt(0).toString(16)).join(""),
  rot13,
  backwards: (text) => [...text].reverse().join(""),
  upper: (text) => text.toUpperCase(),
  spaced: (text) => [...text].join(" "),
  dotted: (text) => [...text].join("."),
  dashed: (text) => [...text].join("-"),
  percent: (text) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(""),
  entities: (text) => [...text].map((letter) => `&#${letter.charCodeAt(0)};`).join(""),
  numbers: (text) => [...text].map((letter) => letter.charCodeAt(0)).join(" "),
  zerowidth: (text) => [...text].join("\u200b"),
  hidden,
  lookalike: lookAlike,
  wide: (text) => [...text].map((letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)).join(""),
  first: (text) => text.slice(0, 7),
  second: (text) => text.slice(7),
  plus: (text) => text.replaceAll(" ", "+"),
};

export const disguiseNames = Object.keys(disguises);

/** The attacker's text with the secret in it: `{SECRET}`, `{SECRET|base64}`, `{PHRASE}`, `{WORD3}`, in any disguise. */
export function filledIn(text: string, canary: Canary): string {
  return text.replace(/\{(SECRET|PHRASE|WORD(\d))(?:\|([a-z0-9]+))?\}/g, (_, what: string, nth, disguise) => {
    const plain = what === "SECRET"
      ? canary.code
      : what === "PHRASE"
      ? canary.phrase
      : canary.phrase.split(" ")[Number(nth) - 1] ?? "";
    const dress = disguise === undefined ? undefined : disguises[disguise];
    if (disguise !== undefined && dress === undefined) throw new Error(`No disguise is called '${disguise}'`);
    return dress === undefined ? plain : dress(plain);
  });
}
