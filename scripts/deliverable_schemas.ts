/** Prints the settings of every type of deliverable, as the table `deliverable_types` holds them: schema and defaults. */
import { definitions } from "../supabase/functions/execute-deliverable/deliverable_types/definitions.ts";
import {
  defaultConfigOf,
  jsonSchemaOf,
} from "../supabase/functions/execute-deliverable/deliverable_types/json_schema.ts";

const schemas = Object.fromEntries(
  [...definitions].map((
    [type, definition],
  ) => [type, { config_schema: jsonSchemaOf(definition), default_config: defaultConfigOf(definition) }]),
);
// deno-lint-ignore no-console -- its output is what it is for
console.log(JSON.stringify(schemas, null, 2));
