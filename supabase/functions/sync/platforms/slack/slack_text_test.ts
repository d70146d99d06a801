import assert from "node:assert/strict";
import { mentionedIn, plainText } from "./slack_text.ts";

const names = new Map([["U01ANA", "Ana"], ["W02BO", "Bo"]]);
const plain = (text: string) => plainText(text, (id) => names.get(id));

const table: readonly [slack: string, person: string][] = [
  ["Hello", "Hello"],
  ["<@U01ANA> and <@W02BO>", "@Ana and @Bo"],
  ["<@U09ZOE>", "@U09ZOE"],
  ["<@U09ZOE|zoe>", "@zoe"],
  ["<@U01ANA|ana.old>", "@Ana"],
  ["see <#C01GEN|general>", "see #general"],
  ["see <#C01GEN>", "see #C01GEN"],
  ["see <#C01GEN|>", "see #C01GEN"],
  ["<!here> <!channel> <!everyone>", "@here @channel @everyone"],
  ["<!here|@here>", "@here"],
  ["<!subteam^S01|@platform>", "@platform"],
  ["<!subteam^S01>", "@group"],
  ["<!date^1392734382^{date_num}^https://example.com/|Feb 18, 2014>", "Feb 18, 2014"],
  ["<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"],
  ["<https://example.com|Status>", "Status (https://example.com)"],
  ["<https://example.com|https://example.com>", "https://example.com"],
  ["<mailto:ana@acme.example|ana@acme.example>", "ana@acme.example"],
  ["<mailto:ana@acme.example|Ana>", "Ana (ana@acme.example)"],
  ["R&amp;D: 3 &lt; 4 &gt; 2", "R&D: 3 < 4 > 2"],
  // What a person typed as text stays text: it is decoded once, and not read as markup afterwards.
  ["&lt;@U01ANA&gt;", "<@U01ANA>"],
  ["&amp;lt;", "&lt;"],
  ["a &lt;b&gt; <https://x.example|c &amp; d>", "a <b> c & d (https://x.example)"],
  ["*bold* _it_ ~old~ `code`\n&gt; quote", "bold it old code\n> quote"],
  ["*_both_* and _*both*_, (*so*)", "both and both, (so)"],
  ["*Decision:* we *do*.", "Decision: we do."],
  [
    "2 * 3 * 4, a*b*c, snake_case_name, ~/bin and ~/lib",
    "2 * 3 * 4, a*b*c, snake_case_name, ~/bin and ~/lib",
  ],
  ["*not\nover lines*", "*not\nover lines*"],
  ["`*args` and ```if (a &lt; b) {\n  _x_ = `1`;\n}```", "*args and if (a < b) {\n  _x_ = `1`;\n}"],
  ["an odd ` stays", "an odd ` stays"],
  ["*<https://x.example/a_b_c|the _plan_>*", "the _plan_ (https://x.example/a_b_c)"],
  ["<https://x.example/_a_/*b*>", "https://x.example/_a_/*b*"],
  [":tada: :+1::skin-tone-3: :our_logo: at 10:30:45", "🎉 👍 :our_logo: at 10:30:45"],
  ["an unclosed <thing", "an unclosed <thing"],
  ["  \n ", ""],
];

for (const [slack, person] of table) {
  Deno.test(`${JSON.stringify(slack)} reads ${JSON.stringify(person)}`, () => {
    assert.equal(plain(slack), person);
  });
}

Deno.test("a text mentions the people it names, not channels, groups or escaped text", () => {
  const text = "<@U01ANA> <@W02BO|bo> <#C01GEN> <!subteam^S01> &lt;@U07X&gt; <https://x.example/@U08Y>";
  assert.deepEqual(mentionedIn(text), ["U01ANA", "W02BO"]);
});
