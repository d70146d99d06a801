import type { Rich } from "./rich_text.ts";

/** Types of properties that rows can have here. */
export type PropertyType =
  | "title"
  | "rich_text"
  | "select"
  | "multi_select"
  | "status"
  | "date"
  | "people"
  | "relation"
  | "checkbox"
  | "number"
  | "url"
  | "email"
  | "phone_number"
  | "files"
  | "unique_id"
  | "created_time"
  | "created_by"
  | "last_edited_time"
  | "last_edited_by"
  | "formula"
  | "rollup";

/** A span of time; whole days as `YYYY-MM-DD`, instants as ISO 8601. */
export interface DateSpan {
  start: string;
  end?: string;
}

/**
 * A value as a person enters it: text for `title` and `rich_text` (plain or rich), the option's name for
 * `select` and `status`, names for `multi_select`, keys of people, ids of related pages, urls of files.
 */
export type PropertyValue = Rich | number | boolean | null | DateSpan;

/** A computed column reads other columns of its row, or of rows related to it. */
export type Computation =
  /** The named columns joined by ` · `. */
  | { kind: "join"; columns: readonly string[] }
  /** The named number column times a factor. */
  | { kind: "times"; column: string; factor: number }
  /** Whether the named status column says so. */
  | { kind: "is"; column: string; value: string }
  /** How many rows are related through the named column. */
  | { kind: "count"; relation: string }
  /** The sum of a number column over related rows. */
  | { kind: "sum"; relation: string; column: string }
  /** The titles of related rows. */
  | { kind: "titles"; relation: string };

/** A column. */
export interface PropertyConfig {
  /** Short and stable, as Notion's are; `title` for the title column. */
  id: string;
  name: string;
  type: PropertyType;
  /** Of select, multi_select and status. */
  options?: readonly string[];
  /** Of a relation: the data source it leads to. */
  to?: string;
  /** Of a relation that shows the other side: the column of `to` that holds it. */
  mirrorOf?: string;
  /** Prefix of a unique_id. */
  prefix?: string;
  computed?: Computation;
}

/** Whether people enter this column; the others follow from the row, its history or other rows. */
export function isEntered({ type, mirrorOf }: PropertyConfig): boolean {
  if (mirrorOf !== undefined) return false;
  return ![
    ...["unique_id", "created_time", "created_by", "last_edited_time", "last_edited_by", "formula", "rollup"],
  ].includes(type);
}

function isDateSpan(value: unknown): value is DateSpan {
  return typeof value === "object" && value !== null && "start" in value;
}

function isNames(value: PropertyValue): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** The value as a list of names, keys, ids or urls; none for an empty one. */
export function namesOf(value: PropertyValue | undefined): readonly string[] {
  return value !== undefined && isNames(value) ? value : [];
}

/** The value as a date, if it is one. */
export function dateOf(value: PropertyValue | undefined): DateSpan | undefined {
  return isDateSpan(value) ? value : undefined;
}

/** The value as rich text; empty if it is something else. */
export function richOf(value: PropertyValue | undefined): Rich {
  return typeof value === "string" || Array.isArray(value) ? value : "";
}

/** Whether a value can be entered in a column, e.g. no number in a checkbox. */
export function fits({ type, options }: PropertyConfig, value: PropertyValue): boolean {
  if (value === null) return type !== "checkbox" && type !== "title";
  switch (type) {
    case "title":
    case "rich_text":
      return typeof value === "string" || Array.isArray(value);
    case "select":
    case "status":
      return typeof value === "string" && (options ?? []).includes(value);
    case "multi_select":
      return isNames(value) && value.every((name) => (options ?? []).includes(name));
    case "people":
    case "relation":
    case "files":
      return isNames(value);
    case "date":
      return isDateSpan(value);
    case "checkbox":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
    case "url":
    case "email":
    case "phone_number":
      return typeof value === "string";
    default:
      return false;
  }
}
