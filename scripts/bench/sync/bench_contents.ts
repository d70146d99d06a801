/** What the floor is computed from: what stands in the workplace within a person's selection. */
import type { Workplace } from "../../local/workplace/workplace.ts";
import type { BenchWorld } from "./bench_world.ts";
import type { Contents } from "./floor.ts";
import type { BenchPerson } from "./person.ts";

const DAY = 86_400_000;

export interface Selection {
  readonly slack: ReadonlySet<string>;
  readonly gmail: ReadonlySet<string>;
  readonly calendar: ReadonlySet<string>;
  readonly notion: ReadonlySet<string>;
  readonly notionRowsPerPass: number;
}

/** Everything that a first sync has to read; with `since` only what was said, sent and written after it. */
export function contentsOf(
  workplace: Workplace,
  world: BenchWorld,
  selection: Selection,
  since = -Infinity,
): Contents {
  const isNew = (at: number) => at > since;
  const isFirst = since === -Infinity;
  const { chat } = workplace.team;
  const said = [...selection.slack].map((channel) =>
    chat.truth(channel).filter(({ ts }) => isNew(Number(ts) * 1000))
  );
  const replies = said.flatMap((messages) => {
    const threads = Map.groupBy(messages.filter(({ isReply }) => isReply), ({ threadTs }) => threadTs);
    return [...threads.values()].map(({ length }) => length);
  });
  const now = workplace.clock.now().getTime();
  const mails = world.account.mailbox.truth().filter(({ internalDate, labelIds }) =>
    internalDate > now - 30 * DAY && isNew(internalDate) &&
    labelIds.some((label) => selection.gmail.has(label))
  );
  const threads = [...Map.groupBy(mails, ({ threadId }) => threadId).values()].map(({ length }) => length);
  const listed = isFirst
    ? [...selection.gmail].map((label) => mails.filter(({ labelIds }) => labelIds.includes(label)).length)
    : [mails.length];
  const window = { from: new Date(now - 7 * DAY), to: new Date(now + 14 * DAY) };
  const events = [...selection.calendar].map((id) =>
    isFirst ? workplace.google.domain.truth(id, window).length : 0
  );
  const { pages, databases } = workplace.notion.truth(world.notion);
  const tables = databases.flatMap(({ id, dataSources }) =>
    selection.notion.has(id) || dataSources.some((source) => selection.notion.has(source.id))
      ? dataSources
      : []
  );
  const rows = tables.map(({ rows }) => Math.min(rows.length, selection.notionRowsPerPass));
  const read = pages.filter(({ id, dataSource, lastEditedTime }) =>
    // To the minute, as the platform tells it.
    dataSource === undefined && selection.notion.has(id) && isNew(Date.parse(lastEditedTime) + 60_000)
  );
  return {
    slack: {
      channelsListed: chat.channels.length,
      members: chat.members.length,
      messages: said.map((messages) => messages.filter(({ isReply }) => !isReply).length),
      replies,
    },
    gmail: { threads, listed },
    calendar: { events },
    notion: {
      objects: isFirst ? pages.length + databases.length : 1,
      rows: isFirst ? rows : rows.map(() => 1),
      listings: [...read.map(() => 1), ...(isFirst ? rows.flatMap((count) => Array(count).fill(1)) : [])],
    },
  };
}

/** For the record: how much there is. */
export function sizeOf(person: BenchPerson): string {
  const { channels, labels, pages, databases } = person;
  return `${channels} channels, ${labels} labels, ${pages} pages, ${databases} databases, calendars`;
}
