import assert from "node:assert/strict";
import { z } from "zod";
import { define } from "./definition.ts";
import { definitions } from "./definitions.ts";
import { defaultConfigOf, jsonSchemaOf } from "./json_schema.ts";

const schemaOf = (config: z.ZodType) => jsonSchemaOf(define({ config, brief: () => ["Write it."] }));

Deno.test("every type's settings are checkable by the database, and its defaults are settings of it", () => {
  for (const [type, definition] of definitions) {
    const schema = jsonSchemaOf(definition);
    assert.deepEqual([schema["type"], schema["additionalProperties"]], ["object", false], type);
    // A person may leave out any setting.
    assert.equal(schema["required"], undefined, type);
    const defaults = defaultConfigOf(definition);
    assert.deepEqual(definition.config.parse(defaults), defaults, type);
  }
});

Deno.test("a schema says what may be stored: names, kinds, bounds, and no default", () => {
  const digest = definitions.get("slack_channel_digest");
  assert.ok(digest);
  assert.deepEqual(jsonSchemaOf(digest)["properties"], {
    focus: { type: "string", enum: ["highlights", "decisions", "questions", "all"] },
    include_threads: { type: "boolean" },
    reaction_threshold: { type: "integer", minimum: 1, maximum: 100 },
    reply_threshold: { type: "integer", minimum: 1, maximum: 100 },
    sections: {
      type: "object",
      properties: {
        hot_threads: { type: "boolean" },
        key_decisions: { type: "boolean" },
        unanswered_questions: { type: "boolean" },
        mentions: { type: "boolean" },
      },
      additionalProperties: false,
    },
    max_items: { type: "integer", minimum: 3, maximum: 40 },
  });
  const prep = definitions.get("meeting_prep");
  assert.ok(prep);
  const { meeting } = jsonSchemaOf(prep)["properties"] as Record<string, unknown>;
  assert.deepEqual(meeting, {
    type: "object",
    properties: {
      title: { type: "string", maxLength: 300 },
      start: { type: "string", format: "date-time" },
      description: { type: "string", maxLength: 2000 },
      attendees: { type: "array", maxItems: 20, items: { type: "string", minLength: 1, maxLength: 200 } },
    },
    required: ["title"],
    additionalProperties: false,
  });
});

Deno.test("a definition that the database could not check is refused where it is made", () => {
  assert.throws(
    () => schemaOf(z.strictObject({ word: z.union([z.string(), z.number()]) })),
    /type_config\.word has no single type/,
  );
  assert.throws(() => schemaOf(z.object({ word: z.string() }).loose()), /nobody knows/);
  assert.throws(() => schemaOf(z.strictObject({ any: z.unknown() })), /type_config\.any has no single type/);
});
