/**
 * The settings of a type as JSON Schema, in the small part of it that the database checks by itself: what is stored is
 * refused where it is written, and not first by the run that reads it.
 */
import { z } from "zod";
import type { DeliverableDefinition } from "./definition.ts";

/** What the database's validator knows. A definition that needs more than this is a fault of the definition. */
const keywords = [
  "type",
  "enum",
  "properties",
  "required",
  "additionalProperties",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "items",
  "maxItems",
  "minItems",
  "format",
];
/** Words of the generator that decide nothing: defaults stand in `default_config`, a date's pattern in its format. */
const idle = ["$schema", "default", "pattern"];

export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * The schema of what a person may store, before defaults.
 *
 * @throws when the definition uses what the database could not check
 */
export function jsonSchemaOf({ config }: DeliverableDefinition): JsonSchema {
  return checkable(z.toJSONSchema(config, { target: "draft-7", io: "input" }), "type_config");
}

/** All settings of a type with their defaults. */
export const defaultConfigOf = ({ config }: DeliverableDefinition): unknown => config.parse({});

function checkable(schema: JsonSchema, path: string): JsonSchema {
  const kept: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (idle.includes(keyword)) continue;
    if (!keywords.includes(keyword)) throw new Error(`${path}: the database cannot check "${keyword}"`);
    if (keyword === "properties") {
      kept[keyword] = Object.fromEntries(
        Object.entries(value as Record<string, JsonSchema>).map((
          [name, own],
        ) => [name, checkable(own, `${path}.${name}`)]),
      );
    } else if (keyword === "items") kept[keyword] = checkable(value as JsonSchema, `${path}[]`);
    else if (keyword === "maximum" && value === Number.MAX_SAFE_INTEGER) continue;
    else if (keyword === "minimum" && value === Number.MIN_SAFE_INTEGER) continue;
    else kept[keyword] = value;
  }
  if (typeof kept["type"] !== "string") throw new Error(`${path} has no single type`);
  if (kept["type"] === "object" && kept["additionalProperties"] !== false) {
    throw new Error(`${path} takes settings that nobody knows`);
  }
  return kept;
}
