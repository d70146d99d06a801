import assert from "node:assert/strict";
import { readBody } from "./body_reader.ts";

/** A body of bytes as the runtime makes one of an answer, and how large the pieces were that it was asked to fill. */
function bytesBody(text: string, most = Infinity) {
  const bytes = new TextEncoder().encode(text);
  const asked: number[] = [];
  let at = 0;
  const body = new ReadableStream({
    type: "bytes",
    pull(controller) {
      const view = controller.byobRequest?.view;
      if (!(view instanceof Uint8Array)) throw new TypeError("No piece was given to fill");
      asked.push(view.byteLength);
      const size = Math.min(view.byteLength, bytes.length - at, most);
      if (size === 0) {
        controller.close();
        controller.byobRequest?.respond(0);
        return;
      }
      view.set(bytes.subarray(at, at + size));
      at += size;
      controller.byobRequest?.respond(size);
    },
  });
  return { body, asked };
}

async function read(body: ReadableStream<Uint8Array>, announced: number): Promise<string> {
  const reader = readBody(body, announced);
  const pieces: Uint8Array[] = [];
  for (let piece = await reader.read(); piece !== undefined; piece = await reader.read()) pieces.push(piece);
  return await new Blob(pieces.map((piece) => new Uint8Array(piece))).text();
}

Deno.test("an answer that says how long it is is read in a piece of its length", async () => {
  const { body, asked } = bytesBody("x".repeat(300));
  assert.equal(await read(body, 300), "x".repeat(300));
  assert.deepEqual(asked, [300, 1]);
});

Deno.test("one that comes in bits, one that does not say how long it is, and a long one arrive whole", async () => {
  const text = "Grüße ".repeat(20_000);
  const { length } = new TextEncoder().encode(text);
  for (const [announced, most] of [[length, 1000], [0, 700], [length, Infinity], [0, Infinity]] as const) {
    const { body, asked } = bytesBody(text, most);
    assert.equal(await read(body, announced), text);
    assert.ok(Math.max(...asked) <= 64 * 1024);
  }
});

Deno.test("an answer that is longer than it said arrives whole all the same", async () => {
  const { body, asked } = bytesBody("longer");
  assert.equal(await read(body, 2), "longer");
  assert.deepEqual(asked.slice(0, 3).map((size) => size > 2), [false, false, true]);
});

Deno.test("a body that is no stream of bytes is read as it comes, and so is an empty one", async () => {
  for (const text of ["plain", ""]) {
    const { body } = new Response(new Blob([text]).stream());
    assert.ok(body !== null);
    assert.equal(await read(body, text.length), text);
  }
});

Deno.test("cancelling reaches the body", async () => {
  let cancelled: unknown;
  const body = new ReadableStream({
    type: "bytes",
    cancel: (reason) => {
      cancelled = reason;
    },
  });
  await readBody(body, 0).cancel("enough");
  assert.equal(cancelled, "enough");
});

Deno.test("the runtime's own answers are streams of bytes, so that small ones stay small", async () => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => new Response("small"));
  try {
    const answer = await fetch(`http://127.0.0.1:${server.addr.port}/`);
    assert.ok(answer.body !== null);
    const reader = readBody(answer.body, Number(answer.headers.get("content-length")));
    const piece = await reader.read();
    assert.equal(piece?.buffer.byteLength, 5);
    assert.equal(await reader.read(), undefined);
  } finally {
    await server.shutdown();
  }
});
