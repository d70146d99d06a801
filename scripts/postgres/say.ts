const encoder = new TextEncoder();

/** One line for the person who watches: to standard error, so that standard output stays for results. */
export function say(line: string): void {
  Deno.stderr.writeSync(encoder.encode(`${line}\n`));
}

/** One line of result on standard output. */
export function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

/** Seconds since `startedAt` (`performance.now()`), as people read them: `3.2 s`. */
export function secondsSince(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
