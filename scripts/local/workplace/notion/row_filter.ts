import { minuteOf } from "./minute.ts";
import { invalid } from "./notion_answer.ts";
import { dateOf, namesOf, type PropertyConfig } from "./property.ts";
import { valueText } from "./property_json.ts";
import { computedValue, relatedRows, type Row } from "./row_values.ts";
import type { Shelf } from "./shelf.ts";

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether a row passes a filter of `POST /v1/data_sources/{id}/query`: `and`, `or`, `timestamp`, or one
 * property; relative dates (`past_week`, …) are not played.
 *
 * @throws NotionRefusal `validation_error` for anything it does not know
 */
export function passes(shelf: Shelf, row: Row, filter: unknown): boolean {
  if (!isObject(filter)) throw invalid("body failed validation: body.filter should be an object.");
  if (Array.isArray(filter.and)) return filter.and.every((one) => passes(shelf, row, one));
  if (Array.isArray(filter.or)) return filter.or.some((one) => passes(shelf, row, one));
  const { timestamp } = filter;
  if (timestamp === "created_time" || timestamp === "last_edited_time") {
    const instant = timestamp === "created_time" ? row.page.createdAt : row.page.editedAt;
    return holds(minuteOf(instant), filter[timestamp], DATES);
  }
  const column = row.source.columns.find(({ id, name }) =>
    id === filter.property || name === filter.property
  );
  if (column === undefined) {
    throw invalid(`Could not find property with name or id: ${String(filter.property)}`);
  }
  return passesColumn(shelf, row, column, filter);
}

function passesColumn(shelf: Shelf, row: Row, column: PropertyConfig, filter: Json): boolean {
  const { type } = column;
  const condition = filter[type];
  if (condition === undefined) {
    throw invalid(`database property ${column.name} is of type ${type}: the filter must have \`${type}\`.`);
  }
  const entered = row.page.values.get(column.id) ?? null;
  switch (type) {
    case "checkbox":
      return holds(entered === true, condition, EQUALITY);
    case "number":
      return holds(entered, condition, NUMBERS);
    case "unique_id":
      return holds(row.page.number, condition, NUMBERS);
    case "select":
    case "status":
      return holds(entered, condition, EQUALITY);
    case "multi_select":
      return holds(namesOf(entered), condition, LISTS);
    case "people":
      return holds(namesOf(entered).map((key) => shelf.person(key).id), condition, LISTS);
    case "relation":
      return holds(relatedRows(shelf, row, column), condition, LISTS);
    case "files":
      return holds(namesOf(entered), condition, LISTS);
    case "date":
      return holds(dateOf(entered)?.start ?? null, condition, DATES);
    case "created_time":
      return holds(minuteOf(row.page.createdAt), condition, DATES);
    case "last_edited_time":
      return holds(minuteOf(row.page.editedAt), condition, DATES);
    case "formula":
      return passesFormula(shelf, row, column, condition);
    case "title":
    case "rich_text":
    case "url":
    case "email":
    case "phone_number":
      return holds(valueText(shelf, row, column), condition, TEXTS);
    default:
      throw invalid(`Filters on ${type} are not supported.`);
  }
}

function passesFormula(shelf: Shelf, row: Row, column: PropertyConfig, condition: unknown): boolean {
  const value = computedValue(shelf, row, column);
  const asked = isObject(condition) ? condition : {};
  if (typeof value === "number") return holds(value, asked.number, NUMBERS);
  if (typeof value === "boolean") return holds(value, asked.checkbox, EQUALITY);
  return holds(String(value), asked.string, TEXTS);
}

type Tests = Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>>;

/** Checks every test of a condition, e.g. `{ on_or_after: "…" }`. */
function holds(value: unknown, condition: unknown, tests: Tests): boolean {
  if (!isObject(condition)) {
    throw invalid("body failed validation: a filter's condition should be an object.");
  }
  return Object.entries(condition).every(([name, wanted]) => {
    const test = tests[name];
    if (test === undefined) {
      throw invalid(`body failed validation: body.filter.${name} should be not present.`);
    }
    return test(value, wanted);
  });
}

const isEmpty = (value: unknown) =>
  value === null || value === "" || (Array.isArray(value) && value.length === 0);
const EMPTINESS: Tests = { is_empty: (value) => isEmpty(value), is_not_empty: (value) => !isEmpty(value) };
const EQUALITY: Tests = {
  ...EMPTINESS,
  equals: (value, wanted) => value === wanted,
  does_not_equal: (value, wanted) => value !== wanted,
};

const both = (compare: (value: number, wanted: number) => boolean) => (value: unknown, wanted: unknown) =>
  typeof value === "number" && typeof wanted === "number" && compare(value, wanted);
const NUMBERS: Tests = {
  ...EQUALITY,
  greater_than: both((value, wanted) => value > wanted),
  less_than: both((value, wanted) => value < wanted),
  greater_than_or_equal_to: both((value, wanted) => value >= wanted),
  less_than_or_equal_to: both((value, wanted) => value <= wanted),
};

const texts = (compare: (value: string, wanted: string) => boolean) => (value: unknown, wanted: unknown) =>
  compare(String(value).toLowerCase(), String(wanted).toLowerCase());
const TEXTS: Tests = {
  ...EMPTINESS,
  equals: texts((value, wanted) => value === wanted),
  does_not_equal: texts((value, wanted) => value !== wanted),
  contains: texts((value, wanted) => value.includes(wanted)),
  does_not_contain: texts((value, wanted) => !value.includes(wanted)),
  starts_with: texts((value, wanted) => value.startsWith(wanted)),
  ends_with: texts((value, wanted) => value.endsWith(wanted)),
};

const includes = (value: unknown, wanted: unknown) => Array.isArray(value) && value.includes(wanted);
const LISTS: Tests = {
  ...EMPTINESS,
  contains: includes,
  does_not_contain: (value, wanted) => !includes(value, wanted),
};

const instants =
  (compare: (value: number, wanted: number) => boolean) => (value: unknown, wanted: unknown) => {
    const asked = Date.parse(String(wanted));
    if (Number.isNaN(asked)) {
      throw invalid("body failed validation: a date filter should be a valid ISO 8601 date.");
    }
    return typeof value === "string" && compare(Date.parse(value), asked);
  };
const DATES: Tests = {
  ...EMPTINESS,
  equals: instants((value, wanted) => value === wanted),
  before: instants((value, wanted) => value < wanted),
  after: instants((value, wanted) => value > wanted),
  on_or_before: instants((value, wanted) => value <= wanted),
  on_or_after: instants((value, wanted) => value >= wanted),
};
