import type { PropertyConfig, PropertyValue } from "./property.ts";
import type { Rich } from "./rich_text.ts";

/** Where a page or database stands. */
export type Place =
  | { kind: "workspace" }
  /** In a page, or in a block of one: in its list of children. */
  | { kind: "inside"; id: string }
  /** As a row. */
  | { kind: "data_source"; id: string };

/** What pages and databases have in common: they stand somewhere, change, and can be thrown away. */
interface Standing {
  id: string;
  place: Place;
  createdAt: number;
  createdBy: string;
  editedAt: number;
  editedBy: string;
  inTrash: boolean;
  /** Nobody inherits access to it from what it stands in. */
  restricted: boolean;
}

/** A page, or a row: a row is a page with columns. */
export interface Page extends Standing {
  title: Rich;
  icon?: string;
  /** What was entered in the columns of a row, by the column's id; its title is `title`. */
  values: Map<string, PropertyValue>;
  /** Counts the rows of a data source from 1; 0 for a page that is no row. */
  number: number;
}

/** A container of data sources: what people see as a database. */
export interface Database extends Standing {
  title: string;
  description: string;
  inline: boolean;
  dataSources: string[];
}

/** A table of rows with its columns. */
export interface DataSource {
  id: string;
  database: string;
  name: string;
  columns: readonly PropertyConfig[];
  /** Ids of the rows in the order in which they came. */
  rows: string[];
}

/** A remark on a page or on one of its blocks. */
export interface Comment {
  id: string;
  discussion: string;
  /** The page or block it stands at. */
  parent: string;
  text: Rich;
  at: number;
  by: string;
}
