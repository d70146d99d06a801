/** `deno task bench:tickets [--only NAME]`: the queue's figures on a durable Postgres 17. */
import { parseArgs } from "node:util";
import { openBenchDatabase } from "./bench_database.ts";
import { bloatFigures } from "./bloat.ts";
import { claimFigures } from "./claims.ts";
import { drainFigures } from "./drain.ts";
import { housekeepingFigures } from "./housekeeping.ts";
import { type Figure, publish } from "./report.ts";
import { waitingPersonFigures } from "./waiting_person.ts";

const parts = {
  claims: claimFigures,
  drain: drainFigures,
  person: waitingPersonFigures,
  housekeeping: housekeepingFigures,
  bloat: bloatFigures,
};

const { values: flags } = parseArgs({ options: { only: { type: "string" } } });
const write = (line: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

await using database = await openBenchDatabase();
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (flags.only !== undefined && flags.only !== name) continue;
  write(`${name} …`);
  figures.push(...await measure(database));
}
await publish({
  benchmark: "bench:tickets",
  measuredOn: `Postgres 17, flushed to disk, ${navigator.hardwareConcurrency} cores shared with the client`,
  at: new Date().toISOString(),
  figures,
}, write);
