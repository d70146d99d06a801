import assert from "node:assert/strict";
import type { EvidenceItem } from "@shared/agent/evidence.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { CurrentEvidence, CurrentItem } from "./current_evidence.ts";
import { scene, standing } from "./shown_stand_in.ts";
import { type Verification, writeVerified } from "./write_verified.ts";

const never = new AbortController().signal;
const sound = "It moved [e1]. It is open [e2].";

/** A verification of one draft, with a model that repairs it into another. */
async function verify(text: string, repaired?: string | Error, parts: Partial<Verification> = {}) {
  const asked: string[] = [];
  const evidence = parts.evidence ?? scene();
  const draft = await writeVerified({
    answer: { text },
    evidence,
    ...(repaired !== undefined && {
      repair: (instruction: string) => {
        asked.push(instruction);
        return repaired instanceof Error ? Promise.reject(repaired) : Promise.resolve({ text: repaired });
      },
    }),
    ...parts,
  }, never);
  return { ...draft, asked, evidence };
}
const none = { unknown_id: 0, stale_revision: 0, not_readable: 0, quote_not_in_source: 0, uncited: 0 };

Deno.test("a sound draft is not sent back", async () => {
  const { text, counts, asked } = await verify(sound, "never");
  assert.equal(text, "It moved [1]. It is open [2].");
  assert.deepEqual([counts, asked], [{ repaired: 0, refused: none, unverified: 0 }, []]);
});

Deno.test("a draft with problems is sent back once, and what the model mended is counted", async () => {
  const { text, counts, asked, citations } = await verify(
    "It moved [e1]. It is open [e9]. “No” [e2].",
    "It moved [e1]. It is open [e2]. “never” [e2].",
  );
  assert.equal(text, "It moved [1]. It is open [2]. “never” [2].");
  assert.deepEqual(counts, { repaired: 2, refused: none, unverified: 0 });
  assert.equal(asked.length, 1);
  assert.deepEqual(citations.map(({ quote }) => quote), [
    "We decided to move the Falcon launch to Thursday.",
    "never",
  ]);
});

Deno.test("what is still wrong after the repair is settled without another", async () => {
  const { text, counts, asked } = await verify(
    "It moved [e8]. It is open [e9].",
    "It moved [e1]. It is open [e9].",
  );
  assert.equal(text, "It moved [1]. It is open (unverified).");
  assert.deepEqual(counts, { repaired: 1, refused: { ...none, unknown_id: 1 }, unverified: 1 });
  assert.equal(asked.length, 1);
});

Deno.test("a repair that loses more than it mends is none", async () => {
  for (const worse of ["I am sorry, you are right.", "It moved [e7].", "- It moved [e1]."]) {
    const { text, counts } = await verify("It moved [e1]. It is open [e2]. So it is [e2]. Paid [e9].", worse);
    assert.equal(text, "It moved [1]. It is open [2]. So it is [2]. Paid (unverified).", worse);
    assert.equal(counts.repaired, 0);
  }
});

Deno.test("a repair that drops one statement and mends the others is taken", async () => {
  const { text } = await verify("It moved [e1]. Open [e9]. Paid [e8].", "Open [e2]. Paid [e2].");
  assert.equal(text, "Open [1]. Paid [1].");
});

Deno.test("a model that fails at the repair does not cost the draft that was paid for", async () => {
  const overloaded = new PipelineError({ code: "model_overloaded", message: "busy", status: 503 });
  assert.equal((await verify("It moved [e9].", overloaded)).text, "It moved (unverified).");
  const lost = new PipelineError({ code: "lease_lost", message: "lost", status: 409 });
  await assert.rejects(verify("It moved [e9].", lost), lost);
  const stopped = new DOMException("stop", "AbortError");
  await assert.rejects(verify("It moved [e9].", stopped), (thrown) => thrown === stopped);
});

Deno.test("without a repair, the draft is settled as it is", async () => {
  assert.equal((await verify("It moved [e9].")).text, "It moved (unverified).");
});

Deno.test("the database is asked about the items that the draft cites, once a draft, and what was edited is shown again", async () => {
  const evidence = scene();
  const asked: string[][] = [];
  const again: string[] = [];
  const rows: CurrentItem[] = standing(evidence, { e1: { current_revision: 2 } });
  const item = evidence.get("e1");
  assert.ok(item !== undefined);
  const edited: EvidenceItem = {
    ...item,
    revision: 2,
    content: "We decided to move the Falcon launch to Friday.",
  };
  const current: CurrentEvidence = {
    standing: (items) => {
      asked.push(items.map(({ id, revision }) => `${id.at(-1)}@${revision}`));
      return Promise.resolve([...rows, { id: edited.id, revision: 2, current_revision: 2, readable: true }]);
    },
    newest: (items) => {
      again.push(...items.map(({ id }) => id));
      return Promise.resolve([edited]);
    },
  };
  const { text, asked: instructions, citations, counts } = await verify(
    "“to Thursday” [e1]. It is open [e2].",
    "“to Friday” [e4]. It is open [e2].",
    { evidence, current },
  );
  assert.deepEqual(asked, [["1@1", "2@3"], ["1@2", "2@3"]]);
  assert.deepEqual(again, [edited.id]);
  assert.match(instructions[0] ?? "", /e1 was edited while you wrote and is e4 now[^]*id="e4"[^]*to Friday/);
  assert.equal(text, "“to Friday” [1]. It is open [2].");
  assert.deepEqual(citations[0], {
    number: 1,
    content_id: edited.id,
    revision: 2,
    url: null,
    quote: "to Friday",
    label: "#launch, Maya, 2026-11-23 08:00 UTC",
  });
  assert.equal(counts.repaired, 1, "an edited item is told once, though its quote fell with it");
});
