import assert from "node:assert/strict";
import { PipelineError } from "@shared/http/problem.ts";
import { type Connector, PlatformError } from "./platforms/connector.ts";
import { beginning, connection, connectionId, turn } from "./sync_turn.ts";

for (const kind of ["sync_unit", "discover_sources"] as const) {
  const failing = (thrown: unknown): Partial<Connector> => ({
    discover: () => Promise.reject(thrown),
    async *sync() {
      yield* [];
      await Promise.reject(thrown);
    },
  });

  Deno.test(`${kind}: a dead token marks the connection once, and the ticket ends for good`, async () => {
    const refusal = new PlatformError("needs_reauth", "Slack no longer accepts our token (token_revoked).");
    const scene = await turn(kind, failing(refusal));
    assert.deepEqual(scene.database.argumentsOf("needs_reauth"), [{
      p_connection: connectionId,
      p_reason: "Slack no longer accepts our token (token_revoked).",
    }]);
    assert.deepEqual(scene.queue.told.map(([verb]) => verb), ["fail"]);
    assert.equal(scene.summary["code"], "needs_reauth");
    assert.equal(scene.summary["outcome"], "dead");
  });

  Deno.test(`${kind}: a connection that waits to be reconnected, or has no token, is not called`, async () => {
    for (
      const row of [
        { ...beginning, connection: { ...connection, status: "needs_reauth" } },
        { ...beginning, tokens: null },
      ]
    ) {
      const scene = await turn(kind, {}, { rpc: { begin_sync: () => row } });
      assert.deepEqual(scene.opened, []);
      assert.equal(scene.summary["outcome"], "dead");
      assert.equal(scene.summary["code"], "needs_reauth");
    }
  });

  Deno.test(`${kind}: a connection that was removed since is final, and nothing is called`, async () => {
    const gone = new PipelineError({
      code: "unknown_connection",
      message: "It does not exist any more.",
      status: 404,
    });
    const scene = await turn(kind, {}, { rpc: { begin_sync: () => Promise.reject(gone) } });
    assert.deepEqual(scene.opened, []);
    assert.deepEqual(scene.queue.told, [
      ["fail", 1, gone.problem, { outcome: "failed", final: true, problem: gone.problem }],
    ]);
    assert.equal(scene.summary["outcome"], "dead");
  });

  Deno.test(`${kind}: a token that could not be renewed counts by its code`, async () => {
    const thrown = (code: string) =>
      new PipelineError({ code, message: "No.", status: 502 }, { retryAfterSeconds: 9 });
    for (const code of ["needs_reauth", "token_unreadable", "provider_app_refused"]) {
      assert.equal((await turn(kind, failing(thrown(code)))).summary["outcome"], "dead", code);
    }
    assert.equal((await turn(kind, failing(thrown("provider_down")))).summary["outcome"], "queued");
    const limited = await turn(kind, failing(thrown("rate_limited")));
    assert.deepEqual(limited.queue.told.map(([verb, , , seconds]) => [verb, seconds]), [["yield", 9]]);
  });

  Deno.test(`${kind}: a rate limit is waited for and spends nothing`, async () => {
    for (const [retryAfterSeconds, waited] of [[37, 37], [undefined, 60]] as const) {
      const limited = new PlatformError("rate_limited", "Slack asks to wait.", {
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      });
      const scene = await turn(kind, failing(limited), { ticket: { progress: { pages: 7 } } });
      assert.deepEqual(scene.queue.told, [["yield", 1, { pages: 7 }, waited, "rate_limited"]]);
      assert.deepEqual(scene.database.argumentsOf("needs_reauth"), []);
    }
  });

  Deno.test(`${kind}: what only a person can mend is final, an outage is tried again`, async () => {
    const ways = [["access_denied", true], ["not_found", true], ["provider_down", false], [
      "internal",
      false,
    ]];
    for (const [code, final] of ways as [PlatformError["code"], boolean][]) {
      const scene = await turn(kind, failing(new PlatformError(code, "Slack says no.")));
      assert.equal(scene.summary["code"], code);
      assert.equal(scene.summary["outcome"], final ? "dead" : "queued", code);
      assert.deepEqual(scene.database.argumentsOf("needs_reauth"), []);
    }
  });

  Deno.test(`${kind}: a payload of another shape never reaches the database`, async () => {
    const scene = await turn(kind, {}, { ticket: { payload: { connection_id: "x" } } });
    assert.deepEqual(scene.database.asked, []);
    assert.equal(scene.summary["code"], "malformed_payload");
  });
}
