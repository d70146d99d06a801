/** Waits that long, or until the signal aborts: then its reason is thrown. */
export async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const waited = Promise.withResolvers<void>();
  const timer = setTimeout(waited.resolve, seconds * 1000);
  const stop = () => waited.reject(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await waited.promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
