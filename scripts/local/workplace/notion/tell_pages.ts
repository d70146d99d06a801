import type { BlockInput } from "./block.ts";
import { day } from "./founding.ts";
import * as book from "./phrase_book.ts";
import { line, type Telling } from "./telling.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Meeting notes, written during the stand-up; a line is corrected within the minute in which it was written. */
export function tellStandup(
  { happening: { at, lead }, places, random, speak, other, ...plan }: Telling,
): void {
  const notes: { id?: string } = {};
  const slip: { id?: string } = {};
  const by = lead.key;
  const blocks: BlockInput[] = [
    { type: "heading_2", text: "Attendees" },
    { type: "paragraph", text: [{ user: by }, ", ", { user: other(0) }, ", ", { user: other(1) }] },
    { type: "heading_2", text: "Notes" },
    ...Array.from({ length: random.int(2, 4) }, (): BlockInput => ({
      type: "bulleted_list_item",
      text: speak(book.STANDUP.note),
    })),
  ];
  const action = speak(book.STANDUP.action);
  const onTheMinute = Math.floor(at / MINUTE) * MINUTE;
  plan.at(onTheMinute, (library) => {
    notes.id =
      library.createPage({ in: places.meetings, title: `Stand-up ${day(at)}`, by, at: onTheMinute, blocks })
        .id;
  });
  const wrong = onTheMinute + 10 * MINUTE + 5 * SECOND;
  plan.later(wrong, notes, (library, to) => {
    slip.id = library.appendBlock({ to, block: { type: "to_do", text: `${action}?` }, by, at: wrong }).id;
  });
  const right = wrong + 40 * SECOND;
  plan.later(right, slip, (library, block) => library.editBlock({ block, text: action, by, at: right }));
  if (random.chance(0.5)) {
    const done = at + DAY;
    plan.later(
      done,
      slip,
      (library, block) => library.editBlock({ block, checked: true, by: other(0), at: done }),
    );
  }
}

/** A page with a time line in nested blocks, whose cause is found later, and a task for what is left. */
export function tellIncident(
  { happening: { at, lead, facts }, places, project, random, speak, other, ...plan }: Telling,
): void {
  const page: { id?: string } = {};
  const cause: { id?: string } = {};
  const by = lead.key;
  const title = speak(book.INCIDENT.title);
  const steps = book.INCIDENT.steps.map((step): BlockInput => ({
    type: "numbered_list_item",
    text: speak(step),
  }));
  const blocks: BlockInput[] = [
    { type: "callout", icon: "🔥", text: speak(book.INCIDENT.summary) },
    {
      type: "toggle",
      text: "Time line",
      children: [{
        type: "bulleted_list_item",
        text: "In detail",
        children: [{ type: "quote", text: "As it went:", children: steps }],
      }],
    },
  ];
  const open = speak(book.INCIDENT.cause);
  plan.at(at, (library) => {
    page.id = library.createPage({ in: places.incidents, title, by, at, blocks }).id;
    cause.id = library.appendBlock({ to: page.id, block: line(open), by, at }).id;
  });
  const found = at + random.pick([31 * MINUTE, DAY, 3 * DAY, 9 * DAY]);
  const text = speak(book.INCIDENT.found);
  plan.later(found, cause, (library, block) => library.editBlock({ block, text, by: other(0), at: found }));
  const task = speak(book.INCIDENT.task);
  plan.at(found + MINUTE, (library) =>
    void library.addRow({
      ...{ dataSource: places.tables.tasks, title: task, by: other(0), at: found + MINUTE },
      values: {
        ...{ Status: "Not started", Priority: "P1", Labels: ["incident", "follow-up"], Estimate: 3 },
        Project: [project.row],
        Assignee: [other(1)],
        Notes: `From #${facts.ticket}`,
      },
    }));
}

/** A page that is renamed when it is ready, and sometimes moved under the meeting notes afterwards. */
export function tellAnnouncement({ happening: { at, lead }, places, random, speak, ...plan }: Telling): void {
  const by = lead.key;
  const page: { id?: string } = {};
  const [draft, title, body] = [
    speak(book.ANNOUNCEMENT.draft),
    speak(book.ANNOUNCEMENT.title),
    speak(book.ANNOUNCEMENT.body),
  ];
  plan.at(at, (library) => {
    page.id = library.createPage({ in: places.hq, title: draft, by, at, blocks: [line(body)] }).id;
  });
  plan.later(
    at + 20 * MINUTE,
    page,
    (library, id) => library.rename({ page: id, title, by, at: at + 20 * MINUTE }),
  );
  if (!random.chance(0.4)) return;
  const moved = at + 2 * DAY;
  plan.later(moved, page, (library, id) => library.move({ page: id, to: places.meetings, by, at: moved }));
}

/** A page nobody wanted: untitled, soon in the trash; now and then it comes back. */
export function tellMishap({ happening: { at, lead }, places, random, speak, ...plan }: Telling): void {
  const page: { id?: string } = {};
  const text = speak(book.MISHAP);
  plan.at(at, (library) => {
    page.id = library.createPage({ in: places.hq, title: "", by: lead.key, at, blocks: [line(text)] }).id;
  });
  plan.later(at + random.int(1, 90) * MINUTE, page, (library, id) => library.trash({ page: id }));
  if (random.chance(0.5)) plan.later(at + DAY, page, (library, id) => library.restore({ page: id }));
}
