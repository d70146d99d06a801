import assert from "node:assert/strict";
import type { PipelineError } from "@shared/http/problem.ts";
import { createOwnRows, rowsOf } from "./own_rows.ts";

function open(answer: () => Response | Promise<Response>) {
  const sent: Request[] = [];
  const ownRows = createOwnRows({
    url: "https://project.supabase.co",
    publishableKey: "sb_publishable_test",
    fetch: async (input, init) => {
      sent.push(new Request(input, init));
      return await answer();
    },
  });
  const request = new Request("https://project.supabase.co/", {
    headers: { authorization: "Bearer of ada" },
  });
  return { sent, read: () => rowsOf(ownRows(request).from("workspaces").select("timezone").limit(1)) };
}

const refusal = (answer: () => Response | Promise<Response>) =>
  open(answer).read().then(() => undefined, (error: PipelineError) => [error.status, error.code]);

Deno.test("rows are read with the caller's own token and never with a key of ours", async () => {
  const { sent, read } = open(() => Response.json([{ timezone: "Europe/Berlin" }]));
  assert.deepEqual(await read(), [{ timezone: "Europe/Berlin" }]);
  assert.equal(sent[0]?.headers.get("authorization"), "Bearer of ada");
  assert.equal(sent[0]?.headers.get("apikey"), "sb_publishable_test");
});

Deno.test("a token that expired on the way is 401, a database that is away 503, a refused query ours to mend", async () => {
  const answer = (status: number, code: string) => () =>
    Response.json({ code, message: "quotes a row" }, { status });
  assert.deepEqual(await refusal(answer(401, "PGRST303")), [401, "token_expired"]);
  assert.deepEqual(await refusal(answer(503, "PGRST002")), [503, "database_unreachable"]);
  assert.deepEqual(await refusal(() => new Response("", { status: 504 })), [503, "database_unreachable"]);
  assert.deepEqual(await refusal(() => Promise.reject(new TypeError("no network"))), [
    503,
    "database_unreachable",
  ]);
  assert.deepEqual(await refusal(answer(403, "42501")), [500, "database_refused"]);
});
