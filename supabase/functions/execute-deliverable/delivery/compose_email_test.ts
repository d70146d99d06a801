import assert from "node:assert/strict";
import { composeEmail } from "./compose_email.ts";
import { delivery as deliveryShape } from "./delivery.ts";
import { deliveryOf } from "./delivery_stand_in.ts";

const from = {
  from: "YARNNN <noreply@mail.example.com>",
  SUPABASE_URL: "https://project.supabase.co",
};
const unsubscribe =
  "https://project.supabase.co/functions/v1/api/unsubscribe/99999999-9999-4999-8999-999999999999";
const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
const withContent = (content: string) => deliveryOf({ version: { ...deliveryOf().version, content } });

Deno.test("a mail has the text, the day in the reader's zone, its numbered sources and how fresh they are", () => {
  const { text, html, ...envelope } = composeEmail(deliveryOf(), from);
  assert.deepEqual(envelope, {
    deliveryId: "77777777-7777-4777-8777-777777777777",
    from: from.from,
    to: ["ana@example.com"],
    subject: "Launch digest",
    threadId: "55555555-5555-4555-8555-555555555555",
    unsubscribeUrl: unsubscribe,
  });
  assert.equal(
    // Whether a comma follows the weekday is up to the runtime's version of the locale data.
    text.replace("Tuesday,", "Tuesday"),
    [
      "Launch digest",
      "=============",
      "",
      "Tuesday 24 November 2026",
      "",
      "Decisions",
      "=========",
      "",
      "- Maya: “We ship on Thursday” [1]",
      "- Bo agreed [2]",
      "",
      "Sources",
      "-------",
      "1. #launch, Maya, 2026-11-23 08:00 UTC",
      "   https://acme.slack.com/archives/C1/p1",
      "2. #launch, Bo, 2026-11-23 08:05 UTC",
      "",
      "Slack up to Mon 18:02 (#launch).",
      "",
      "-- ",
      "Sent by YARNNN",
      `Unsubscribe: ${unsubscribe}`,
      "",
    ].join("\n"),
  );
  // The mark [1] in the text, the source in the list, and the way out.
  assert.deepEqual(hrefs(html), [
    "https://acme.slack.com/archives/C1/p1",
    "https://acme.slack.com/archives/C1/p1",
    unsubscribe,
  ]);
});

Deno.test("where our own address leads nowhere from outside, the mail goes out without an address to unsubscribe at", () => {
  const inside = composeEmail(deliveryOf(), { ...from, SUPABASE_URL: "http://kong:8000" });
  assert.equal(inside.unsubscribeUrl, undefined);
  assert.doesNotMatch(inside.html + inside.text, /unsubscribe|kong/i);
  const told = composeEmail(deliveryOf(), {
    ...from,
    SUPABASE_URL: "http://kong:8000",
    API_URL: "https://api.example.com",
  });
  assert.equal(
    told.unsubscribeUrl,
    "https://api.example.com/unsubscribe/99999999-9999-4999-8999-999999999999",
  );
});

Deno.test("what an earlier version told and is no longer so stands between the text and its sources", () => {
  const corrections = [{ text: "Version 3 cited #launch, Maya: it was <b>deleted</b> since." }];
  const { html, text } = composeEmail(
    deliveryOf({ version: { ...deliveryOf().version, corrections } }),
    from,
  );
  assert.match(
    text,
    /Bo agreed \[2\]\n\nCorrections\n-+\n- Version 3 cited #launch, Maya: it was <b>deleted<\/b> since\.\n\nSources/,
  );
  assert.match(html, /&lt;b&gt;deleted&lt;\/b&gt;/);
});

Deno.test("the same delivery is the same message, byte for byte", () => {
  assert.equal(
    JSON.stringify(composeEmail(deliveryOf(), from)),
    JSON.stringify(composeEmail(deliveryOf(), from)),
  );
  const retried = deliveryOf({
    status: "sending",
    sent_before: "2026-11-23T22:31:00+00:00",
    sent_before_seconds: 50,
  });
  assert.deepEqual(composeEmail(retried, from), composeEmail(deliveryOf(), from));
});

Deno.test("a source that is gone keeps its place, so that each number leads to its own source", () => {
  const [, second] = deliveryOf().citations;
  assert.ok(second !== undefined);
  const { text } = composeEmail(deliveryOf({ citations: [second] }), from);
  assert.match(text, /1\. No longer available\n2\. #launch, Bo/);
});

Deno.test("a title full of markup and line breaks is text in the mail", () => {
  const title = "Digest\r\nBcc: evil@example.com <img src=x onerror=alert(1)>";
  const { html, text } = composeEmail(
    deliveryOf({ deliverable: { id: deliveryOf().deliverable.id, title } }),
    from,
  );
  assert.doesNotMatch(html, /<img/);
  assert.ok(text.startsWith("Digest Bcc: evil@example.com <img src=x onerror=alert(1)>\n===="));
});

Deno.test("only permalinks of the citations are links; other addresses, images and markup of the text are not", () => {
  const { html } = composeEmail(
    withContent(
      "[here](https://evil.example/?q=secret) ![x](https://evil.example/p.png) https://evil.example/a <a href='https://evil.example'>b</a> [ok](https://acme.slack.com/archives/C1/p1) [js](javascript:alert(1)) [1]: https://evil.example/ref",
    ),
    from,
  );
  assert.deepEqual(new Set(hrefs(html)), new Set(["https://acme.slack.com/archives/C1/p1", unsubscribe]));
  assert.doesNotMatch(html, /<img|src=|javascript:alert\(1\)"/i);
});

Deno.test("a permalink that is no web address is no link, not even in the list of sources", () => {
  const citations = [{ number: 1, permalink: "javascript:alert(1)", label: "<b>#launch</b>" }];
  const { html } = composeEmail(deliveryOf({ citations }), from);
  assert.deepEqual(hrefs(html), [unsubscribe]);
  assert.ok(html.includes("&lt;b&gt;#launch&lt;/b&gt;"));
});

Deno.test("what the database returns beyond the mail's needs is left out, and what is missing is a fault", () => {
  const raw = { ...deliveryOf(), thread: false, connection_id: null, extra: 1 };
  assert.deepEqual(deliveryShape.parse(raw), deliveryOf());
  assert.equal(deliveryShape.safeParse({ ...raw, target: null }).success, false);
});
