import assert from "node:assert/strict";
import { signWakeUp, verifyWakeUp } from "./wake_up.ts";

const secrets = { current: "current-secret-0123456789", previous: "previous-secret-012345" };
const now = new Date("2026-11-23T09:00:00Z");
const seconds = now.getTime() / 1000;
const body = '{"wake":"sync"}';

interface Signed {
  body?: string;
  secret?: string;
  timestamp?: number;
  headers?: Record<string, string>;
}

async function request(options: Signed = {}): Promise<Request> {
  const { secret = secrets.current, timestamp = seconds, headers = {} } = options;
  return new Request("http://functions/sync", {
    method: "POST",
    body: options.body ?? body,
    headers: {
      "x-pipeline-timestamp": String(timestamp),
      "x-pipeline-signature": await signWakeUp(body, secret, timestamp),
      ...headers,
    },
  });
}

const codeOf = async (asked: Request) => {
  const verified = await verifyWakeUp(asked, secrets, now);
  return verified.ok ? "accepted" : `${verified.problem.status} ${verified.problem.code}`;
};

Deno.test("a wake-up signed with the current or the previous secret is accepted, with its raw body", async () => {
  for (const secret of [secrets.current, secrets.previous]) {
    const signature = await signWakeUp(body, secret, seconds);
    assert.deepEqual(await verifyWakeUp(await request({ secret }), secrets, now), {
      ok: true,
      body,
      timestamp: seconds,
      signature,
    });
  }
});

Deno.test("the signature is the one that pgcrypto writes", async () => {
  // select encode(hmac('1700000000.{"a":"ü"}', 'secret', 'sha256'), 'hex')
  assert.equal(
    await signWakeUp('{"a":"ü"}', "secret", 1_700_000_000),
    "3a6e666a1b851cd2f782ccee97ba6dedadb080e49d2d89894025fa02126e8d2c",
  );
});

Deno.test("five minutes in either direction are accepted, one second more is not", async () => {
  for (const shift of [-300, 300, 0]) {
    assert.equal(await codeOf(await request({ timestamp: seconds + shift })), "accepted");
  }
  for (const shift of [-301, 301, -1e9, 1e9]) {
    assert.equal(await codeOf(await request({ timestamp: seconds + shift })), "401 wake_up_stale");
  }
});

Deno.test("a changed body, timestamp or secret is refused", async () => {
  const wrong = "401 wake_up_signature_wrong";
  assert.equal(await codeOf(await request({ body: body + " " })), wrong);
  assert.equal(await codeOf(await request({ body: body.slice(1) })), wrong);
  assert.equal(await codeOf(await request({ body: "" })), wrong);
  assert.equal(await codeOf(await request({ secret: "another-secret-0123456" })), wrong);
  assert.equal(
    await codeOf(await request({ headers: { "x-pipeline-timestamp": String(seconds + 1) } })),
    wrong,
  );
  assert.equal(await codeOf(await request({ headers: { "x-pipeline-timestamp": `0${seconds}` } })), wrong);
  assert.equal(await codeOf(await request({ headers: { "x-pipeline-signature": "0".repeat(64) } })), wrong);
});

Deno.test("every changed hex digit of the signature is refused", async () => {
  const signature = await signWakeUp(body, secrets.current, seconds);
  for (let at = 0; at < signature.length; at += 1) {
    const digit = signature[at] === "0" ? "1" : "0";
    const changed = signature.slice(0, at) + digit + signature.slice(at + 1);
    assert.equal(
      await codeOf(await request({ headers: { "x-pipeline-signature": changed } })),
      "401 wake_up_signature_wrong",
    );
  }
});

Deno.test("missing or misshapen headers are refused as unsigned", async () => {
  const misshapen: Record<string, string>[] = [
    { "x-pipeline-timestamp": "" },
    { "x-pipeline-timestamp": "soon" },
    { "x-pipeline-timestamp": "1e9" },
    { "x-pipeline-timestamp": "-1" },
    { "x-pipeline-timestamp": "1.5" },
    { "x-pipeline-signature": "" },
    { "x-pipeline-signature": "sha256=abc" },
    { "x-pipeline-signature": "F".repeat(64) },
  ];
  for (const headers of misshapen) {
    assert.equal(await codeOf(await request({ headers })), "401 wake_up_unsigned");
  }
  assert.equal(await codeOf(new Request("http://functions/sync")), "401 wake_up_unsigned");
});

Deno.test("an empty or absent previous secret opens nothing", async () => {
  const forged = await request({ secret: "x" });
  for (const previous of ["", undefined]) {
    assert.equal((await verifyWakeUp(forged.clone(), { current: secrets.current, previous }, now)).ok, false);
  }
});

Deno.test("a body above 64 KB is refused without being kept, announced or not", async () => {
  const large = "x".repeat(64 * 1024 + 1);
  assert.equal(await codeOf(await request({ body: large })), "413 wake_up_too_large");
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(16 * 1024));
    },
  });
  assert.equal(
    await codeOf(new Request("http://functions/sync", { method: "POST", body: endless })),
    "413 wake_up_too_large",
  );
  assert.ok(pulled < 10, `${pulled} chunks were pulled`);
});
