import type { Happening, HappeningKind } from "../world/happenings.ts";
import { type PhraseFacts, say } from "../world/phrase.ts";
import type { SeededRandom } from "../world/random.ts";
import type { BlockInput } from "./block.ts";
import { day, type Places, type ProjectPages } from "./founding.ts";
import type { Library } from "./library.ts";
import * as book from "./phrase_book.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** One change of the workspace at an instant. Acts of a happening may lie days apart. */
export interface Act {
  at: number;
  perform(library: Library): void;
}

/** What a telling needs at hand. */
interface Telling {
  happening: Happening;
  places: Places;
  project: ProjectPages;
  random: SeededRandom;
  /** Speaks a phrase of the book with the happening's facts. */
  speak(phrases: string | readonly string[], extra?: PhraseFacts): string;
  /** A participant other than the lead, by turn. */
  other(turn: number): string;
  /** Plans an act. */
  at(instant: number, perform: (library: Library) => void): void;
  /** Plans an act on something written before, unless it is gone by then. */
  later(instant: number, target: { id?: string }, perform: (library: Library, id: string) => void): void;
}

const line = (text: string): BlockInput => ({ type: "paragraph", text });

/** Tells one happening in Notion, in the order of time within each page. */
export function tell(happening: Happening, places: Places): Act[] {
  const project = places.projects.get(happening.project.name);
  if (project === undefined) return [];
  const acts: Act[] = [];
  const random = happening.random.fork("notion");
  const facts = { ...happening.facts, other: happening.others[0]?.name.split(" ")[0] ?? "someone" };
  TELLINGS[happening.kind]?.({
    ...{ happening, places, project, random },
    speak: (phrases, extra = {}) =>
      say(random, typeof phrases === "string" ? phrases : random.pick(phrases), { ...facts, ...extra }),
    other: (turn) => (happening.others[turn % happening.others.length] ?? happening.lead).key,
    at: (at, perform) => void acts.push({ at, perform }),
    later: (at, target, perform) =>
      void acts.push({
        at,
        perform: (library) => {
          const { id } = target;
          // A test may have deleted it in the meantime: then nobody can change it any more.
          if (id !== undefined && (library.blocks.has(id) || library.pages.has(id))) perform(library, id);
        },
      }),
  });
  return acts;
}

/** Meeting notes, written during the stand-up; a line is corrected within the minute in which it was written. */
function tellStandup({ happening: { at, lead }, places, random, speak, other, ...plan }: Telling): void {
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
function tellIncident(
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

/** An entry of the decision log, some levels deep; its headline changes when it is decided. */
function tellDecision(
  { happening: { at, lead, facts }, project, random, speak, other, ...plan }: Telling,
): void {
  const entry: { id?: string } = {};
  const by = lead.key;
  const block: BlockInput = {
    type: "toggle",
    text: speak(book.DECISION.open),
    children: random.sample(book.DECISION.argument, 2).map((argument) => ({
      type: "bulleted_list_item",
      text: speak(argument),
      children: [{ type: "paragraph", text: [{ user: other(0) }, " said so."] }],
    })),
  };
  plan.at(at, (library) => {
    entry.id = library.appendBlock({ to: project.decisions, block, by, at }).id;
  });
  if (random.chance(0.2)) return;
  const decided = at + random.pick([31 * MINUTE, DAY, Number(facts.days) * DAY]);
  const text = speak(book.DECISION.decided);
  plan.later(decided, entry, (library, id) => library.editBlock({ block: id, text, by, at: decided }));
}

function tellLaunch({ happening: { at, lead }, project, speak, ...plan }: Telling): void {
  const by = lead.key;
  const [status, launched] = [speak(book.LAUNCH.status), speak(book.LAUNCH.line)];
  plan.later(at, { id: project.spec }, (library, spec) => {
    const first = library.childrenOf(spec)[0];
    if (first !== undefined && library.blocks.has(first)) {
      library.editBlock({ block: first, text: status, by, at });
    }
    library.appendBlock({ to: spec, block: line(launched), by, at });
  });
  plan.later(
    at + MINUTE,
    { id: project.row },
    (library, page) => library.setProperty({ page, name: "Stage", value: "Launched", by, at: at + MINUTE }),
  );
}

function tellProgress({ happening: { at, lead, facts }, project, random, speak, ...plan }: Telling): void {
  const by = lead.key;
  const said = speak(book.PROGRESS);
  const health = random.pick(["On track", "On track", "At risk", "Off track"]);
  plan.later(at, { id: project.row }, (library, page) => {
    library.appendBlock({ to: page, block: line(said), by, at });
    library.setProperty({ page, name: "Health", value: health, by, at });
    library.setProperty({ page, name: "Progress", value: Number(facts.percent) / 100, by, at });
  });
}

/** A comment on the spec, sometimes answered. */
function tellQuestion({ happening: { at, lead }, project, random, speak, other, ...plan }: Telling): void {
  const [ask, answer] = [speak(book.QUESTION.ask), speak(book.QUESTION.answer)];
  const answered = random.chance(0.6) ? at + random.int(3, 3000) * MINUTE : undefined;
  const asked: { discussion?: string } = {};
  plan.later(at, { id: project.spec }, (library, on) => {
    asked.discussion = library.comment({ on, text: ask, by: lead.key, at }).discussion;
  });
  if (answered === undefined) return;
  plan.later(answered, { id: project.spec }, (library, on) => {
    const { discussion } = asked;
    if (discussion !== undefined) {
      library.comment({ on, text: answer, discussion, by: other(0), at: answered });
    }
  });
}

function tellCustomerReport(
  { happening: { at, lead, facts }, places, random, speak, ...plan }: Telling,
): void {
  const by = lead.key;
  const row: { id?: string } = {};
  const [title, details] = [speak(book.REQUEST.title), speak(book.REQUEST.details)];
  plan.at(at, (library) => {
    const customer = library.dataSource(places.tables.customers).rows.find((id) =>
      library.title(id) === facts.customer
    );
    row.id = library.addRow({
      ...{ dataSource: places.tables.requests, title, by, at },
      values: {
        ...{ State: "New", "Reported by": [by], Worth: Number(facts.amount), Details: details },
        Customer: customer === undefined ? [] : [customer],
      },
    }).id;
  });
  const settled = at + random.int(1, 12) * DAY;
  const state = random.pick(["Accepted", "Declined", "Shipped"]);
  plan.later(
    settled,
    row,
    (library, page) => library.setProperty({ page, name: "State", value: state, by, at: settled }),
  );
}

/** A page that is renamed when it is ready, and sometimes moved under the meeting notes afterwards. */
function tellAnnouncement({ happening: { at, lead }, places, random, speak, ...plan }: Telling): void {
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
function tellMishap({ happening: { at, lead }, places, random, speak, ...plan }: Telling): void {
  const page: { id?: string } = {};
  const text = speak(book.MISHAP);
  plan.at(at, (library) => {
    page.id = library.createPage({ in: places.hq, title: "", by: lead.key, at, blocks: [line(text)] }).id;
  });
  plan.later(at + random.int(1, 90) * MINUTE, page, (library, id) => library.trash({ page: id }));
  if (random.chance(0.25)) plan.later(at + DAY, page, (library, id) => library.restore({ page: id }));
}

/** A line at the end of a page. */
function tellLine(where: (places: Places) => string, phrase: string): (telling: Telling) => void {
  return ({ happening: { at, lead }, places, speak, later }) => {
    const block = line(speak(phrase));
    later(
      at,
      { id: where(places) },
      (library, to) => void library.appendBlock({ to, block, by: lead.key, at }),
    );
  };
}

/** Chatter and board talk never reach Notion. */
const TELLINGS: Readonly<Partial<Record<HappeningKind, (telling: Telling) => void>>> = {
  standup: tellStandup,
  incident: tellIncident,
  decision: tellDecision,
  launch: tellLaunch,
  progress: tellProgress,
  question: tellQuestion,
  customer_report: tellCustomerReport,
  announcement: tellAnnouncement,
  mishap: tellMishap,
  budget: tellLine(({ leadership }) => leadership, book.BUDGET),
  deploy: tellLine(({ deploys }) => deploys, book.DEPLOY),
};
