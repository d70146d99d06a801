import type { Block, BlockInput } from "./block.ts";
import type { Comment, Database, DataSource, Page, Place } from "./page.ts";
import type { PropertyConfig, PropertyValue } from "./property.ts";
import { fits, isEntered } from "./property.ts";
import type { Rich } from "./rich_text.ts";
import { Shelf } from "./shelf.ts";

/** Who does something and when (epoch milliseconds): the first person and the clock's present if left out. */
export interface Deed {
  by?: string;
  at?: number;
}

/** A page to be written. */
export interface PageInput extends Deed {
  title: Rich;
  icon?: string;
  blocks?: readonly BlockInput[];
}

/**
 * Everything written in a Notion workspace, and the hands that change it. Times follow Notion: an edit moves
 * the block, and the page it stands on, to the present; moving, sharing, trashing and restoring move nothing;
 * a computed column or a synced copy changes without its page being edited.
 */
export class Library extends Shelf {
  /** Writes a page into the workspace's top level, another page or a block. */
  createPage({ in: parent, ...input }: PageInput & { in?: string }): Page {
    const place: Place = parent === undefined ? { kind: "workspace" } : { kind: "inside", id: parent };
    return this.#write(place, input, new Map(), 0);
  }

  /** Founds a database with its data sources; columns are made by the caller so that they can refer to others. */
  createDatabase(
    { in: parent, title, description = "", inline = false, sources, ...deed }: Deed & {
      in?: string;
      title: string;
      description?: string;
      inline?: boolean;
      sources: readonly Pick<DataSource, "id" | "name" | "columns">[];
    },
  ): Database {
    const { at, by } = this.resolve(deed);
    const database: Database = {
      ...{ id: this.newId(), title, description, inline, inTrash: false, restricted: false },
      ...{ createdAt: at, createdBy: by, editedAt: at, editedBy: by },
      place: parent === undefined ? { kind: "workspace" } : { kind: "inside", id: parent },
      dataSources: sources.map(({ id }) => id),
    };
    this.databases.set(database.id, database);
    for (const source of sources) {
      this.dataSources.set(source.id, { ...source, database: database.id, rows: [] });
    }
    this.#enter(database.place, database.id, deed);
    return database;
  }

  /**
   * Adds a row. `values` go by the names of columns, the title included or in `title`.
   *
   * @throws RangeError for an unknown or computed column, or a value that does not fit it
   */
  addRow(
    { dataSource, values = {}, title = "", ...input }: Omit<PageInput, "title"> & {
      dataSource: string;
      title?: Rich;
      values?: Readonly<Record<string, PropertyValue>>;
    },
  ): Page {
    const source = this.dataSource(dataSource);
    const row = this.#write(
      { kind: "data_source", id: dataSource },
      { ...input, title },
      new Map(),
      source.rows.length + 1,
    );
    for (const [name, value] of Object.entries(values)) this.#set(row, source, name, value);
    return row;
  }

  /** Enters a value in a column of a row. @throws RangeError as `addRow` */
  setProperty(
    { page: id, name, value, ...deed }: Deed & { page: string; name: string; value: PropertyValue },
  ) {
    const page = this.page(id);
    if (page.place.kind !== "data_source") throw new RangeError(`Page ${id} is no row: it has no columns`);
    this.#set(page, this.dataSource(page.place.id), name, value);
    this.touch(page, deed);
  }

  /** Gives a page, row or database another title. */
  rename({ page: id, title, ...deed }: Deed & { page: string; title: string }): void {
    const target = this.pages.get(id) ?? this.database(id);
    target.title = title;
    this.touch(target, deed);
  }

  /** Writes blocks at the end of a page or block, or after one of its children. */
  appendBlock(
    { to, after, block, ...deed }: Deed & { to: string; after?: string; block: BlockInput },
  ): Block {
    const page = this.pageAround(to);
    const { at, by } = this.resolve(deed);
    const { children = [], ...body } = block;
    const own = { createdAt: at, createdBy: by, editedAt: at, editedBy: by };
    const written: Block = { id: this.newId(), body, parent: to, page: page.id, ...own };
    this.blocks.set(written.id, written);
    const siblings = this.childrenOf(to);
    siblings.splice(after === undefined ? siblings.length : siblings.indexOf(after) + 1, 0, written.id);
    this.children.set(to, siblings);
    for (const child of children) this.appendBlock({ to: written.id, block: child, at, by });
    this.touch(page, deed);
    return written;
  }

  /** Changes what a block says; its type stays. */
  editBlock(
    { block: id, at, by, ...change }:
      & Deed
      & { block: string }
      & Omit<Partial<BlockInput>, "type" | "children">,
  ) {
    const block = this.block(id);
    block.body = { ...block.body, ...change };
    const deed = this.resolve({ ...(at !== undefined && { at }), ...(by !== undefined && { by }) });
    this.touch(block, deed);
    this.touch(this.page(block.page), deed);
  }

  /** Deletes a block with everything in it; pages in it go to the trash. */
  deleteBlock({ block: id, ...deed }: Deed & { block: string }): void {
    const block = this.block(id);
    for (const child of [...this.childrenOf(id)]) {
      if (this.blocks.has(child)) this.deleteBlock({ block: child, ...deed });
      else this.trash({ page: child });
    }
    this.#leave(id, block.parent);
    this.blocks.delete(id);
    this.touch(this.page(block.page), deed);
  }

  /** Moves a page or database into another page or block, into a data source, or to the top level. */
  move({ page: id, to, ...deed }: Deed & { page: string; to: string | "workspace" }): void {
    const target = this.pages.get(id) ?? this.database(id);
    if (target.place.kind === "inside") {
      this.#leave(id, target.place.id);
      this.touch(this.pageAround(target.place.id), deed);
    } else if (target.place.kind === "data_source") {
      const { rows } = this.dataSource(target.place.id);
      rows.splice(rows.indexOf(id), 1);
    }
    if (to === "workspace") target.place = { kind: "workspace" };
    else if (this.dataSources.has(to)) target.place = { kind: "data_source", id: to };
    else target.place = { kind: "inside", id: to };
    this.#enter(target.place, id, deed);
  }

  /** Throws a page, row or database into the trash, with all that stands in it. */
  trash({ page: id }: { page: string }): void {
    (this.pages.get(id) ?? this.database(id)).inTrash = true;
  }

  /** Takes it out of the trash. */
  restore({ page: id }: { page: string }): void {
    (this.pages.get(id) ?? this.database(id)).inTrash = false;
  }

  /** Deletes a page or row for good, with all that stands in it: nobody can tell any more that it ever was. */
  purge({ page: id }: { page: string }): void {
    const { place } = this.page(id);
    if (place.kind === "inside") this.#leave(id, place.id);
    if (place.kind === "data_source") {
      const { rows } = this.dataSource(place.id);
      rows.splice(rows.indexOf(id), 1);
    }
    this.#forget(id);
  }

  /** Takes a page or database, with all that stands in it, away from every connection. */
  unshare({ page: id }: { page: string }): void {
    (this.pages.get(id) ?? this.database(id)).restricted = true;
  }

  /** Lets connections inherit access to it again. */
  share({ page: id }: { page: string }): void {
    (this.pages.get(id) ?? this.database(id)).restricted = false;
  }

  /** Remarks on a page or block; `discussion` goes on with an older one. */
  comment(
    { on, text, discussion, ...deed }: Deed & { on: string; text: Rich; discussion?: string },
  ): Comment {
    const { at, by } = this.resolve(deed);
    const thread = discussion ?? this.newId();
    const comment = { id: this.newId(), discussion: thread, parent: on, text, at, by };
    this.comments.push(comment);
    return comment;
  }

  #write(place: Place, input: PageInput, values: Page["values"], number: number): Page {
    const { title, icon, blocks = [], ...deed } = input;
    const { at, by } = this.resolve(deed);
    const page: Page = {
      ...{ id: this.newId(), place, title, values, number, inTrash: false, restricted: false },
      ...{ createdAt: at, createdBy: by, editedAt: at, editedBy: by },
      ...(icon !== undefined && { icon }),
    };
    this.pages.set(page.id, page);
    this.#enter(place, page.id, deed);
    for (const block of blocks) this.appendBlock({ to: page.id, block, at, by });
    return page;
  }

  #enter(place: Place, id: string, deed: Deed): void {
    if (place.kind === "data_source") this.dataSource(place.id).rows.push(id);
    if (place.kind !== "inside") return;
    this.children.set(place.id, [...this.childrenOf(place.id), id]);
    this.touch(this.pageAround(place.id), deed);
  }

  /** Forgets a block, page or database and all that stands in it. */
  #forget(id: string): void {
    for (const child of this.childrenOf(id)) this.#forget(child);
    for (const source of this.databases.get(id)?.dataSources ?? []) {
      for (const row of this.dataSource(source).rows) this.#forget(row);
      this.dataSources.delete(source);
    }
    for (const shelf of [this.pages, this.databases, this.blocks, this.children]) shelf.delete(id);
  }

  #leave(id: string, parent: string): void {
    this.children.set(parent, this.childrenOf(parent).filter((one) => one !== id));
  }

  #set(row: Page, { name: source, columns }: DataSource, name: string, value: PropertyValue): void {
    const column = columns.find((one) => one.name === name);
    if (column === undefined) throw new RangeError(`There is no column '${name}' in '${source}'`);
    this.#check(column, value);
    if (column.type === "title") row.title = typeof value === "string" || Array.isArray(value) ? value : "";
    else row.values.set(column.id, value);
  }

  #check(column: PropertyConfig, value: PropertyValue): void {
    if (isEntered(column) && fits(column, value)) return;
    throw new RangeError(
      `Cannot enter ${JSON.stringify(value)} in the ${column.type} column '${column.name}'`,
    );
  }
}
