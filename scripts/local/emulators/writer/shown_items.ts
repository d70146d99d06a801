/** What a request shows its model: the fenced items, and the headings that the assignment asks for. */

export interface ShownItem {
  readonly id: string;
  readonly source: string;
  readonly platform: string;
  readonly author: string;
  readonly inThread: boolean;
  readonly at: string;
  /** The title's line first, where there is one. */
  readonly text: string;
  /** An earlier version told it. */
  readonly told: boolean;
  readonly attendees: string;
}

const fenced = /<data-([0-9a-f]+)((?: [a-z_]+="[^"]*")*)>\n([\s\S]*?)\n<\/data-\1>/g;

/** The fenced items of a prompt, each once, as last shown. */
export function shownIn(text: string): ShownItem[] {
  const items = new Map<string, ShownItem>();
  for (const [, nonce, attributes = "", body = ""] of text.matchAll(fenced)) {
    if (nonce === undefined) continue;
    const of = (name: string) => unescaped(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    const id = of("id");
    if (id === "") continue;
    items.set(id, {
      id,
      source: of("source") || items.get(id)?.source || "a channel",
      platform: of("platform") || items.get(id)?.platform || "",
      author: of("author") || "Someone",
      inThread: of("in_thread") === "yes",
      at: of("at"),
      text: body,
      told: of("told_in") !== "",
      attendees: of("attendees"),
    });
  }
  return [...items.values()];
}

/** The sections that the assignment names as "## Name: what belongs there", none of them from within a fence. */
export function headingsIn(text: string): string[] {
  return [
    ...new Set(
      [...text.replace(fenced, "").matchAll(/^## ([^:\n]+):/gm)].map(([, name = ""]) => name.trim()),
    ),
  ];
}

const unescaped = (value: string) =>
  value.replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
