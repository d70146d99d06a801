import assert from "node:assert/strict";
import { PlatformError } from "../connector.ts";
import type { GmailApi } from "./gmail_api.ts";
import { type Label, labelList } from "./gmail_answers.ts";
import { discoverLabels } from "./gmail_labels.ts";

const apiWith = (labels: readonly Label[]): GmailApi => {
  const never = () => Promise.reject(new Error("nothing else was to be asked"));
  return {
    labels: () => Promise.resolve(labels),
    ...{ profile: never, list: never, mail: never, thread: never, history: never },
  };
};
const label = (id: string, name = id, type = /^Label/.test(id) ? "user" : "system"): Label => ({
  id,
  name,
  type,
});

Deno.test("labels that tell a state are no sources; the others rank by how usual they are, then by name", async () => {
  const { labels } = labelList.parse({
    labels: [
      ...[
        "CHAT",
        "SENT",
        "INBOX",
        "IMPORTANT",
        "TRASH",
        "DRAFT",
        "SPAM",
        "CATEGORY_FORUMS",
        "STARRED",
        "UNREAD",
      ]
        .map((id) => label(id)),
      ...[
        label("Label_2", "Zoo"),
        label("Label_1", "Customers/Kestrel"),
        label("YELLOW_STAR"),
        label("Label_3", "alpha"),
      ],
    ],
  });
  const { sources, ranked } = await discoverLabels(apiWith(labels));
  assert.deepEqual(ranked, [
    ...["INBOX", "SENT", "STARRED", "IMPORTANT", "Label_3", "Label_1", "Label_2", "YELLOW_STAR"],
  ]);
  assert.deepEqual(sources.find(({ external_id }) => external_id === "Label_1"), {
    ...{ external_id: "Label_1", kind: "label", name: "Customers/Kestrel", metadata: { type: "user" } },
  });
});

Deno.test("an answer without an inbox is not believed, because every source would look gone", async () => {
  for (const labels of [[], [label("SENT"), label("Label_1")]]) {
    await assert.rejects(
      discoverLabels(apiWith(labels)),
      (thrown) => thrown instanceof PlatformError && thrown.code === "provider_down",
    );
  }
});
