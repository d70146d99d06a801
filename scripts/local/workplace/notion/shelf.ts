import type { WorkplaceClock } from "../world/clock.ts";
import type { Person } from "../world/company.ts";
import type { SeededRandom } from "../world/random.ts";
import type { Block } from "./block.ts";
import type { Comment, Database, DataSource, Page, Place } from "./page.ts";
import { type Mentions, plainText } from "./rich_text.ts";
import { uuid } from "./uuid.ts";

/** Someone with an account of the workspace. */
export interface Member {
  key: string;
  id: string;
  name: string;
  email: string;
}

/** What the library holds and how things in it find each other. */
export class Shelf implements Mentions {
  readonly pages = new Map<string, Page>();
  readonly databases = new Map<string, Database>();
  readonly dataSources = new Map<string, DataSource>();
  readonly blocks = new Map<string, Block>();
  readonly comments: Comment[] = [];
  /** What stands in a page or block, in order: ids of blocks, pages and databases. */
  protected readonly children = new Map<string, string[]>();
  readonly members: readonly Member[];
  readonly #clock: WorkplaceClock;
  readonly #ids: SeededRandom;

  constructor(people: readonly Person[], random: SeededRandom, clock: WorkplaceClock) {
    this.#clock = clock;
    this.#ids = random.fork("ids");
    this.members = people.map(({ key, name, email }) => ({ key, id: this.newId(), name, email }));
  }

  /** A new id in the form of Notion's: a UUID. */
  newId(): string {
    return uuid(this.#ids);
  }

  page(id: string): Page {
    return found(this.pages.get(id), "page", id);
  }

  database(id: string): Database {
    return found(this.databases.get(id), "page or database", id);
  }

  dataSource(id: string): DataSource {
    return found(this.dataSources.get(id), "data source", id);
  }

  block(id: string): Block {
    return found(this.blocks.get(id), "block", id);
  }

  /** Someone by their key. */
  person(key: string): Member {
    return found(this.members.find((one) => one.key === key), "person", key);
  }

  /** The present title of a page without any look; empty for an untitled or unknown one. */
  title(id: string): string {
    const page = this.pages.get(id);
    return page === undefined ? this.databases.get(id)?.title ?? "" : plainText(page.title, this);
  }

  /** The first page with this title, trashed ones included. */
  pageTitled(title: string): Page {
    return found([...this.pages.values()].find(({ id }) => this.title(id) === title), "page titled", title);
  }

  /** The data source with this name. */
  dataSourceNamed(name: string): DataSource {
    return found([...this.dataSources.values()].find((one) => one.name === name), "data source named", name);
  }

  /** What stands in a page or block; a copy. */
  childrenOf(id: string): string[] {
    return [...(this.children.get(id) ?? [])];
  }

  /** The page that a page or block id belongs to. */
  pageAround(id: string): Page {
    return this.pages.get(id) ?? this.page(this.block(id).page);
  }

  /** What a page, database or block stands in, nearest first: ids of blocks, pages, rows' data sources' databases. */
  *around(id: string): Generator<string> {
    for (let at: string | undefined = id; at !== undefined; at = this.#outside(at)) yield at;
  }

  /** Whether it, or anything it stands in, is in the trash. */
  isTrashed(id: string): boolean {
    return [...this.around(id)].some((one) =>
      this.pages.get(one)?.inTrash === true || this.databases.get(one)?.inTrash === true
    );
  }

  /** Fills in who and when. */
  protected resolve({ at, by }: { at?: number; by?: string }): { at: number; by: string } {
    return { at: at ?? this.#clock.now().getTime(), by: by ?? this.members[0]?.key ?? "" };
  }

  /** Notes that something was edited. */
  protected touch(edited: { editedAt: number; editedBy: string }, deed: { at?: number; by?: string }): void {
    const { at, by } = this.resolve(deed);
    edited.editedAt = Math.max(edited.editedAt, at);
    edited.editedBy = by;
  }

  #outside(id: string): string | undefined {
    const block = this.blocks.get(id);
    if (block !== undefined) return block.parent;
    const place: Place | undefined = (this.pages.get(id) ?? this.databases.get(id))?.place;
    if (place === undefined || place.kind === "workspace") return undefined;
    return place.kind === "inside" ? place.id : this.dataSource(place.id).database;
  }
}

function found<T>(thing: T | undefined, kind: string, key: string): T {
  if (thing === undefined) throw new RangeError(`There is no ${kind} '${key}' in this workspace`);
  return thing;
}
