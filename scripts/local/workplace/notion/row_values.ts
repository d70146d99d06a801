import type { DataSource, Page } from "./page.ts";
import { namesOf, type PropertyConfig, type PropertyValue } from "./property.ts";
import type { Shelf } from "./shelf.ts";

/** What a formula or rollup comes to. */
export type Computed = string | number | boolean | readonly string[];

/** A row among its columns. */
export interface Row {
  page: Page;
  source: DataSource;
}

/** The row that a page is, if it is one. */
export function rowOf(shelf: Shelf, page: Page): Row | undefined {
  return page.place.kind === "data_source" ? { page, source: shelf.dataSource(page.place.id) } : undefined;
}

/** The rows related to this one through a column, whichever side holds the relation; none from the trash. */
export function relatedRows(shelf: Shelf, { page }: Row, column: PropertyConfig): string[] {
  if (column.mirrorOf === undefined) {
    return namesOf(page.values.get(column.id)).filter((id) => shelf.pages.has(id) && !shelf.isTrashed(id));
  }
  const other = shelf.dataSource(column.to ?? "");
  const holder = columnNamed(other, column.mirrorOf);
  return other.rows.filter((id) =>
    namesOf(shelf.page(id).values.get(holder.id)).includes(page.id) && !shelf.isTrashed(id)
  );
}

/** What a formula or rollup column shows for a row. */
export function computedValue(shelf: Shelf, row: Row, { name, computed }: PropertyConfig): Computed {
  if (computed === undefined) throw new RangeError(`The column '${name}' does not say how it is computed`);
  const entered = (column: string, page = row.page, source = row.source): PropertyValue | undefined =>
    page.values.get(columnNamed(source, column).id);
  const related = (relation: string): Row[] => {
    const column = columnNamed(row.source, relation);
    const source = shelf.dataSource(column.to ?? "");
    return relatedRows(shelf, row, column).map((id) => ({ page: shelf.page(id), source }));
  };
  switch (computed.kind) {
    case "join":
      return computed.columns.map((column) => entered(column) ?? "").filter((one) => one !== "").join(" · ");
    case "times":
      return Number(entered(computed.column) ?? 0) * computed.factor;
    case "is":
      return entered(computed.column) === computed.value;
    case "count":
      return related(computed.relation).length;
    case "sum":
      return related(computed.relation)
        .reduce((sum, { page, source }) => sum + Number(entered(computed.column, page, source) ?? 0), 0);
    case "titles":
      return related(computed.relation).map(({ page }) => shelf.title(page.id));
  }
}

/** @throws RangeError when there is no such column */
export function columnNamed({ name: source, columns }: DataSource, name: string): PropertyConfig {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) throw new RangeError(`There is no column '${name}' in '${source}'`);
  return column;
}
