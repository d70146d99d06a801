/** What a type of deliverable is to a run: settings with defaults, and an assignment in words. */
import { z } from "zod";
import { PipelineError } from "@shared/http/problem.ts";

/** How a text that a person or a model chose stands in the assignment: in quotation marks, or fenced as material. */
export type Quoted = (text: string) => string;

export interface DeliverableDefinition {
  /** `type_config` of the type; every setting has a default. */
  readonly config: z.ZodType;
  /**
   * What to write, in the words of an assignment.
   *
   * @throws {PipelineError} `type_config_invalid`: people write their deliverables' settings themselves
   */
  brief(config: unknown, quoted?: Quoted): string;
  /** What its settings say it is about, to search by. */
  focus(config: unknown): string[];
  /** What its settings say of the time it looks at. */
  scope(config: unknown): ScopeSettings;
  /** What its settings leave out of the scope. */
  leavesOut(config: unknown): LeftOut;
  /** Whether it prepares the events in scope, so that what bears on them is searched for by their titles and people. */
  preparesEvents(config: unknown): boolean;
}

export type LeftOut = (
  item: { readonly content_type: string; readonly is_user_authored: boolean },
) => boolean;
const nothing: LeftOut = () => false;

export interface ScopeSettings {
  /** How far it looks back, in days; instead of what its rhythm asks for. */
  readonly back?: number;
  /** The whole of the reader's day belongs to it, not only what is left of it. */
  readonly startsToday?: boolean;
  /** How far it reaches into the future, in days; instead of the type's own reach. */
  readonly ahead?: number;
  /** It reaches at least up to this instant. */
  readonly reaches?: Date;
}

/** A definition whose settings have a type of their own. */
export function define<S extends z.ZodType>(
  {
    config: schema,
    brief,
    focus = () => [],
    scope = () => ({}),
    leavesOut = () => nothing,
    preparesEvents = () => false,
  }: {
    config: S;
    brief: (config: z.output<S>, quoted: Quoted) => readonly string[];
    focus?: (config: z.output<S>) => readonly string[];
    scope?: (config: z.output<S>) => ScopeSettings;
    leavesOut?: (config: z.output<S>) => LeftOut;
    preparesEvents?: (config: z.output<S>) => boolean;
  },
): DeliverableDefinition {
  return {
    config: schema,
    brief: (config, quoted = inMarks) =>
      brief(checked(schema, config), quoted).filter((line) => line !== "").join("\n"),
    focus: (config) => [...focus(checked(schema, config))],
    scope: (config) => scope(checked(schema, config)),
    leavesOut: (config) => leavesOut(checked(schema, config)),
    preparesEvents: (config) => preparesEvents(checked(schema, config)),
  };
}

function checked<S extends z.ZodType>(schema: S, config: unknown): z.output<S> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  // An unknown setting is named by itself, not by the object that it stands in.
  const path = [
    ...(issue?.path ?? []),
    ...(issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : []),
  ];
  const field = path.join(".");
  throw new PipelineError({
    code: "type_config_invalid",
    message: `The setting '${field}' of this deliverable is not usable. Nothing was written.`,
    hint: "Correct it in the deliverable's type_config, or leave it out for its default.",
    status: 422,
    details: { field },
  });
}

/** The headings of the sections that are switched on, as "## Name: what belongs there". */
export function sectionsOf<K extends string>(
  wanted: Readonly<Record<K, boolean>>,
  headings: Readonly<Record<K, string>>,
): string[] {
  return (Object.entries(headings) as [K, string][]).filter(([key]) => wanted[key])
    .map(([, heading]) => `## ${heading}`);
}

/** Which sections to write; each is on unless `off` names it. */
export function sectionSwitches<const K extends string>(names: readonly K[], off: readonly K[] = []) {
  const switches = Object.fromEntries(
    names.map((name) => [name, z.boolean().default(!off.includes(name))]),
  ) as Record<K, z.ZodDefault<z.ZodBoolean>>;
  return z.strictObject(switches).prefault({} as never);
}

/** A text that a person wrote. Its length counts in characters as the database counts them, not in UTF-16 units. */
export const personsText = (longest: number) =>
  z.string().refine((text) => [...text].length <= longest, `at most ${longest} characters`).meta({
    maxLength: longest,
  });

/** A list of short texts that a person wrote: names, addresses, subjects. */
export const shortTexts = z.array(personsText(200).min(1)).max(20);

/** A person's own text in their assignment. */
export const inMarks: Quoted = (text) => `"${text.trim()}"`;

export const listed = (texts: readonly string[], quoted: Quoted): string => texts.map(quoted).join(", ");
