import type { BlockInput } from "./block.ts";
import * as book from "./phrase_book.ts";
import { line, type Telling } from "./telling.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** An entry of the decision log, some levels deep; its headline changes when it is decided. */
export function tellDecision(
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

export function tellLaunch({ happening: { at, lead }, project, speak, ...plan }: Telling): void {
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

export function tellProgress(
  { happening: { at, lead, facts }, project, random, speak, ...plan }: Telling,
): void {
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
export function tellQuestion(
  { happening: { at, lead }, project, random, speak, other, ...plan }: Telling,
): void {
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

export function tellCustomerReport(
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
