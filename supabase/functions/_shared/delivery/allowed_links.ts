/**
 * Which links a delivered text may hold: exactly those of its sources. A model that was talked into writing a private
 * sentence into an address cannot make it clickable, however the address is dressed.
 */

import { printableText } from "./printable_text.ts";

/** The address to link to, or undefined when it is not one of the allowed. */
export type LinkJudge = (href: string) => string | undefined;

/** A judge that lets pass only the given URLs, compared in their normal form (`https://A.example` is `https://a.example/`). */
export function createLinkJudge(allowedLinks: Iterable<string>): LinkJudge {
  const allowed = new Set<string>();
  for (const link of allowedLinks) {
    const href = webAddress(link);
    if (href !== undefined) allowed.add(href);
  }
  return (href) => {
    const normal = webAddress(href);
    return normal !== undefined && allowed.has(normal) ? normal : undefined;
  };
}

/** The normal form of an http(s) address without credentials; undefined for anything else. */
export function webAddress(text: string): string | undefined {
  try {
    const url = new URL(text);
    const isWeb = url.protocol === "https:" || url.protocol === "http:";
    return isWeb && url.username === "" && url.password === "" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

// Whatever a mail client might turn into a link by itself: with a scheme, with www, a host followed by a path or a query,
// or a host that stands in another's domain: its first name can be a secret, which looking the host up would tell. (Of two
// names alone neither is somebody else's to choose.) The lengths are bounded so that no text makes the search slow.
const linkLike =
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s<>]{1,2000}|(?<![\w@.-])(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?::\d{1,5})?[/?#][^\s<>]{0,2000}|(?<![\w@.-])(?:[\p{L}\p{N}_-]{1,63}\.){2,8}(?:\p{L}{2,24}|xn--[a-z0-9-]{1,59})(?!\.?[\p{L}\p{N}_@-])|\bwww\.[^\s<>]{1,2000}/giu;

/**
 * The same text with addresses that are not allowed written so that no mail client links them: `https://evil[.]example/x`.
 * It stays readable, and can be repaired by hand by whoever really wants to go there.
 */
export function unlinkAddresses(text: string, judge: LinkJudge): string {
  return text.replace(linkLike, (address) => {
    const bare = address.replace(/[.,;:!?)\]}'"]+$/, "");
    if (judge(address) !== undefined || judge(bare) !== undefined) return address;
    return unlinked(address);
  });
}

/** One address, unlinked: every dot of its host in brackets, and of every further address that stands in its path. */
export function unlinked(address: string): string {
  const [, scheme = "", host = "", rest = ""] = /^([a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)(.*)$/is.exec(address) ??
    [];
  const marked = host.replaceAll(/\.(?=[^.])/g, "[.]");
  // A host without dots (a number, `localhost`) is broken at its scheme instead.
  return (marked === host ? scheme.replace("://", "[:]//") : scheme) + marked +
    rest.replace(linkLike, unlinked);
}

const none: LinkJudge = () => undefined;

/** A name or a label as one line of text that nothing links: it comes from people, and is no draft. */
export function plainLine(text: string): string {
  return unlinkAddresses(printableText(text).replace(/\s+/g, " ").trim(), none);
}
