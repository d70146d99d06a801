/** Asks again while the database is down, for at most half a minute. Only for what may be asked twice. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const until = performance.now() + 30_000;
  while (true) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
