/** The pages behind the link in a mail: no script, nothing from elsewhere, and text of ours but for an escaped title. */
import { escapeHtml } from "@shared/delivery/draft_html.ts";

const style = "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;" +
  "color:#1a1a1a;background:#fff}button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.4rem;" +
  "background:#1a1a1a;color:#fff;cursor:pointer}";

export interface Page {
  readonly status: number;
  readonly heading: string;
  readonly text: string;
  /** Shows a button that posts to the page's own address. */
  readonly button?: string;
}

export function pageResponse({ status, heading, text, button }: Page): Response {
  const nonce = crypto.randomUUID();
  const form = button === undefined
    ? ""
    : `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">` +
      `<button>${escapeHtml(button)}</button></form>`;
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(heading)}</title>` +
    `<meta name="viewport" content="width=device-width"><style nonce="${nonce}">${style}</style></head>` +
    `<body><h1>${escapeHtml(heading)}</h1><p>${escapeHtml(text)}</p>${form}</body></html>`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      "x-robots-tag": "noindex",
    },
  });
}
