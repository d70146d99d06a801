import assert from "node:assert/strict";
import fc from "fast-check";
import { plainText } from "./draft_tree.ts";
import { allowedLink, hostileDrafts } from "./hostile_drafts.ts";
import { readDraft } from "./read_draft.ts";
import {
  BLOCK_JSON_CHARACTERS,
  BLOCKS_A_MESSAGE,
  SECTION_CHARACTERS,
  type SlackBlock,
  type SlackLayout,
  type SlackPart,
  slackParts,
} from "./slack_message.ts";

const treeOf = (draft: string, links: string[] = [allowedLink]) =>
  readDraft(draft, { allowedLinks: links, citations: new Map([[1, allowedLink]]) }).nodes;
const partsOf = (draft: string, layout: Partial<SlackLayout> = {}) =>
  slackParts({ title: "Digest", body: treeOf(draft), ...layout });

/** Every text of the blocks that Slack reads as markup. */
const markupOf = (blocks: readonly SlackBlock[]) =>
  blocks.flatMap((block) =>
    block.type === "section"
      ? [block.text.text]
      : block.type === "context"
      ? block.elements.map(({ text }) => text)
      : []
  );
const allMarkup = (parts: readonly SlackPart[]) => parts.flatMap(({ blocks }) => markupOf(blocks));

/** The only tag that we write, `<allowed link|words>`; quotes open a line with `>`. */
const writtenLink = /<(https?:[^<>|]*)\|([^<>|]+)>/g;
const readHref = (href: string) => href.replaceAll("&amp;", "&");

function assertHarmless(parts: readonly SlackPart[], links: readonly string[], what: string) {
  for (const text of allMarkup(parts)) {
    for (const [, href = ""] of text.matchAll(writtenLink)) {
      assert.ok(links.includes(readHref(href)), `${what}\n${text}`);
    }
    const rest = text.replace(writtenLink, "").replace(/^(?:\s*(?:•|\d+\.) )*(?:> )+/gm, "");
    assert.doesNotMatch(rest, /[<>]/, `${what}\n${text}`);
    assert.doesNotMatch(rest, /&(?!amp;|lt;|gt;)/, `${what}\n${text}`);
    assert.doesNotMatch(text, /@(?:here|channel|everyone|group)\b/i, `${what}\n${text}`);
    assert.doesNotMatch(
      rest.replaceAll(allowedLink.replaceAll("&", "&amp;"), ""),
      /https?:\/\/[\w-]+\.[\w-]|\bwww\.\w/i,
      `${what}\n${text}`,
    );
    assert.doesNotMatch(text, /\p{Cc}(?<![\n\t])|[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/u, what);
  }
  for (const { text, blocks } of parts) {
    assert.doesNotMatch(text, /[<>]|@(?:here|channel|everyone|group)\b/i, what);
    assert.ok(text.length <= 4_000);
    for (const block of blocks) {
      assert.ok(["header", "section", "context", "divider"].includes(block.type));
      if (block.type === "section") assert.equal(block.text.verbatim, true);
    }
  }
}

function assertWithinLimits(parts: readonly SlackPart[]) {
  assert.ok(parts.length > 0);
  for (const { blocks } of parts) {
    assert.ok(blocks.length > 0 && blocks.length <= BLOCKS_A_MESSAGE);
    assert.ok(JSON.stringify(blocks).length <= BLOCK_JSON_CHARACTERS + 3_200);
    for (const text of markupOf(blocks)) {
      assert.ok(text.length > 0 && text.length <= SECTION_CHARACTERS, `${text.length}`);
      assert.ok(text.isWellFormed());
    }
    for (const block of blocks) if (block.type === "header") assert.ok(block.text.text.length <= 150);
  }
}

/** Traps that only Slack's markup has. */
const slackTraps = [
  "<!channel> <!here> <!everyone> <!subteam^S1|@all>",
  "<@U0123456> <@W0123456|ana> <#C0123456|general>",
  "@here @channel @everyone @HERE **@**here @<b>here</b>",
  "<https://evil.example/CANARY|Sign in again>",
  "<mailto:evil@evil.example|mail> <tel:1|call>",
  "<!date^1392734382^{date}^https://evil.example/CANARY|today>",
  "[a|b](https://acme.slack.com/archives/C1/p1700000000000100?thread_ts=1.2&cid=C1)",
  "[x>](https://acme.slack.com/archives/C1/p1700000000000100?thread_ts=1.2&cid=C1) [<!channel>](https://acme.slack.com/archives/C1/p1700000000000100?thread_ts=1.2&cid=C1)",
  "&lt;!channel&gt; &amp;lt;!channel&amp;gt; &#60;!here&#62;",
  "`<!channel>` ```<!here>``` \n\n```\n<!channel> @here `x` ```` \n```",
  "> <!channel>\n> @here",
  "| <!channel> | @everyone |\n|---|---|\n| <@U1> | x |",
  "\u200B<\u200B!channel> <\u0000!here> @\u200Bhere",
  '{"type":"image","image_url":"https://evil.example/CANARY.png","alt_text":"x"}',
];

Deno.test("no hostile draft mentions anybody, links anywhere or opens a tag in Slack", () => {
  let links = 0;
  for (const draft of [...hostileDrafts, ...slackTraps]) {
    for (
      const around of [
        draft,
        `Before ${draft} after`,
        `- item\n\n  ${draft}\n\n> ${draft}`,
        `${draft}\n\n[s](${allowedLink}) [1]`,
      ]
    ) {
      const parts = partsOf(around);
      assertHarmless(parts, [allowedLink], around);
      assertWithinLimits(parts);
      links += allMarkup(parts).join("").split("<https:").length - 1;
    }
  }
  assert.ok(
    links >= hostileDrafts.length,
    "allowed links were linked, so the test does not pass by linking nothing",
  );
});

Deno.test("title, labels, corrections and coverage are text, whatever they hold", () => {
  for (const hostile of [...hostileDrafts, ...slackTraps]) {
    const parts = partsOf("Text", {
      title: hostile,
      subtitle: hostile,
      coverage: hostile,
      corrections: [hostile],
      sources: [{ label: hostile, url: hostile }, { label: hostile, url: allowedLink }],
    });
    const own = URL.canParse(hostile) ? [new URL(hostile).href] : [];
    assertHarmless(parts, [allowedLink, ...own], hostile);
    assertWithinLimits(parts);
  }
});

Deno.test("a digest reads in Slack as it was written", () => {
  const draft = `# Launch

The **date moved** to *Friday*, said [Ana](${allowedLink}) [1].

1. Ship it
2. Tell people
   - by mail & \`#launch\`

> Quoted
> words

| Who | What |
|---|---|
| Ana | *copy* |

---

\`\`\`
let a = 1 < 2;
\`\`\``;
  const [part, ...others] = partsOf(draft, {
    subtitle: "Monday",
    corrections: ["#launch, Bo: was deleted"],
    sources: [{ label: "#launch, Ana", url: allowedLink }, { label: "No longer available" }],
    coverage: "Slack up to 09:02.",
  });
  const link = allowedLink.replaceAll("&", "&amp;");
  assert.deepEqual(others, []);
  assert.deepEqual(
    part?.blocks.map((block) =>
      block.type === "header" ? block.text.text : markupOf([block])[0] ?? block.type
    ),
    [
      "Digest",
      "Monday",
      `*Launch*

The *date moved* to _Friday_, said <${link}|Ana> <${link}|[1]>.

1. Ship it
2. Tell people
    • by mail &amp; \`#launch\`

> Quoted words

*Who* | *What*
Ana | _copy_`,
      "divider",
      `\`\`\`
let a = 1 &lt; 2;
\`\`\`

*Corrections*
• #launch, Bo: was deleted

*Sources*
1. <${link}|#launch, Ana>
2. No longer available`,
      "Slack up to 09:02.",
    ],
  );
  assert.match(part?.text ?? "", /^Digest\nLaunch/);
});

const inline = fc.oneof(
  fc.lorem({ maxCount: 60, mode: "words" }),
  fc.string({ unit: "grapheme", maxLength: 200 }).map((text) => text.replace(/[\r\n]/g, " ")),
  fc.constantFrom(
    "&".repeat(700),
    "<".repeat(900),
    "x".repeat(4_000),
    "🙂".repeat(1_700),
    "`@here` <!channel>",
  ),
  fc.lorem({ maxCount: 20 }).map((text) => `**${text}** *${text}* ~~${text}~~`),
  fc.lorem({ maxCount: 90 }).map((text) => `[${text}](${allowedLink})`),
);
const block = fc.oneof(
  inline,
  fc.array(inline, { minLength: 1, maxLength: 6 }).map((items) =>
    items.map((item) => `- ${item}`).join("\n")
  ),
  inline.map((text) => `> ${text}`),
  inline.map((text) => `## ${text}`),
  inline.map((text) => `\`\`\`\n${text}\n\`\`\``),
  fc.constant("---"),
);

Deno.test("whatever the draft, every section and message keeps Slack's limits, and no word is lost or moved", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
      const body = treeOf(blocks.join("\n\n"));
      const parts = slackParts({ title: "Digest", body });
      assertWithinLimits(parts);
      assertHarmless(parts, [allowedLink], blocks.join("\n\n"));
      // Marks, bullets and fences are not words; a mark that parts a word in the draft parts none here.
      const words = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, "");
      const shown = allMarkup(parts).join("\n").replace(writtenLink, "$2")
        .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
      const expected = words(plainText(body));
      assert.equal(words(shown).replaceAll("link", ""), expected.replaceAll("link", ""));
    }),
    { numRuns: 150 },
  );
});

Deno.test("a paragraph that fits into one section is not parted, and a longer one is cut between words", () => {
  const short = "word ".repeat(300).trim();
  assert.deepEqual(allMarkup(partsOf([short, short, short].join("\n\n"))), [short, short, short]);
  const long = Array.from({ length: 900 }, (_, at) => `word${at}`).join(" ");
  const cut = allMarkup(partsOf(`**${long}**`));
  assert.ok(cut.length > 1);
  for (const line of cut.join("\n").split("\n")) assert.match(line, /^\*word\d+ .*word\d+\*$/);
});

Deno.test("more than a message holds goes on in further messages, the same every time", () => {
  const draft = Array.from({ length: 40 }, (_, at) => `## Part ${at}\n\n${"news ".repeat(110)}`).join("\n\n");
  const parts = partsOf(draft, { coverage: "Slack up to 09:02." });
  assert.ok(parts.length >= 2, `${parts.length}`);
  assertWithinLimits(parts);
  assert.deepEqual(partsOf(draft, { coverage: "Slack up to 09:02." }), parts);
  assert.deepEqual(
    parts.map(({ blocks }) => blocks.some(({ type }) => type === "header")),
    parts.map((_, at) => at === 0),
  );
  assert.equal(parts[1]?.text, `Digest (2/${parts.length})`);
  assert.equal(markupOf(parts.at(-1)?.blocks ?? []).at(-1), "Slack up to 09:02.");
});

Deno.test("drafts of nothing but rules or tiny paragraphs stay within a few messages", () => {
  for (
    const draft of [
      "a\n\n---\n\n".repeat(3_000),
      "a\n\n".repeat(8_000),
      "- a\n".repeat(6_000),
      "&\n\n".repeat(8_000),
    ]
  ) {
    const parts = partsOf(draft);
    assertWithinLimits(parts);
    assert.ok(parts.length <= 15, `${parts.length}`);
  }
});
