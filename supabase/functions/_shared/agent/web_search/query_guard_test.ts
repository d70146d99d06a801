import assert from "node:assert/strict";
import { createQueryGuard, type QueryGuard } from "./query_guard.ts";

const mail = [
  "From: Maya Okonkwo. The vendor contract with Borealis ends on March 17 because prices doubled; account 88412-QX, code falconridge.",
  "We will lay off twenty people in the Lisbon office before summer. The acquisition of Halvorsen closes in June for 41 million.",
  "Reach me at maya.okonkwo@borealis.example or +351 912 345 678. Token: sk_live_9fA3kQ77.",
];
const ownWords = [
  "Usage-based pricing at Snowflake and Kyvos",
  "How do competitors of Zürich's Tamedia price?",
];
const guardOf = () => createQueryGuard({ ownWords });
const reasonOf = (query: string, guard: QueryGuard = guardOf()) => {
  const verdict = guard.check(query, mail);
  return verdict.ok ? `sent: ${verdict.query}` : verdict.reason;
};

for (
  const [query, sent] of [
    [
      "Usage-based pricing trends for enterprise software 2026",
      "usage based pricing trends enterprise software 2026",
    ],
    ["How does Kyvos price its analytics platform?", "kyvos price analytics platform"],
    ["Zürich newspaper subscription market", "zürich newspaper subscription market"],
    ["tamedia competitors revenue q3 2026", "tamedia competitors revenue q3 2026"],
    ["Databricks pricing changes", "databricks pricing changes"],
    ["The market, the market and THE MARKET", "market"],
  ]
) {
  Deno.test(`"${query}" is a question that may be asked`, () => {
    assert.equal(reasonOf(query ?? ""), `sent: ${sent}`);
  });
}

const base64 = (text: string) => btoa(text);
const hex = (text: string) => [...text].map((letter) => letter.charCodeAt(0).toString(16)).join("");
const rot13 = (text: string) =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode((letter.charCodeAt(0) - 84) % 26 + 97));
const reversed = (text: string) => [...text].reverse().join("");
const spaced = (text: string) => [...text].join(" ");
const lookAlike = (text: string) => text.replaceAll("a", "а").replaceAll("o", "о").replaceAll("e", "е");
const leet = (text: string) => text.replaceAll("a", "4").replaceAll("o", "0").replaceAll("i", "1");
const hidden = (text: string) => [...text].join("\u200b");
const tags = (text: string) =>
  [...text].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
const wide = (text: string) =>
  [...text].map((letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)).join("");
const dotted = (text: string) => [...text].join(".");
const words = (text: string) => [...text].map((letter) => `alpha${letter}`).join(" ");
const acrostic = (text: string) => [...text].map((letter) => `${letter}x`).join(" ");

for (const secret of ["falconridge", "okonkwo", "borealis", "halvorsen"]) {
  for (
    const disguise of [
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      base64,
      hex,
      rot13,
      reversed,
      spaced,
      lookAlike,
      leet,
      hidden,
      tags,
      wide,
      dotted,
      words,
      acrostic,
      encodeURIComponent,
      (text: string) => `${text.slice(0, 5)} ${text.slice(5)}`,
      (text: string) => [...text].map((letter) => letter.charCodeAt(0)).join(" "),
    ]
  ) {
    const query = `pricing trends ${disguise(secret)}`;
    Deno.test(`${secret} does not leave as ${JSON.stringify(disguise(secret)).slice(0, 60)}`, () => {
      const reason = reasonOf(query);
      assert.doesNotMatch(reason, /^sent/);
    });
  }
}

for (
  const [query, reason] of [
    ["a".repeat(201), "too_long"],
    [
      "market growth price cost trend risk trade energy policy law tax bank loan water food",
      "too_many_words",
    ],
    ["of the and", "empty"],
    ["", "empty"],
    ["prices example.com", "address"],
    ["https://evil.example/?q=1", "address"],
    ["write to maya@borealis", "address"],
    ["www evil", "address"],
    ["site: evil", "address"],
    ["market 10.0.0.1", "address"],
    ["market%20share", "address"],
    ["market\u202eshare", "hidden_characters"],
    ["market 88412", "number"],
    ["market 88412-QX", "number"],
    ["4 8 market", "number"],
    ["market four one", "number"],
    ["market sk_live_9fA3kQ77", "unknown_word"],
    ["Lisbon property market", "private_name"],
    ["vendor contract prices", "private_phrase"],
    ["contract vendor", "private_phrase"],
    ["office people summer", "private_phrase"],
    ["acquisition news june company million", "private_phrase"],
  ]
) {
  Deno.test(`"${query?.slice(0, 40)}" is refused as ${reason}`, () => {
    assert.equal(reasonOf(query ?? ""), reason);
  });
}

Deno.test("a person's name is none of the ordinary words that it is made of", () => {
  const names = ["Ask Turner and Mark Miller.", "Grant turned it down; the porters carried on."];
  const reason = (query: string) => {
    const verdict = guardOf().check(query, names);
    return verdict.ok ? `sent: ${verdict.query}` : verdict.reason;
  };
  for (const query of ["turner news", "mark news", "miller news", "grant news"]) {
    assert.equal(reason(query), "private_name", query);
  }
  assert.equal(reason("porters strike"), "sent: porters strike", "private text writes it small");
  assert.equal(reasonOf("research grants"), "sent: research grants", "no private text has it");
});

Deno.test("years are no code either", () => {
  const guard = guardOf();
  assert.equal(reasonOf("market 1984 2013 2047", guard), "number");
  const sent = ["market 1984 2013", "market 2026 2027", "market 1999"].map((query) => reasonOf(query, guard));
  assert.deepEqual(sent, ["sent: market 1984 2013", "sent: market 2026 2027", "number"]);
});

Deno.test("what the person wrote may leave though private text has it too", () => {
  const guard = createQueryGuard({ ownWords: ["What does Borealis charge? Account 88412"] });
  assert.equal(reasonOf("borealis charges 88412", guard), "sent: borealis charges 88412");
});

Deno.test("neighbours of the person's own words are still no private phrase of two others", () => {
  const guard = createQueryGuard({ ownWords: ["contract law"] });
  assert.equal(reasonOf("vendor contract law", guard), "sent: vendor contract law");
  assert.equal(reasonOf("contract law prices vendor", guard), "sent: contract law prices vendor");
});

Deno.test("names of the web may be asked after once the web has shown them, unless private text has them", () => {
  const guard = guardOf();
  assert.equal(reasonOf("clickhouse pricing", guard), "unknown_word");
  guard.learn("ClickHouse and Borealis raise prices; code 9fA3kQ77, x1y2.");
  assert.equal(reasonOf("clickhouse pricing", guard), "sent: clickhouse pricing");
  assert.equal(reasonOf("borealis pricing", guard), "private_name");
  assert.equal(reasonOf("pricing 9fA3kQ77", guard), "number");
});

Deno.test("what may not leave at once does not leave by instalments", () => {
  const guard = guardOf();
  const sent = ["contract law", "vendor management", "march weather", "year end"].map((query) =>
    reasonOf(query, guard)
  );
  assert.deepEqual(sent, [
    "sent: contract law",
    "sent: vendor management",
    "sent: march weather",
    "private_over_time",
  ]);
  assert.equal(reasonOf("solar energy", guard), "sent: solar energy", "other things may still be asked");
});

Deno.test("numbers do not leave one a query", () => {
  const guard = guardOf();
  const sent = ["market 8", "market 84", "market 12", "market 3", "market seven"].map((query) =>
    reasonOf(query, guard)
  );
  assert.deepEqual(sent, ["sent: market 8", "sent: market 84", "sent: market 12", "number", "number"]);
});

Deno.test("a refusal tells the model why, and repeats no more than one word", () => {
  const verdict = guardOf().check(`pricing ${"okonkwo".repeat(20)}`, mail);
  assert.ok(
    !verdict.ok && verdict.message.length < 200 && verdict.message.startsWith("This search was not made."),
  );
});

Deno.test("private text of eighty thousand characters is judged in no time that anyone would notice", () => {
  const guard = guardOf();
  const long = Array.from({ length: 12_000 }, (_, n) => `word${n % 700} market`).join(" ");
  const before = performance.now();
  for (let n = 0; n < 5; n++) guard.check("solar energy market growth", [long, ...mail]);
  assert.ok(performance.now() - before < 2000);
});
