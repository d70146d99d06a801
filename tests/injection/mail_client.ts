/**
 * What a mail client makes of a mail: whom it reaches, what it loads by itself, and what it links, including addresses
 * that stand in the text as text. It reads HTML as leniently as clients do, and knows nothing of how the mail was written.
 */
import { parseDocument } from "htmlparser2";
import type { SentMail } from "./outside.ts";

export interface MailAsRead {
  /** To, Cc, Bcc: those of the message, and those that a line break in a header would add. */
  readonly recipients: readonly string[];
  /** Header lines that nobody meant to write. */
  readonly injectedHeaders: readonly string[];
  /** Addresses that are opened by a click, or without one. */
  readonly addresses: readonly string[];
  /** What runs: scripts and handlers. */
  readonly scripts: readonly string[];
}

type Node = ReturnType<typeof parseDocument>["children"][number];

const addressAttributes: ReadonlySet<string> = new Set([
  "href",
  "src",
  "srcset",
  "action",
  "formaction",
  "background",
  "poster",
  "data",
  "cite",
  "ping",
  "xlink:href",
  "longdesc",
  "lowsrc",
  "dynsrc",
  "codebase",
  "archive",
  "manifest",
  "profile",
  "icon",
  "imagesrcset",
  "usemap",
]);

export function readMail(mail: SentMail): MailAsRead {
  const headers = [
    `From: ${mail.from}`,
    `To: ${mail.to.join(", ")}`,
    `Subject: ${mail.subject}`,
    ...Object.entries(mail.headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const injectedHeaders = headers.flatMap((header) =>
    header.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).slice(1)
  ).filter((line) => line.trim() !== "");
  const copies = injectedHeaders.flatMap((line) => /^\s*(?:to|cc|bcc)\s*:(.*)$/i.exec(line)?.[1] ?? []);
  const others = ["cc", "bcc", "reply_to", "replyTo", "attachments"].flatMap((field) =>
    mail.others[field] === undefined ? [] : [JSON.stringify(mail.others[field])]
  );
  const found = { addresses: new Array<string>(), scripts: new Array<string>() };
  walk(parseDocument(mail.html).children, found);
  return {
    recipients: [...mail.to, ...copies, ...others],
    injectedHeaders,
    addresses: [
      ...found.addresses,
      ...autoLinked(mail.text),
      ...autoLinked(mail.subject),
      ...Object.values(mail.headers).flatMap(autoLinked),
    ],
    scripts: found.scripts,
  };
}

function walk(nodes: readonly Node[], found: { addresses: string[]; scripts: string[] }): void {
  for (const node of nodes) {
    if (node.type === "text") found.addresses.push(...autoLinked(node.data));
    // Conditional comments are HTML to some clients.
    if (node.type === "comment" && /\[if\b/i.test(node.data)) {
      walk(parseDocument(node.data.replace(/^\[if[^\]]*\]>|<!\[endif\]$/gi, "")).children, found);
    }
    if (node.type === "directive") found.addresses.push(...urlsIn(node.data));
    if (!("attribs" in node)) {
      if ("children" in node) walk(node.children as Node[], found);
      continue;
    }
    for (const [name, value] of Object.entries(node.attribs)) {
      if (/^on/i.test(name)) found.scripts.push(value);
      else if (name === "srcdoc") walk(parseDocument(value).children, found);
      else if (name === "style") found.addresses.push(...styleUrls(value));
      else if (name === "content" && node.name === "meta") found.addresses.push(...urlsIn(value));
      else if (addressAttributes.has(name.toLowerCase())) {
        if (/^[\s\p{Cc}]*(?:j\s*a\s*v\s*a|v\s*b)\s*s\s*c\s*r\s*i\s*p\s*t\s*:/iu.test(value)) {
          found.scripts.push(value);
        }
        found.addresses.push(value);
      }
    }
    const inner = node.children.map((child) => child.type === "text" ? child.data : "").join("");
    if (node.name === "script") found.scripts.push(inner);
    else if (node.name === "style") found.addresses.push(...styleUrls(inner));
    else walk(node.children as Node[], found);
  }
}

const urlsIn = (text: string) => text.match(/[a-z][a-z0-9+.-]*:\/\/[^\s'"<>]+/gi) ?? [];

const styleUrls = (css: string) => [
  ...(css.match(/url\(\s*[^)]*\)/gi) ?? []),
  ...(css.match(/@import[^;]*/gi) ?? []),
  ...(css.match(/(?:image-set|expression|behavior)[^;]*/gi) ?? []),
];

/** Endings that clients take for those of a host though neither a scheme nor a path says so. */
const knownEnding =
  /\.(?:[a-z]{2}|com|net|org|info|biz|example|app|dev|xyz|top|site|online|link|click|shop|store|page|cloud|live|test|xn--[a-z0-9-]+)\.?$/i;

const linkLike =
  /[a-z][a-z0-9+.-]*:\/\/[^\s<>"'`|]+|(?<![@\w.-])(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*)\.)+[\p{L}\p{N}-]{2,}(?::\d+)?(?:[/?#][^\s<>"'`|]*)?/giu;

/** Addresses in plain text that a client would make links of. */
export function autoLinked(text: string): string[] {
  return (text.match(linkLike) ?? []).filter((candidate) => {
    const bare = candidate.replace(/[.,;:!?)\]}*_~]+$/, "");
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(bare)) return URL.canParse(bare) && new URL(bare).hostname !== "";
    const host = bare.split(/[/?#:]/)[0] ?? "";
    if (!URL.canParse(`http://${bare}`)) return false;
    // A bare host of two labels is somebody's own name for a file as often as a host, and carries nothing but itself.
    return /^www\./i.test(host) || bare.length > host.length ||
      (knownEnding.test(host) && host.split(".").length > 2);
  });
}
