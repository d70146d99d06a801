import assert from "node:assert/strict";
import { PlatformError } from "../connector.ts";
import { GoogleRefusal } from "../google/google_refusal.ts";
import type { GmailApi, ListedPlace } from "./gmail_api.ts";
import { mailList } from "./gmail_answers.ts";
import { listLabels, searchSince } from "./label_listing.ts";

interface Answer {
  readonly ids?: readonly string[];
  readonly next?: string;
}

/** An API whose listings are answered by this function. */
function apiThat(answers: (place: ListedPlace, call: number) => Answer) {
  const asked: ListedPlace[] = [];
  const never = () => Promise.reject(new Error("nothing else was to be asked"));
  const api: GmailApi = {
    ...{ labels: never, profile: never, mail: never, thread: never, history: never },
    list: async (place) => {
      asked.push(place);
      await Promise.resolve();
      const { ids, next } = answers(place, asked.length);
      const messages = ids?.map((id) => ({ id, threadId: id }));
      return mailList.parse({
        ...(messages && { messages }),
        ...(next !== undefined && { nextPageToken: next }),
      });
    },
  };
  return { api, asked };
}

const idsIn = (mails: ReadonlyMap<string, readonly { id: string }[]>) =>
  [...mails].map(([label, listed]) => [label, listed.map(({ id }) => id)]);

const refused = (status: number) =>
  new PlatformError("internal", "Gmail refused a call.", { cause: new GoogleRefusal(status, "invalid") });

Deno.test("a listing goes on to its end and names a mail once", async () => {
  const pages: Record<string, Answer> = {
    "": { ids: ["c", "b"], next: "two" },
    two: { ids: ["b", "a"], next: "" },
  };
  const { api, asked } = apiThat(({ pageToken = "" }) => pages[pageToken] ?? {});
  const { mails, failed, cut } = await listLabels(api, ["INBOX"], searchSince(1_000_999));
  assert.deepEqual(idsIn(mails), [["INBOX", ["c", "b", "a"]]]);
  assert.deepEqual([failed.length, cut.size, asked[0]?.search], [0, 0, "after:1000 -in:drafts"]);
});

Deno.test("a page that claims to be empty and the last is read again before it is believed", async () => {
  const { api, asked } = apiThat((_, call) => call === 1 ? {} : { ids: ["a"] });
  assert.deepEqual(idsIn((await listLabels(api, ["INBOX"], "")).mails), [["INBOX", ["a"]]]);
  assert.equal(asked.length, 2);
  const empty = apiThat(() => ({}));
  assert.deepEqual(idsIn((await listLabels(empty.api, ["INBOX"], "")).mails), [["INBOX", []]]);
  assert.equal(empty.asked.length, 2);
});

Deno.test("a listing that leads back to a page it had is no listing", async () => {
  const { api, asked } = apiThat(() => ({ ids: ["a"], next: "again" }));
  await assert.rejects(
    listLabels(api, ["INBOX"], ""),
    (thrown) => thrown instanceof PlatformError && thrown.code === "provider_down",
  );
  assert.equal(asked.length, 2);
});

Deno.test("a listing without an end is cut, and does not count as whole", async () => {
  const { api, asked } = apiThat((_, call) => ({ ids: [`m${call}`], next: `page${call}` }));
  const { mails, cut } = await listLabels(api, ["INBOX"], "");
  assert.deepEqual([mails.get("INBOX")?.length, [...cut], asked.length], [200, ["INBOX"], 200]);
});

Deno.test("a label that Gmail does not know fails alone, and every other refusal ends the listing", async () => {
  const { api } = apiThat(({ labelId }) => {
    if (labelId === "Label_gone") throw refused(400);
    return { ids: ["a"] };
  });
  const { mails, failed } = await listLabels(api, ["INBOX", "Label_gone", "SENT"], "");
  assert.deepEqual([...mails.keys()].toSorted(), ["INBOX", "SENT"]);
  assert.deepEqual(failed.map(({ source, error }) => [source, error]), [["Label_gone", "not_found"]]);
  const broken = apiThat(({ pageToken }) => {
    if (pageToken !== undefined) throw refused(400);
    return { ids: ["a"], next: "too old" };
  });
  await assert.rejects(listLabels(broken.api, ["INBOX"], ""), { code: "internal" });
});
