/** The properties of a page as plain text: every type there is, and nothing for those that come later. */
import { z } from "zod";
import { plainOf, richText } from "./notion_answers.ts";

/** Names and titles that the properties themselves do not tell. */
export interface Lookups {
  /** The name of a person, when it is known. */
  readonly nameOf: (id: string) => string | undefined;
  /** The title of a page, when it is known. */
  readonly titleOf: (id: string) => string | undefined;
}

/** Ids that the properties mention without saying what they are. */
export interface Unnamed {
  readonly people: readonly string[];
  readonly pages: readonly string[];
}

/** Related pages whose titles are shown; of the others there is only a number. */
const mostTitles = 5;
/** A row may have more columns than anyone reads. */
const mostProperties = 200;
const longestName = 200;

const user = z.object({ id: z.string(), name: z.string().nullish() });
type User = z.output<typeof user>;
const option = z.object({ name: z.string() }).nullable();
const date = z.object({ start: z.string(), end: z.string().nullish() }).nullable();
const related = z.array(z.object({ id: z.string() }));
const file = z.object({
  name: z.string().default(""),
  // The address of a file that Notion keeps is signed and short-lived: its name has to do.
  external: z.object({ url: z.string() }).optional(),
});
/** Shown as it is. */
const scalar = z.union([z.string(), z.number(), z.boolean()]).nullable();
const scalarTypes: readonly string[] = [
  ...["number", "checkbox", "url", "email", "phone_number", "created_time", "last_edited_time"],
  ...["string", "boolean"],
];

const property = z.looseObject({ type: z.string() });

/** The title: the value of the property of type title, whatever its name. Empty when there is none. */
export function titleIn(properties: Readonly<Record<string, unknown>>): string {
  for (const value of Object.values(properties)) {
    const parsed = z.object({ type: z.literal("title"), title: richText }).safeParse(value);
    if (parsed.success) return plainOf(parsed.data.title).replace(/\s+/g, " ").trim().slice(0, 2_000);
  }
  return "";
}

/** A line `Name: value` for each property that has a value; the title is none of them. */
export function propertyLines(
  properties: Readonly<Record<string, unknown>>,
  lookups: Lookups,
): string[] {
  return Object.entries(properties).slice(0, mostProperties).flatMap(([name, value]) => {
    const parsed = property.safeParse(value);
    if (!parsed.success || parsed.data.type === "title") return [];
    const text = textOf(parsed.data, lookups);
    return text === "" ? [] : [`${name.slice(0, longestName)}: ${text}`];
  });
}

/** Whose names and titles {@link propertyLines} would like to know. */
export function unnamedIn(properties: Readonly<Record<string, unknown>>): Unnamed {
  const people = new Set<string>();
  const pages = new Set<string>();
  propertyLines(properties, {
    nameOf: (id) => void people.add(id),
    titleOf: (id) => void pages.add(id),
  });
  return { people: [...people], pages: [...pages] };
}

function textOf(value: z.output<typeof property>, lookups: Lookups): string {
  const { type } = value;
  const raw = value[type];
  const read = <S extends z.ZodType>(schema: S, show: (value: z.output<S>) => string): string => {
    const parsed = schema.safeParse(raw);
    return parsed.success ? show(parsed.data) : "";
  };
  if (scalarTypes.includes(type)) return read(scalar, (one) => one === null ? "" : String(one));
  switch (type) {
    case "title":
    case "rich_text":
      return read(richText, plainOf);
    case "select":
    case "status":
      return read(option, (one) => one?.name ?? "");
    case "multi_select":
      return read(z.array(z.object({ name: z.string() })), (all) => all.map(({ name }) => name).join(", "));
    case "date":
      return read(date, (one) => one === null ? "" : one.end ? `${one.start} → ${one.end}` : one.start);
    case "people":
      return read(z.array(user), (all) => all.map((one) => personText(one, lookups)).join(", "));
    case "created_by":
    case "last_edited_by":
      return read(user, (one) => personText(one, lookups));
    case "files":
      return read(z.array(file), (all) => all.map(({ name, external }) => external?.url ?? name).join(", "));
    case "relation":
      return read(related, (all) => relationText(all, value["has_more"] === true, lookups));
    case "unique_id":
      return read(
        z.object({ prefix: z.string().nullish(), number: z.number().nullable() }),
        ({ prefix, number }) => number === null ? "" : prefix ? `${prefix}-${number}` : String(number),
      );
    case "formula":
      return read(property, (one) => textOf(one, lookups));
    case "rollup":
      return read(
        property,
        (one) => one.type === "array" ? arrayText(one["array"], lookups) : textOf(one, lookups),
      );
    case "verification":
      return read(z.object({ state: z.string() }).nullable(), (one) => one?.state ?? "");
    case "place":
      return read(
        z.object({ name: z.string().nullish(), address: z.string().nullish() }).nullable(),
        (one) => [one?.name, one?.address].filter((part) => part).join(", "),
      );
    default:
      return "";
  }
}

function arrayText(raw: unknown, lookups: Lookups): string {
  const values = z.array(property).safeParse(raw);
  if (!values.success) return "";
  return values.data.map((one) => textOf(one, lookups)).filter((text) => text !== "").join(", ");
}

function personText({ id, name }: User, { nameOf }: Lookups): string {
  return name || nameOf(id) || id;
}

function relationText(all: z.output<typeof related>, hasMore: boolean, { titleOf }: Lookups): string {
  if (all.length === 0) return "";
  const titles = all.slice(0, mostTitles).flatMap(({ id }) => titleOf(id) ?? []).filter((title) =>
    title !== ""
  );
  const others = all.length - titles.length;
  const [number, noun] = [
    `${others}${hasMore ? " or more" : ""}`,
    others === 1 && !hasMore ? "page" : "pages",
  ];
  if (titles.length === 0) return `${number} ${noun}`;
  return others === 0 && !hasMore ? titles.join(", ") : `${titles.join(", ")} and ${number} other ${noun}`;
}
