/** A part of a mail's body: a branch with parts, or a leaf with content. */
export interface MimePart {
  mimeType: string;
  filename: string;
  /** Beyond Content-Type: Content-Disposition, Content-ID, … */
  headers: readonly (readonly [name: string, value: string])[];
  content: Uint8Array;
  encoding: "7bit" | "quoted-printable" | "base64";
  parts: readonly MimePart[];
  /** Separates the parts of a branch. */
  boundary: string;
}

/** A file that goes with a mail. */
export interface Attachment {
  filename: string;
  mimeType: string;
  content: string;
}

/**
 * How the words of a mail are packed: `plain` and `html` alone; `alternative` both; `nested` both inside
 * related (with an inline picture) inside mixed; `footed` a plain part and a second one that a mailing list
 * appended.
 */
export type Packing = "plain" | "html" | "alternative" | "nested" | "footed";

/** The words of a mail before they are packed. */
export interface Body {
  packing: Packing;
  paragraphs: readonly string[];
  /** The letter that is answered, quoted at the end of the plain text. */
  quoted?: { who: string; text: string };
  attachments: readonly Attachment[];
}

/** What a mailing list appends. */
export const LIST_FOOTER =
  "You get this mail because you are on the list. To leave it, answer with the word stop.";

/** The visible words of a body: what a perfect extraction gives, up to white space. */
export function textOf(body: Body): string {
  const words = [...body.paragraphs, ...quotation(body)];
  if (body.packing === "footed") words.push(LIST_FOOTER);
  return words.join("\n\n");
}

function quotation({ quoted }: Body): string[] {
  if (quoted === undefined) return [];
  return [[`${quoted.who} wrote:`, ...quoted.text.split("\n").map((line) => `> ${line}`)].join("\n")];
}

/** Packs a body. @param mark makes the boundaries of this mail its own */
export function pack(body: Body, mark: string): MimePart {
  const plain = leaf("text/plain", [...body.paragraphs, ...quotation(body)].join("\n\n"));
  const html = leaf("text/html", htmlOf(body));
  const files = body.attachments.map(attach);
  const both = () => branch("multipart/alternative", [plain, html], `alt-${mark}`);
  switch (body.packing) {
    case "plain":
      return mixed([plain, ...files], mark);
    case "html":
      return mixed([html, ...files], mark);
    case "alternative":
      return mixed([both(), ...files], mark);
    case "footed":
      return mixed([plain, leaf("text/plain", LIST_FOOTER), ...files], mark);
    case "nested": {
      const picture = { ...attach(LOGO), headers: INLINE };
      const related = branch("multipart/related", [both(), picture], `rel-${mark}`);
      return branch("multipart/mixed", [related, ...files], `mix-${mark}`);
    }
  }
}

const LOGO: Attachment = { filename: "logo.gif", mimeType: "image/gif", content: "GIF89a-not-really" };
const INLINE: MimePart["headers"] = [["Content-ID", "<logo>"], [
  "Content-Disposition",
  'inline; filename="logo.gif"',
]];

function mixed(parts: readonly MimePart[], mark: string): MimePart {
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : branch("multipart/mixed", parts, `mix-${mark}`);
}

function branch(mimeType: string, parts: readonly MimePart[], boundary: string): MimePart {
  return {
    mimeType,
    filename: "",
    headers: [],
    content: new Uint8Array(),
    encoding: "7bit",
    parts,
    boundary,
  };
}

function leaf(mimeType: string, text: string): MimePart {
  const content = new TextEncoder().encode(text.replaceAll("\n", "\r\n"));
  const ascii = content.every((byte) => byte < 128);
  const encoding = ascii && mimeType === "text/plain" ? "7bit" : "quoted-printable";
  return { mimeType, filename: "", headers: [], content, encoding, parts: [], boundary: "" };
}

function attach({ filename, mimeType, content }: Attachment): MimePart {
  const headers = [["Content-Disposition", `attachment; filename="${filename}"`]] as const;
  return {
    mimeType,
    filename,
    headers,
    content: new TextEncoder().encode(content),
    encoding: "base64",
    parts: [],
    boundary: "",
  };
}

/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** HTML as mail programs write it: styles, an invisible preheader, a pixel that counts openings. */
function htmlOf(body: Body): string {
  const shown = body.paragraphs.map((text) =>
    `<p style="margin:0 0 1em">${escapeHtml(text).replaceAll("\n", "<br>")}</p>`
  );
  const quoted = quotation(body).map((text) =>
    `<blockquote>${escapeHtml(text).replaceAll("\n", "<br>")}</blockquote>`
  );
  const logo = body.packing === "nested" ? '<img src="cid:logo" alt="">' : "";
  const style = "<style>p{color:#222}/* <b>no text</b> */</style>";
  return `<!doctype html><html><head><title></title>${style}</head><body><!-- built by hand -->${logo}` +
    `${
      [...shown, ...quoted].join("\r\n")
    }<img src="https://pixel.example/o.gif" width="1" height="1" alt="">` +
    `<script>void 0</script></body></html>`;
}
