/**
 * The connector before a Slack that others made (npm `emulate`), as far as that goes: it knows no bounds of time, no pages
 * of threads and no faults, and takes any token.
 */
import assert from "node:assert/strict";
import { createEmulator } from "emulate";
import { z } from "zod";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { createSlackConnector } from "./slack.ts";
import { ChannelStore } from "./slack/channel_store.ts";
import { createSlackClient } from "./slack/slack_client.ts";
import { HOUR } from "./slack/workplace_channel.ts";
import { standingToken } from "./slack/workplace_client.ts";

const token = "xoxb-ana";

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function openTeam() {
  const emulator = await createEmulator({
    service: "slack",
    port: freePort(),
    seed: {
      slack: {
        team: { name: "Acme", domain: "acme" },
        users: [{ name: "ana", real_name: "Ana" }, { name: "bo", real_name: "Bo" }],
        channels: [{ name: "plans", topic: "What comes next" }, { name: "archive" }],
        tokens: [{ token, user: "ana", scopes: [] }],
      },
    },
  });
  const posted = z.object({ ok: z.literal(true), ts: z.string() });
  const directory = new Map<string, string>();
  const connector = createSlackConnector({
    client: createSlackClient({
      accessToken: standingToken(token),
      teamId: "T01",
      baseUrl: emulator.url,
      egress: createEgress({ log: createLog({ write: () => {} }), overrides: [emulator.url] }),
      budget: { take: () => Promise.resolve(), holdBack: () => Promise.resolve() },
      signal: new AbortController().signal,
    }),
    teamUrl: "https://acme.slack.com",
    ownId: undefined,
    peopleNamed: (ids) => Promise.resolve(new Map([...directory].filter(([id]) => ids.includes(id)))),
  });
  return {
    connector,
    directory,
    call: async (method: string, args: Record<string, string>) => {
      const headers = { authorization: `Bearer ${token}` };
      const body = new URLSearchParams(args);
      const answer = await fetch(`${emulator.url}/api/${method}`, { method: "POST", headers, body });
      return posted.parse(await answer.json()).ts;
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

Deno.test("another Slack is discovered, read, and followed through replies, edits and deletions", async () => {
  await using team = await openTeam();
  const { sources, ranked, people } = await team.connector.discover();
  assert.deepEqual(sources.map(({ name }) => name).toSorted(), ["#archive", "#general", "#plans", "#random"]);
  assert.equal(new Set(ranked).size, sources.length);
  for (const { external_id, name } of people) team.directory.set(external_id, name);
  const found = sources.find(({ name }) => name === "#plans");
  assert.ok(found);
  const { external_id: channel, kind, name, metadata } = found;
  const source = { externalId: channel, kind, name, metadata };

  const bo = people.find(({ name }) => name === "bo")?.external_id ?? "";
  const question = await team.call("chat.postMessage", { channel, text: `*Ready*, <@${bo}>?` });
  await team.call("chat.postMessage", { channel, text: "Nearly", thread_ts: question });
  const wrong = await team.call("chat.postMessage", { channel, text: "Wrong channel" });
  const typo = await team.call("chat.postMessage", { channel, text: "Tpyo" });

  let ahead = 0;
  const store = new ChannelStore(() => new Date(Date.now() + ahead));
  const pass = async () => {
    ahead += 6 * HOUR;
    await store.pass(team.connector, source);
    return [...store.items.values()].toSorted((a, b) => a.item_id < b.item_id ? -1 : 1)
      .map(({ content, author, thread_id }) => [content, author, thread_id]);
  };
  assert.deepEqual(await pass(), [
    ["Ready, @bo?", "ana", null],
    ["Nearly", "ana", question],
    ["Wrong channel", "ana", null],
    ["Tpyo", "ana", null],
  ]);

  await team.call("chat.postMessage", { channel, text: "Done", thread_ts: question });
  await team.call("chat.update", { channel, ts: typo, text: "Typo" });
  await team.call("chat.delete", { channel, ts: wrong });
  for (let passes = 0; passes < 3; passes += 1) await pass();
  assert.deepEqual(await pass(), [
    ["Ready, @bo?", "ana", null],
    ["Nearly", "ana", question],
    ["Typo", "ana", null],
    ["Done", "ana", question],
  ]);
});
