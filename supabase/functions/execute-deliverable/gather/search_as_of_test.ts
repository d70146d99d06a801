import assert from "node:assert/strict";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { evidenceItem } from "../run_stand_in.ts";
import { searchAsOf } from "./search_as_of.ts";

Deno.test("a search of the past finds nothing from after it, and nothing that was edited since", async () => {
  const found = [
    evidenceItem(1, { source_timestamp: "2026-11-01T09:00:00+00:00" }),
    evidenceItem(2, { source_timestamp: "2026-11-01T09:00:01+00:00" }),
    evidenceItem(3, { source_timestamp: "2026-10-01T09:00:00+00:00", revision: 2 }),
  ];
  const database = rpcStandIn({
    search_platform_content: () => found as never,
    reserve_spend: () => 7,
  });
  const past = searchAsOf(database, new Date("2026-11-01T09:00:00Z"));
  const answer = await past.call("search_platform_content", { p_user: "u", p_query: "q" });
  assert.deepEqual(answer.map(({ id }) => id), [found[0]?.id]);
  const other = await past.call("reserve_spend", {} as never);
  assert.equal(other, 7, "everything else is the present's");
});
