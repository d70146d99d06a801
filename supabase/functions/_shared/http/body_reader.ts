/**
 * Reads a body in pieces that are no larger than what is left of it. The runtime's plain reader takes 64 kB for each piece,
 * however small: a few hundred small answers leave tens of megabytes outside of the heap, where the collector sees them late.
 */

export interface BodyReader {
  /** The next piece; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  cancel(reason?: unknown): Promise<void>;
}

/** Bytes of a piece, at most: what the runtime takes itself. */
const largest = 64 * 1024;
/** Of a body that does not say how long it is. */
const usual = 16 * 1024;

/** @param announced bytes of the whole body; 0 when nobody said */
export function readBody(body: ReadableStream<Uint8Array>, announced: number): BodyReader {
  const reader = byteReader(body);
  if (reader === undefined) return plainReader(body);
  let left = announced;
  return {
    async read() {
      // Below zero: it was compressed, say, and is longer than it said.
      const size = announced === 0 || left < 0 ? usual : Math.min(largest, Math.max(1, left));
      const { done, value } = await reader.read(new Uint8Array(size));
      if (done) return undefined;
      left -= value.byteLength;
      return value;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** Undefined for a stream that is none of bytes, such as a body made of a text. */
function byteReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: "byob" });
  } catch (thrown) {
    if (thrown instanceof TypeError && !body.locked) return undefined;
    throw thrown;
  }
}

function plainReader(body: ReadableStream<Uint8Array>): BodyReader {
  const reader = body.getReader();
  return {
    async read() {
      const { done, value } = await reader.read();
      return done ? undefined : value;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
