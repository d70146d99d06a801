/** Deliberate mistakes between a connector and the sync, each one that a connector was caught with somewhere. The sweep must fail with them. */
import type { Connector, Page } from "../../supabase/functions/sync/platforms/connector.ts";

/** The cursor is handed over one page before its items: what fails in between is never read again. */
export function cursorBeforeTheStore(connector: Connector): Connector {
  return {
    ...connector,
    async *sync(unit, cursor, pass) {
      let unstored: Page | undefined;
      for await (const page of connector.sync(unit, cursor, pass)) {
        yield { ...(unstored ?? { items: [] }), cursor: page.cursor };
        const { cursor: _cursor, ...content } = page;
        unstored = { ...content, cursor: page.cursor };
      }
      if (unstored !== undefined) yield unstored;
    },
  };
}

/** A page without items is taken for the end of a listing: whatever is older counts as read and is never stored again. */
export function emptyPageTakenForComplete(): (connector: Connector) => Connector {
  const readUntil = new Map<string, string>();
  return (connector) => ({
    ...connector,
    async *sync(unit, cursor, pass) {
      for await (const page of connector.sync(unit, cursor, pass)) {
        const until = readUntil.get(unit.id) ?? "";
        const isEmpty = page.items.length === 0 && (page.seen ?? []).length === 0;
        if (isEmpty && until === "") readUntil.set(unit.id, pass.startedAt.toISOString());
        yield { ...page, items: page.items.filter(({ source_timestamp }) => source_timestamp > until) };
      }
    },
  });
}

/** What one listing does not name is deleted at once, without a second witness. */
export function deletedByOneMiss(known: (containerId: string) => Promise<readonly string[]>) {
  return (connector: Connector): Connector => ({
    ...connector,
    async *sync(unit, cursor, pass) {
      const named = new Set<string>();
      for await (const page of connector.sync(unit, cursor, pass)) {
        for (const { item_id } of [...page.items, ...(page.seen ?? [])]) named.add(item_id);
        const [listed] = page.enumerated ?? [];
        if (listed === undefined) {
          yield page;
          continue;
        }
        const missed = (await known(listed.container_id)).filter((id) => !named.has(id));
        const gone = missed.map((item_id) => ({ container_id: listed.container_id, item_id }));
        yield { ...page, gone: [...(page.gone ?? []), ...gone] };
      }
    },
  });
}
