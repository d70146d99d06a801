/** The parts of Notion's answers (version 2026-03-11) that we read; everything else passes unseen. */
import { z } from "zod";

/** A UUID with dashes, however it came. Ids go into paths, so nothing else is taken for one. */
export const notionId = z.string().transform((text, context) => {
  const hex = text.replaceAll("-", "").toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex)) {
    context.addIssue("is not an id of Notion's");
    return z.NEVER;
  }
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
});

/** An instant, ISO 8601. Notion floors it to the minute. */
const instant = z.iso.datetime({ offset: true });

export const richText = z.array(z.object({
  plain_text: z.string().default(""),
  type: z.string().optional(),
  mention: z.object({ type: z.string() }).optional(),
}));
export type RichText = z.output<typeof richText>;

/** The text without any look; a mention is the name of what it mentions. */
export const plainOf = (rich: RichText): string => rich.map(({ plain_text }) => plain_text).join("");

const parent = z.object({
  type: z.string(),
  page_id: notionId.optional(),
  block_id: notionId.optional(),
  database_id: notionId.optional(),
  data_source_id: notionId.optional(),
});
export type Parent = z.output<typeof parent>;

const user = z.object({ id: z.string(), name: z.string().nullish() });

export const page = z.object({
  object: z.literal("page"),
  id: notionId,
  created_time: instant,
  last_edited_time: instant,
  last_edited_by: user.nullish(),
  parent,
  in_trash: z.boolean().default(false),
  url: z.string().default(""),
  properties: z.record(z.string(), z.unknown()),
});
export type NotionPage = z.output<typeof page>;

const dataSource = z.object({
  object: z.literal("data_source"),
  id: notionId,
  title: richText.default([]),
  last_edited_time: instant,
  parent,
  /** Where the database stands. */
  database_parent: parent.optional(),
  in_trash: z.boolean().default(false),
  url: z.string().default(""),
});
export type NotionDataSource = z.output<typeof dataSource>;

export const database = z.object({
  id: notionId,
  title: richText.default([]),
  last_edited_time: instant,
  parent,
  in_trash: z.boolean().default(false),
  url: z.string().default(""),
  data_sources: z.array(z.object({ id: notionId })).default([]),
});
export type NotionDatabase = z.output<typeof database>;

const listing = <S extends z.ZodType>(one: S) =>
  z.object({
    results: z.array(one),
    next_cursor: z.string().min(1).nullable(),
    has_more: z.boolean(),
    /** A query that found more than Notion lists ends early and says so here. */
    request_status: z.object({ type: z.string() }).optional(),
  });

export const searchAnswer = listing(z.discriminatedUnion("object", [page, dataSource]));
export type Hit = z.output<typeof searchAnswer>["results"][number];
export const rowsAnswer = listing(page);

/** What stands under a block's own type; one shape for all, because new types come without asking. */
const blockContent = z.object({
  rich_text: richText.optional(),
  /** A page's or database's as text, meeting notes' as rich text. */
  title: z.union([z.string(), richText]).optional(),
  caption: richText.optional(),
  cells: z.array(richText).optional(),
  expression: z.string().optional(),
  url: z.string().optional(),
  /** A file that stands elsewhere. The address of one that Notion keeps is signed, short-lived and not for storing. */
  external: z.object({ url: z.string() }).optional(),
  name: z.string().optional(),
  checked: z.boolean().optional(),
  synced_from: z.object({ block_id: notionId }).nullish(),
});
export type BlockContent = z.output<typeof blockContent>;

export const block = z.looseObject({
  id: notionId,
  type: z.string(),
  has_children: z.boolean().default(false),
})
  .transform((raw) => ({
    id: raw.id,
    type: raw.type,
    hasChildren: raw.has_children,
    // A block whose content we cannot read has none, and does not keep the rest of the page from being read.
    content: blockContent.safeParse(raw[raw.type]).data ?? {} satisfies BlockContent,
  }));
export type NotionBlock = z.output<typeof block>;
export const blocksAnswer = listing(block);

export const member = z.object({
  id: z.string(),
  name: z.string().nullish(),
  person: z.object({ email: z.string().optional() }).optional(),
});
export const membersAnswer = listing(member);
