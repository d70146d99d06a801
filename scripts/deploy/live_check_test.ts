import assert from "node:assert/strict";
import { expectRefusal } from "./live_check.ts";
import { StepFailed } from "./step.ts";

async function withFunction(
  answers: readonly Response[],
  use: (url: string) => Promise<void>,
): Promise<number> {
  let asked = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    return answer?.clone() ?? new Response(null, { status: 500 });
  });
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
  return asked;
}

const refusal = Response.json({
  code: "wake_up_unsigned",
  message: "The request carries no wake-up signature.",
}, {
  status: 401,
});
const wait = () => Promise.resolve();

Deno.test("a function that is not there yet is asked again", async () => {
  const asked = await withFunction(
    [new Response("not found", { status: 404 }), refusal],
    (url) => expectRefusal(url, "sync", { wait }),
  );
  assert.equal(asked, 2);
});

Deno.test("a refusal by the gateway is none of ours", async () => {
  const gateway = Response.json({ code: "UNAUTHORIZED_NO_AUTH_HEADER", message: "Missing header" }, {
    status: 401,
  });
  await withFunction([gateway], async (url) => {
    await assert.rejects(
      expectRefusal(url, "sync", { attempts: 2, wait }),
      /401 UNAUTHORIZED_NO_AUTH_HEADER/,
    );
  });
});

Deno.test("a function that lets a stranger in fails at once", async () => {
  const asked = await withFunction([Response.json({}, { status: 202 })], async (url) => {
    await assert.rejects(expectRefusal(url, "sync", { wait }), StepFailed);
  });
  assert.equal(asked, 1);
});

Deno.test("a function that misses a variable is told in its own words", async () => {
  const incomplete = Response.json(
    { code: "environment_incomplete", message: "RESEND_API_KEY is missing." },
    {
      status: 503,
    },
  );
  await withFunction([incomplete], async (url) => {
    await assert.rejects(expectRefusal(url, "sync", { attempts: 1, wait }), /RESEND_API_KEY is missing/);
  });
});
