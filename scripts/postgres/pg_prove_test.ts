import assert from "node:assert/strict";
import { countsIn, libpqEnvironment } from "./pg_prove.ts";

Deno.test("the counts come from pg_prove's closing line", () => {
  const output =
    "claim/one.test.sql .. ok\nAll tests successful.\nFiles=3, Tests=41,  1 wallclock secs\nResult: PASS\n";
  assert.deepEqual(countsIn(output), { files: 3, tests: 41 });
});

Deno.test("output without a closing line has no counts, which is not zero tests", () => {
  assert.equal(countsIn("psql: connection refused\n"), undefined);
});

Deno.test("a database URL becomes libpq's variables, unescaped", () => {
  assert.deepEqual(libpqEnvironment("postgresql://us%40er:p%2Fw@127.0.0.1:5433/postgres?sslmode=disable"), [
    "PGHOST=127.0.0.1",
    "PGPORT=5433",
    "PGUSER=us@er",
    "PGPASSWORD=p/w",
    "PGDATABASE=postgres",
    "PGSSLMODE=disable",
  ]);
});
