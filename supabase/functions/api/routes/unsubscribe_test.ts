import assert from "node:assert/strict";
import type { RpcAnswers } from "@shared/db/rpc_stand_in.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

const token = "3c9a1c1e-6a0b-4d3e-8f57-0a3f3f6d1b11";
const gone = () =>
  Promise.reject(new PipelineError({ code: "unknown_token", message: "Not valid any more", status: 404 }));

function open(
  answers: RpcAnswers = {},
  variables: Record<string, string> = { API_URL: "https://go.example" },
) {
  const context = contextStandIn({
    variables,
    answers: {
      unsubscription: () => ({ title: '<b onclick="x()">Digest' }),
      unsubscribe: () => ({ title: "Digest", paused: true }),
      ...answers,
    },
  });
  const app = createApp(context);
  const ask = (method: string, options: { accept?: string; body?: BodyInit; token?: string } = {}) =>
    app.request(`/api/unsubscribe/${options.token ?? token}`, {
      method,
      headers: options.accept === undefined ? {} : { accept: options.accept },
      ...(options.body !== undefined && { body: options.body }),
    });
  return { context, ask };
}

const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

Deno.test("the page shows what it would stop, may run and load nothing, and changes nothing", async () => {
  const { context, ask } = open();
  const answer = await ask("GET", browser);
  const page = await answer.text();
  assert.equal(answer.status, 200);
  assert.match(page, /“&lt;b onclick=&quot;x\(\)&quot;&gt;Digest”/);
  assert.match(page, /<form method="post">.*<button>/);
  assert.doesNotMatch(page, /<script|<b |https?:|src=|href=/);
  const policy = answer.headers.get("content-security-policy") ?? "";
  const [, nonce = ""] = /style-src 'nonce-([^']+)'/.exec(policy) ?? [];
  assert.ok(nonce !== "" && page.includes(`<style nonce="${nonce}">`));
  for (
    const rule of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]
  ) {
    assert.ok(policy.includes(rule), rule);
  }
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
  assert.deepEqual(context.database.asked.map(({ name }) => name), ["unsubscription"]);
});

Deno.test("one click stops it, whatever the body; a browser sees a page, a program an answer", async () => {
  const form = new FormData();
  form.set("List-Unsubscribe", "One-Click");
  const bodies = [undefined, new URLSearchParams({ "List-Unsubscribe": "One-Click" }), form, "anything"];
  for (const body of bodies) {
    const { context, ask } = open();
    const answer = await ask("POST", body === undefined ? {} : { body });
    assert.deepEqual([answer.status, await answer.json()], [200, { title: "Digest", paused: true }]);
    assert.deepEqual(context.database.asked, [{ name: "unsubscribe", args: { p_token: token } }]);
  }
  const page = await open().ask("POST", browser);
  assert.match(await page.text(), /“Digest” sends you no more mails/);
});

Deno.test("a link that is unknown or was cut off gets the same friendly page, with 404", async () => {
  for (const method of ["GET", "POST"]) {
    const unknown = await open({ unsubscription: gone, unsubscribe: gone }).ask(method, browser);
    const { context, ask } = open();
    const broken = await ask(method, { ...browser, token: "3c9a1c1e-6a0b" });
    assert.deepEqual([unknown.status, broken.status], [404, 404]);
    const [one, other] = [await unknown.text(), await broken.text()].map((page) =>
      page.replace(/nonce="[^"]+"/, "")
    );
    assert.equal(one, other);
    assert.deepEqual(context.database.asked, []);
    const program = await open().ask(method, { token: "3c9a1c1e-6a0b" });
    assert.deepEqual([program.status, (await program.json()).code], [404, "unknown_token"]);
  }
});

Deno.test("when the database is away, nobody is told that they are out", async () => {
  const away = () =>
    Promise.reject(new PipelineError({ code: "database_unreachable", message: "", status: 503 }));
  assert.equal((await open({ unsubscribe: away }).ask("POST", browser)).status, 503);
});

Deno.test("where the platform shows no pages of functions, the link leads to the frontend, and without one to words", async () => {
  const hosted = { SUPABASE_URL: "https://abc.supabase.co" };
  const { context, ask } = open({}, hosted);
  const answer = await ask("GET", browser);
  assert.deepEqual([answer.status, answer.headers.get("location")], [
    302,
    `https://app.example/?unsubscribe=${token}`,
  ]);
  assert.deepEqual(context.database.asked, []);
  const words = await open({}, { ...hosted, FRONTEND_URL: "" }).ask("GET", browser);
  assert.deepEqual([words.status, words.headers.get("content-type")], [200, "text/plain; charset=utf-8"]);
  assert.match(await words.text(), /press 'Unsubscribe'/);
  const program = await open({}, hosted).ask("GET");
  assert.equal(program.status, 200);
});
