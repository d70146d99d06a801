import { minuteOf } from "./minute.ts";
import type { DataSource } from "./page.ts";
import { dateOf, namesOf, type PropertyConfig, richOf } from "./property.ts";
import { type NotionJson, plainText, richTextJson } from "./rich_text.ts";
import { columnNamed, type Computed, computedValue, relatedRows, type Row } from "./row_values.ts";
import type { Shelf } from "./shelf.ts";

/** What a reader of a row needs to be told of the reader: which related pages they can see. */
export type Sees = (id: string) => boolean;

/** Pages and people a page's JSON carries for each property; the rest comes from the property's own endpoint. */
export const REFERENCES_A_PROPERTY = 25;

/** A person as the API shows them. */
export function personJson(shelf: Shelf, key: string): NotionJson {
  const { id, name, email } = shelf.person(key);
  return { object: "user", id, name, avatar_url: null, type: "person", person: { email } };
}

/** The value of a column for a row, as in `properties` of a page. */
export function valueJson(shelf: Shelf, row: Row, column: PropertyConfig, sees: Sees): NotionJson {
  const { id, type } = column;
  const all = typedValue(shelf, row, column, sees);
  if (type !== "relation" || !Array.isArray(all)) return { id, type, [type]: all };
  const relation = all.slice(0, REFERENCES_A_PROPERTY);
  return { id, type, relation, has_more: all.length > REFERENCES_A_PROPERTY };
}

/** All of a value, uncut: what stands under its type's name. */
export function typedValue(shelf: Shelf, row: Row, column: PropertyConfig, sees: Sees): unknown {
  const { page } = row;
  const value = page.values.get(column.id) ?? null;
  const option = (name: string) => ({ id: `${column.id}-${name}`, name, color: "default" });
  switch (column.type) {
    case "title":
      return richTextJson(page.title, shelf);
    case "rich_text":
      return richTextJson(richOf(value), shelf);
    case "select":
    case "status":
      return typeof value === "string" ? option(value) : null;
    case "multi_select":
      return namesOf(value).map(option);
    case "date": {
      const date = dateOf(value);
      return date === undefined ? null : { start: date.start, end: date.end ?? null, time_zone: null };
    }
    case "people":
      return namesOf(value).map((key) => personJson(shelf, key));
    case "relation":
      return relatedRows(shelf, row, column).filter(sees).map((related) => ({ id: related }));
    case "files":
      return namesOf(value).map((url) => ({ name: fileName(url), type: "external", external: { url } }));
    case "checkbox":
      return value === true;
    case "unique_id":
      return { prefix: column.prefix ?? null, number: page.number };
    case "created_time":
      return minuteOf(page.createdAt);
    case "last_edited_time":
      return minuteOf(page.editedAt);
    case "created_by":
      return personJson(shelf, page.createdBy);
    case "last_edited_by":
      return personJson(shelf, page.editedBy);
    case "formula":
      return formulaJson(computedValue(shelf, row, column));
    case "rollup":
      return rollupJson(computedValue(shelf, row, column), column);
    case "number":
    case "url":
    case "email":
    case "phone_number":
      return value;
  }
}

/** A value in words, as a perfect sync would write it; empty for an empty one. */
export function valueText(shelf: Shelf, row: Row, column: PropertyConfig, sees: Sees = () => true): string {
  const { page } = row;
  const value = page.values.get(column.id) ?? null;
  switch (column.type) {
    case "title":
      return plainText(page.title, shelf);
    case "rich_text":
      return plainText(richOf(value), shelf);
    case "multi_select":
    case "files":
      return namesOf(value).join(", ");
    case "people":
      return namesOf(value).map((key) => shelf.person(key).name).join(", ");
    case "relation":
      return relatedRows(shelf, row, column).filter(sees).map((id) => shelf.title(id)).join(", ");
    case "date": {
      const date = dateOf(value);
      return date === undefined ? "" : [date.start, date.end].filter((one) => one !== undefined).join(" → ");
    }
    case "unique_id":
      return [column.prefix, page.number].filter((one) => one !== undefined).join("-");
    case "created_time":
      return minuteOf(page.createdAt);
    case "last_edited_time":
      return minuteOf(page.editedAt);
    case "created_by":
      return shelf.person(page.createdBy).name;
    case "last_edited_by":
      return shelf.person(page.editedBy).name;
    case "checkbox":
      return String(value === true);
    case "formula":
    case "rollup": {
      const computed = computedValue(shelf, row, column);
      return typeof computed === "object" ? computed.join(", ") : String(computed);
    }
    default:
      return value === null ? "" : String(value);
  }
}

/** A column as `properties` of a data source describes it. */
export function columnJson(shelf: Shelf, source: DataSource, column: PropertyConfig): NotionJson {
  const { id, name, type } = column;
  return { id, name, description: null, type, [type]: columnDetails(shelf, source, column) };
}

function columnDetails(shelf: Shelf, source: DataSource, column: PropertyConfig): NotionJson {
  const { id, type, options = [], prefix = null, to = "", mirrorOf } = column;
  const listed = options.map((name) => ({ id: `${id}-${name}`, name, color: "default", description: null }));
  switch (type) {
    case "select":
    case "multi_select":
      return { options: listed };
    case "status":
      return { options: listed, groups: [] };
    case "number":
      return { format: "number" };
    case "unique_id":
      return { prefix };
    case "formula":
      return { expression: expressionOf(column) };
    case "rollup":
      return rollupDetails(shelf, source, column);
    case "relation": {
      const other = shelf.dataSource(to);
      const mirror = mirrorOf === undefined
        ? other.columns.find((one) => one.mirrorOf === column.name && one.to === source.id)
        : columnNamed(other, mirrorOf);
      const synced = { synced_property_name: mirror?.name ?? "", synced_property_id: mirror?.id ?? "" };
      return {
        database_id: other.database,
        data_source_id: to,
        type: "dual_property",
        dual_property: synced,
      };
    }
    default:
      return {};
  }
}

function expressionOf({ computed }: PropertyConfig): string {
  switch (computed?.kind) {
    case "join":
      return computed.columns.map((name) => `prop("${name}")`).join(' + " · " + ');
    case "times":
      return `prop("${computed.column}") * ${computed.factor}`;
    case "is":
      return `prop("${computed.column}") == "${computed.value}"`;
    default:
      return "";
  }
}

function rollupDetails(shelf: Shelf, source: DataSource, column: PropertyConfig): NotionJson {
  const { computed } = column;
  if (computed === undefined || !("relation" in computed)) return {};
  const relation = columnNamed(source, computed.relation);
  const { columns } = shelf.dataSource(relation.to ?? "");
  const wanted = computed.kind === "sum" ? computed.column : columns.find(({ id }) => id === "title")?.name;
  const target = columns.find(({ name }) => name === wanted);
  return {
    function: rollupFunction(column),
    relation_property_name: relation.name,
    relation_property_id: relation.id,
    rollup_property_name: target?.name ?? "",
    rollup_property_id: target?.id ?? "",
  };
}

function fileName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

function formulaJson(value: Computed): NotionJson {
  if (typeof value === "number") return { type: "number", number: value };
  if (typeof value === "boolean") return { type: "boolean", boolean: value };
  return { type: "string", string: typeof value === "string" ? value : value.join(", ") };
}

function rollupJson(value: Computed, column: PropertyConfig): NotionJson {
  const name = rollupFunction(column);
  if (typeof value === "number") return { type: "number", number: value, function: name };
  const titles = typeof value === "object" ? value : [String(value)];
  const plain = { person: () => ({ id: "", name: "" }), title: () => "" };
  return {
    type: "array",
    array: titles.map((title) => ({ type: "title", title: richTextJson(title, plain) })),
    function: name,
  };
}

function rollupFunction({ computed }: PropertyConfig): string {
  if (computed?.kind === "count") return "count";
  return computed?.kind === "sum" ? "sum" : "show_original";
}
