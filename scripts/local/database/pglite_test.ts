import assert from "node:assert/strict";
import { PROJECT_ROOT } from "../project_root.ts";
import { PGLITE_VERSION } from "./pglite.ts";

Deno.test("the kept copy of the empty database is named after the version that made it", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("import_map.json", PROJECT_ROOT)));
  assert.equal(imports["@electric-sql/pglite"], `npm:@electric-sql/pglite@${PGLITE_VERSION}`);
});
