import type { Rich } from "./rich_text.ts";

/** Blocks that hold a line of text of their own. */
const TEXT_TYPES = [
  ...["paragraph", "heading_1", "heading_2", "heading_3", "bulleted_list_item", "numbered_list_item"],
  ...["to_do", "toggle", "quote", "callout", "code"],
] as const;
/** Blocks that lead elsewhere: `url` and perhaps a `caption`. */
const LINK_TYPES = ["bookmark", "embed", "link_preview", "image", "video", "file", "pdf", "audio"] as const;
/** Blocks that only hold others or nothing at all. */
const FRAME_TYPES = [
  ...["column_list", "column", "table", "synced_block", "divider", "breadcrumb", "table_of_contents"],
] as const;
const OTHER_TYPES = ["equation", "table_row", "link_to_page", "meeting_notes", "unsupported"] as const;

/** Every type of block that a person can put on a page here; pages and databases stand in it by themselves. */
export const BLOCK_TYPES = [...TEXT_TYPES, ...LINK_TYPES, ...FRAME_TYPES, ...OTHER_TYPES] as const;
export type BlockType = typeof BLOCK_TYPES[number];

/** What a block says, whatever its type; members that do not belong to its type are ignored. */
export interface BlockBody {
  type: BlockType;
  /** The line of a text block; the title of `meeting_notes`. */
  text?: Rich;
  /** `to_do` */
  checked?: boolean;
  /** `code`; `plain text` if left out. */
  language?: string;
  /** Emoji of a `callout`. */
  icon?: string;
  /** `true` folds a heading: only such headings have children. */
  toggleable?: boolean;
  /** Where a link block leads. */
  url?: string;
  /** Of link blocks and `code`. */
  caption?: Rich;
  /** File name of a `file`. */
  name?: string;
  /** KaTeX of an `equation`. */
  expression?: string;
  /** Cells of a `table_row`. */
  cells?: readonly Rich[];
  /** The original that a `synced_block` shows; an original has none. */
  syncedFrom?: string;
  /** Target of `link_to_page`. */
  page?: string;
  /** What Notion calls a block that its API does not show. */
  blockType?: string;
}

/** A block to be written, with what it holds. */
export interface BlockInput extends BlockBody {
  children?: readonly BlockInput[];
}

/** A block that stands somewhere. */
export interface Block {
  id: string;
  body: BlockBody;
  /** The block, page or row that it stands in. */
  parent: string;
  /** The page whose `last_edited_time` its edits move. */
  page: string;
  createdAt: number;
  createdBy: string;
  editedAt: number;
  editedBy: string;
}
