import assert from "node:assert/strict";
import { parseDocument } from "htmlparser2";
import { escapeHtml } from "./draft_html.ts";
import { renderEmail } from "./email_layout.ts";
import { allowedLink, hostileDrafts } from "./hostile_drafts.ts";
import { renderDraft, type RenderedDraft } from "./render.ts";

const render = (markdown: string, links: string[] = [allowedLink]): RenderedDraft =>
  renderDraft(markdown, { allowedLinks: links });

/** Every tag of a rendered draft must be spelled exactly as our writer spells it. Anything else is a way out. */
const writtenTag = new RegExp(
  "^<(?:/(?:h[234]|p|ul|ol|li|blockquote|pre|table|thead|tbody|tr|th|td|strong|em|del|code|a)" +
    "|(?:h[234]|p|ul|ol|li|blockquote|pre|hr|table|thead|tbody|tr|th|td|strong|em|del|code|br|a)" +
    '(?: href="(?<href>[^"<>]*)" rel="noopener noreferrer")?(?: start="\\d+")?(?: class="[a-z ]+")?(?: style="[^"<>]+")?)>$',
);

function assertHarmless(html: string, links: readonly string[], what: string) {
  for (const [tag] of html.matchAll(/<[^>]*>?/g)) {
    const match = writtenTag.exec(tag);
    assert.ok(match !== null, `${what}\nwrote ${tag}`);
    const href = match.groups?.href?.replaceAll("&amp;", "&");
    assert.ok(href === undefined || links.includes(href), `${what}\nlinks to ${href}`);
    const style = /style="([^"]*)"/.exec(tag)?.[1] ?? "";
    assert.doesNotMatch(style, /url|expression|import|\\/i);
  }
  assert.doesNotMatch(html.replace(/<[^>]*>/g, ""), /[<>]/, what);
}

/** What mail clients turn into links by themselves: a scheme with a dotted host, www, a host with a path. */
const linkedByClients = /https?:\/\/[\w-]+\.[\w-]|\bwww\.\w|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}\//i;

Deno.test("no hostile draft leaves a tag, an attribute, a resource or a link of its own", () => {
  assert.ok(hostileDrafts.length >= 60, `${hostileDrafts.length}`);
  let links = 0;
  for (const draft of hostileDrafts) {
    for (
      const around of [
        draft,
        `Before ${draft} after`,
        `- item\n\n  ${draft}\n\n> ${draft}`,
        `${draft}\n\n[s](${allowedLink})`,
      ]
    ) {
      const { html, text } = render(around);
      assertHarmless(html, [allowedLink], around);
      const unlinkedHtml = html.replace(/<a [^>]*>/g, "").replaceAll(
        allowedLink.replaceAll("&", "&amp;"),
        "",
      );
      assert.doesNotMatch(unlinkedHtml, linkedByClients, around);
      assert.doesNotMatch(text.replaceAll(allowedLink, ""), linkedByClients, around);
      assert.doesNotMatch(text, /\p{Cc}(?<![\n\t])|[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/u, around);
      links += html.split("<a ").length - 1;
    }
  }
  assert.ok(
    links >= hostileDrafts.length,
    "the allowed link was linked, so the test does not pass by linking nothing",
  );
});

Deno.test("the same drafts in the whole mail add nothing to what an empty mail holds", () => {
  const structure = (html: string) => {
    const found: string[] = [];
    const walk = (nodes: ReturnType<typeof parseDocument>["children"]) => {
      for (const node of nodes) {
        if (node.type !== "tag" && node.type !== "script" && node.type !== "style") continue;
        found.push(
          `${node.name} ${
            Object.keys(node.attribs).filter((name) => /^on|src|action|background|http/.test(name))
          }`,
        );
        walk(node.children);
      }
    };
    walk(parseDocument(html).children);
    return found.filter((tag) =>
      /^(?:script|style|img|iframe|form|base|link|meta|svg|object)|[a-z] \w/.test(tag)
    );
  };
  const mail = (hostile: string) =>
    renderEmail({
      title: hostile,
      subtitle: hostile,
      preview: hostile,
      coverage: hostile,
      product: hostile,
      body: render(hostile),
      sources: [{ label: hostile, url: hostile }, { label: hostile, url: allowedLink }],
      openUrl: hostile,
      settingsUrl: "https://app.example/settings",
      unsubscribeUrl: "https://app.example/unsubscribe",
    });
  const expected = structure(mail("plain").html);
  for (const draft of hostileDrafts) {
    const { html } = mail(draft);
    assert.deepEqual(structure(html), expected, draft);
    assert.equal(html.split("</body>").length, 2, draft);
  }
});

Deno.test("an address off the list stays readable as text, and an allowed one is a link", () => {
  const { html, text, refusedLinks } = render(
    `See [thread](${allowedLink}), ${allowedLink} and [guess](https://evil.example/a?b=1).`,
  );
  assert.equal(html.split("<a href=").length - 1, 2);
  assert.equal(refusedLinks, 1);
  assert.equal(text, `See thread (${allowedLink}), ${allowedLink} and guess (https://evil[.]example/a?b=1).`);
});

Deno.test("an image leaves its description as text", () => {
  const { html, text } = render("Sales ![rose by a *third*](https://evil.example/p.png) last week");
  assert.match(text, /^Sales rose by a .*third.* last week$/);
  assert.doesNotMatch(html, /img|evil/);
});

Deno.test("text is escaped for its place between tags and inside attributes", () => {
  assert.equal(escapeHtml(`<a b="c" d='e'>&amp;`), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
});

Deno.test("ordinary words with dots and slashes stay as they are", () => {
  const sentence = "README.md, node.js, e.g. 3.5/4 and/or ana@acme.com at 09:02, v1.2.3, a/b, U.S.A.";
  assert.equal(render(sentence).text, sentence);
});

Deno.test("the text version reads like the draft", () => {
  const { text } = render(`# Launch

The **date** moved to *Friday* — see [Ana's message](${allowedLink}).

## Decisions

1. Ship it
2. Tell people
   - by mail
   - in \`#launch\`

> Quoted
> words

- [x] done
- [ ] open

| Who | What |
|---|---|
| Ana | *copy* |
| Bo | tests |

\`\`\`
let a = 1;
if (a) b();
\`\`\`

---

#### Small heading
5. five
6. six
`);
  assert.equal(
    text,
    `Launch
======

The date moved to Friday — see Ana's message (${allowedLink}).

Decisions
=========

1. Ship it
2. Tell people
   - by mail
   - in #launch

> Quoted words

- [x] done
- [ ] open

Who | What
----------
Ana | copy
Bo | tests

    let a = 1;
    if (a) b();

--------------------

Small heading

5. five
6. six`,
  );
});

Deno.test("HTML and text say the same words", () => {
  const words = (text: string) => text.replace(/\(https?:[^)]*\)/g, " ").match(/[\p{L}\p{N}]+/gu) ?? [];
  const draft =
    `## Möbel & Co\n\nA <b>bold</b> **claim** with [source](${allowedLink})\n\n- x\n- y\n\n> "quote" 'single'`;
  const { html, text } = render(draft);
  const shown = html.replace(/<[^>]*>/g, " ").replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll(
    "&#39;",
    "'",
  );
  assert.deepEqual(words(shown), words(text));
});

Deno.test("a draft above the limit ends at a paragraph and says so", () => {
  const { text, html, shortened } = renderDraft("A paragraph of words.\n\n".repeat(100), {
    allowedLinks: [],
    maxCharacters: 1_000,
  });
  assert.equal(shortened, true);
  assert.match(text, /words\.\n\n\(The rest is left out here/);
  assert.match(html, /The rest is left out here/);
  assert.ok(text.length < 1_100);
  assert.equal(renderDraft("short", { allowedLinks: [] }).shortened, false);
});

Deno.test("drafts made to exhaust a parser still arrive as harmless text", () => {
  const size = 24_000;
  const fill = (part: string) => part.repeat(Math.floor(size / part.length));
  const shapes = [
    "> ",
    "- ",
    "* a\n",
    "[",
    "![",
    "](",
    "(",
    "*",
    "**a",
    "_a_",
    "`",
    "``a",
    "~~",
    "<",
    "<a ",
    "<p>",
    "<b>",
    "</b>",
    "&",
    "&#",
    "\\",
    "|",
    "|-",
    "\n",
    "\n\n",
    " ",
    "#",
    "a.b/",
    "www.",
    "https://",
    "https://a.",
    "a@",
    "x[a](b)",
    "[a]: b\n",
    "<!--",
    "]]>",
    "1. ",
    "1) a\n",
    "\t",
    "***a**",
    "<blockquote>",
    "<ul><li>",
    "<table><tr><td>",
    "a-",
    "a.",
    "\u200B",
    "🙂",
  ];
  for (const shape of shapes) {
    const { html } = render(fill(shape));
    assertHarmless(html, [], shape);
  }
});

Deno.test("the mail has a title, its sources, its footer, a dark scheme, and a text version with the same parts", () => {
  const { html, text } = renderEmail({
    title: "Launch digest",
    subtitle: "Monday, 23 November · #launch",
    body: render("Ship **it**."),
    sources: [{ label: "#launch, Ana, 09:02", url: allowedLink }, {
      label: "a note",
      url: "javascript:alert(1)",
    }],
    coverage: "Slack up to 09:02; #legal could not be read",
    settingsUrl: "https://app.example/settings",
    unsubscribeUrl: "https://app.example/unsubscribe?t=a&b",
    openUrl: "not a url",
  });
  assert.match(html, /^<!doctype html>/);
  assert.match(html, /<h1[^>]*>Launch digest<\/h1>/);
  assert.match(html, /prefers-color-scheme:dark/);
  assert.match(html, /href="https:\/\/app\.example\/unsubscribe\?t=a&amp;b"/);
  assert.doesNotMatch(html, /javascript|Open in the app|undefined/);
  assert.equal(
    text,
    `Launch digest
=============

Monday, 23 November · #launch

Ship it.

Sources
-------
1. #launch, Ana, 09:02
   ${allowedLink}
2. a note

Slack up to 09:02; #legal could not be read

${"-- "}
Sent by YARNNN
Settings: https://app.example/settings
Unsubscribe: https://app.example/unsubscribe?t=a&b
`,
  );
});
