import assert from "node:assert/strict";
import { createEvidence } from "@shared/agent/evidence.ts";
import { createFence } from "@shared/agent/fence.ts";
import { createWebSearch } from "@shared/agent/web_search/web_search_tool.ts";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { createModel } from "@shared/llm/model.ts";
import { startModel } from "./model.ts";

Deno.test(
  "through the provider's own client a search is booked with its fee, and only its query was sent",
  async () => {
    await using provider = await startModel({ answer: () => assert.fail("only the web is asked") });
    const database = rpcStandIn({
      reserve_spend: () => 1,
      settle_spend: () => undefined,
      budget_left: () => 1,
    });
    const log = createLog({ write: () => {} });
    const searcher = createModel({
      name: "claude-sonnet-5-5",
      apiKey: provider.apiKey,
      baseUrl: provider.url,
      egress: createEgress({ log, overrides: [provider.url] }),
      database,
      log,
    }, { userId: "22222222-2222-4222-8222-222222222222", ticketId: 3, purpose: "web_search" });
    const fence = createFence("ab12");
    const evidence = createEvidence(fence);
    const { tool } = createWebSearch({ searcher, writer: searcher, evidence, fence, ownWords: ["Kyvos"] });
    const shown = ["Maya Okonkwo: the vendor contract ends."];
    const answer = await tool.run({ query: "Kyvos pricing?" }, new AbortController().signal, { shown });
    assert.match(answer, /^<data-ab12 id="w1" source="the web" site="encyclopedia\.example\.org">\n/);
    assert.match(evidence.web("w2")?.snippet ?? "", /^Analysts who follow kyvos pricing/);

    const [settled] = database.argumentsOf("settle_spend") as { p_usd: number; p_searches: number }[];
    assert.equal(settled?.p_searches, 1);
    assert.ok((settled?.p_usd ?? 0) > 0.01);
    const [reserved] = database.argumentsOf("reserve_spend") as { p_usd: number; p_purpose: string }[];
    assert.equal(reserved?.p_purpose, "web_search");
    assert.ok((reserved?.p_usd ?? 0) > (settled?.p_usd ?? 1));
    assert.doesNotMatch(JSON.stringify(provider.requests()), /Okonkwo|vendor/);
    assert.equal(provider.requests().length, 1);
  },
);
