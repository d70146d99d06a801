/** The document around a rendered draft: a header with its title, its sources, and the ways to change or stop it. */
import { plainLine, webAddress } from "./allowed_links.ts";
import { escapeHtml } from "./draft_html.ts";
import type { RenderedDraft } from "./render.ts";
import { safeSubject } from "./subject.ts";

/** Something that the text rests on, as its reader finds it. */
export interface EmailSource {
  /** What it is, such as "#launch, Ana, 09:02". */
  readonly label: string;
  /** Its permalink. Only http and https become links. */
  readonly url?: string;
}

export interface EmailLayout {
  readonly title: string;
  readonly body: RenderedDraft;
  /** The line that inboxes show after the subject; default the beginning of the text. */
  readonly preview?: string;
  /** Small line under the title, such as "Monday, 23 November · #launch, #design". */
  readonly subtitle?: string;
  /** What the reader was told earlier and is no longer so, a sentence each. */
  readonly corrections?: readonly string[];
  readonly sources?: readonly EmailSource[];
  /** How fresh and how complete the sources are, such as "Slack up to 09:02; #legal could not be read". */
  readonly coverage?: string;
  /** The deliverable in the app. */
  readonly openUrl?: string;
  readonly settingsUrl?: string;
  readonly unsubscribeUrl?: string;
  /** Who sends this; default "YARNNN". */
  readonly product?: string;
}

export interface RenderedEmail {
  readonly html: string;
  readonly text: string;
}

/** Writes the whole mail, HTML and text, from one layout. Every text in it is escaped here; no part is trusted. */
export function renderEmail(layout: EmailLayout): RenderedEmail {
  return { html: html(layout), text: text(layout) };
}

const line = (value: string | undefined) => value === undefined ? "" : plainLine(value);
const product = (layout: EmailLayout) => line(layout.product) || "YARNNN";

const correctionLines = ({ corrections = [] }: EmailLayout) =>
  corrections.map(line).filter((told) => told !== "");

function footerLinks(layout: EmailLayout): { label: string; href: string }[] {
  const links: [string, string | undefined][] = [
    ["Open in the app", layout.openUrl],
    ["Settings", layout.settingsUrl],
    ["Unsubscribe", layout.unsubscribeUrl],
  ];
  return links.flatMap(([label, url]) => {
    const href = url === undefined ? undefined : webAddress(url);
    return href === undefined ? [] : [{ label, href }];
  });
}

function text(layout: EmailLayout): string {
  const title = line(safeSubject(layout.title));
  const sources = (layout.sources ?? []).map((source, at) => {
    const href = source.url === undefined ? undefined : webAddress(source.url);
    return `${at + 1}. ${line(source.label)}${href === undefined ? "" : `\n   ${href}`}`;
  });
  const corrections = correctionLines(layout);
  return [
    `${title}\n${"=".repeat(Math.min([...title].length, 60))}`,
    line(layout.subtitle),
    layout.body.text,
    corrections.length === 0
      ? ""
      : `Corrections\n-----------\n${corrections.map((told) => `- ${told}`).join("\n")}`,
    sources.length === 0 ? "" : `Sources\n-------\n${sources.join("\n")}`,
    line(layout.coverage),
    [
      "-- ",
      `Sent by ${product(layout)}`,
      ...footerLinks(layout).map(({ label, href }) => `${label}: ${href}`),
    ].join("\n"),
  ].filter((part) => part !== "").join("\n\n") + "\n";
}

// Colours by class, so that a dark scheme can change them; the inline styles are for clients that drop this sheet.
const sheet = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#101418!important}.card{background:#181d23!important;color:#e6e9ec!important}
.quiet{color:#9aa4ae!important}.edge{border-color:#343b43!important}.code{background:#22282f!important}
.link{color:#8ab4f8!important}
}
@media (max-width:520px){.card{padding:22px 18px!important;border-radius:0!important}.page{padding:0!important}}
`.trim();

const fonts = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

function html(layout: EmailLayout): string {
  const title = escapeHtml(line(safeSubject(layout.title)));
  const preview = escapeHtml(
    (line(layout.preview) || line(layout.body.text.slice(0, 1_000))).slice(0, 140).toWellFormed(),
  );
  const subtitle = escapeHtml(line(layout.subtitle));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
<style>${sheet}</style>
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f3f5f7">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${preview}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse"><tr><td align="center">
<div class="card" style="max-width:600px;box-sizing:border-box;padding:32px 36px;border-radius:10px;background:#ffffff;color:#1d2329;text-align:left;font-family:${fonts};font-size:15px;line-height:1.55">
<h1 style="margin:0;font-size:23px;line-height:1.25;font-weight:650">${title}</h1>
${
    subtitle === ""
      ? ""
      : `<p class="quiet" style="margin:6px 0 0;font-size:13px;color:#5b6670">${subtitle}</p>\n`
  }<hr class="edge" style="margin:18px 0 22px;border:0;border-top:1px solid #dfe4e8">
${layout.body.html}
${correctionsHtml(layout)}${sourcesHtml(layout)}${footerHtml(layout)}</div>
</td></tr></table>
</body>
</html>
`;
}

function correctionsHtml(layout: EmailLayout): string {
  const items = correctionLines(layout).map((told) => `<li style="margin:0 0 4px">${escapeHtml(told)}</li>`);
  if (items.length === 0) return "";
  return `<div class="edge" style="margin-top:28px;padding-top:16px;border-top:1px solid #dfe4e8">
<p style="margin:0 0 6px;font-weight:600">Corrections</p>
<ul style="margin:0;padding-left:20px">${items.join("\n")}</ul></div>\n`;
}

function sourcesHtml(layout: EmailLayout): string {
  const items = (layout.sources ?? []).map(({ label, url }) => {
    const href = url === undefined ? undefined : webAddress(url);
    const shown = escapeHtml(line(label));
    return `<li style="margin:0 0 4px">${href === undefined ? shown : link(href, shown)}</li>`;
  });
  const coverage = escapeHtml(line(layout.coverage));
  const list = items.length === 0 ? "" : `<p style="margin:0 0 6px;font-weight:600">Sources</p>
<ol style="margin:0 0 10px;padding-left:20px">${items.join("\n")}</ol>\n`;
  if (list === "" && coverage === "") return "";
  return `<div class="quiet edge" style="margin-top:28px;padding-top:16px;border-top:1px solid #dfe4e8;font-size:13px;color:#5b6670">
${list}${coverage === "" ? "" : `<p style="margin:0">${coverage}</p>\n`}</div>\n`;
}

function footerHtml(layout: EmailLayout): string {
  const links = footerLinks(layout).map(({ label, href }) => link(href, label));
  return `<p class="quiet" style="margin:28px 0 0;font-size:12px;color:#5b6670">${
    [`Sent by ${escapeHtml(product(layout))}`, ...links].join(" · ")
  }</p>\n`;
}

function link(href: string, shown: string): string {
  return `<a class="link" rel="noopener noreferrer" href="${
    escapeHtml(href)
  }" style="color:#0b57d0;text-decoration:underline">${shown}</a>`;
}
