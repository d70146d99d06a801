/** Asks until the answer is there. For programs that watch the pipeline at work; tests turn its crank instead. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  options: { seconds: number; what: string; signal?: AbortSignal },
): Promise<T> {
  const { seconds, what, signal } = options;
  const deadline = performance.now() + seconds * 1000;
  while (true) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    signal?.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}, in vain`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
