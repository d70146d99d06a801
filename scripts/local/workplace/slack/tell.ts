import type { Happening, HappeningKind } from "../world/happenings.ts";
import { type PhraseFacts, say } from "../world/phrase.ts";
import type { SeededRandom } from "../world/random.ts";
import * as book from "./phrase_book.ts";
import { type Line, Scene } from "./scene.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CHEERS = ["tada", "rocket", "heart", "clap", "100"];
const NODS = ["+1", "eyes", "white_check_mark", "thinking_face"];

/** What a telling needs at hand: its happening, its own draws, and how it speaks. */
interface Telling {
  happening: Happening;
  scene: Scene;
  random: SeededRandom;
  /** Speaks a phrase of the book with the happening's facts. */
  speak(phrases: string | readonly string[], extra?: PhraseFacts): string;
  /** A participant other than the lead, by turn. */
  other(turn: number): string;
}

/** Tells one happening in chat. Its acts may reach many days ahead. */
export function tell(happening: Happening, domain: string): Scene {
  const scene = new Scene();
  const random = happening.random.fork("chat");
  const other = happening.others[0]?.name.split(" ")[0] ?? "someone";
  const facts = Object.fromEntries(
    Object.entries({ ...happening.facts, domain, other }).map(([name, fact]) => [name, escapeMarkup(fact)]),
  );
  TELLINGS[happening.kind]({
    happening,
    scene,
    random,
    speak: (phrases, extra = {}) =>
      say(random, typeof phrases === "string" ? phrases : random.pick(phrases), { ...facts, ...extra }),
    other: (turn) => {
      const { others, lead } = happening;
      return (others[turn % others.length] ?? lead).key;
    },
  });
  return scene;
}

/** Slack's own three escapes, which every text of the API carries. */
function escapeMarkup(fact: string | number): string | number {
  if (typeof fact === "number") return fact;
  return fact.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Some of the others react, a few minutes later each. */
function applaud(
  { scene, random, happening }: Telling,
  line: Line,
  at: number,
  emojis: readonly string[],
): void {
  for (const person of random.sample(happening.others, random.int(0, happening.others.length))) {
    scene.react(line, { at: at + random.int(1, 90) * MINUTE, by: person.key, emoji: random.pick(emojis) });
  }
}

function tellStandup({ happening, scene, random, speak, other }: Telling): void {
  const { at, lead, others, facts, project } = happening;
  const opener = scene.post({ channel: "engineering", by: lead.key, at, text: speak(book.STANDUP.opener) });
  for (
    const [turn, phrase] of random.sample(book.STANDUP.note, Math.min(others.length, random.int(3, 6)))
      .entries()
  ) {
    const own = {
      ticket: Number(facts.ticket) + turn * 7 + 1,
      part: project.parts[turn % project.parts.length] ?? "the rest",
      other: lead.name.split(" ")[0] ?? lead.key,
    };
    const said = at + (turn * 9 + random.int(2, 9)) * MINUTE;
    const note = scene.reply(opener, { by: other(turn), at: said, text: speak(phrase, own) });
    if (random.chance(0.15)) scene.react(note, { at: said + 3 * MINUTE, by: lead.key, emoji: "eyes" });
  }
}

function tellIncident(telling: Telling): void {
  const { happening: { at, lead, facts }, scene, random, speak, other } = telling;
  const minutes = Number(facts.minutes);
  const attachments = [{
    color: "#b00020",
    title: speak(book.INCIDENT.title),
    text: speak(book.INCIDENT.detail),
    fallback: speak(book.INCIDENT.title),
  }];
  const alert = scene.post({
    channel: "incidents",
    by: "pager",
    at,
    text: speak(book.INCIDENT.alert),
    attachments,
  });
  scene.react(alert, { at: at + MINUTE, by: lead.key, emoji: "eyes" });
  scene.reply(alert, { by: lead.key, at: at + 2 * MINUTE, text: speak(book.INCIDENT.acknowledge) });
  scene.reply(alert, { by: other(0), at: at + 0.4 * minutes * MINUTE, text: speak(book.INCIDENT.diagnosis) });
  scene.reply(alert, { by: other(1), at: at + 0.5 * minutes * MINUTE, text: speak(book.INCIDENT.question) });
  scene.reply(alert, {
    by: lead.key,
    at: at + 0.8 * minutes * MINUTE,
    text: speak(book.INCIDENT.mitigation),
  });
  const end = at + minutes * MINUTE;
  const resolved = {
    by: lead.key,
    at: end,
    text: speak(book.INCIDENT.resolved),
    broadcast: random.chance(0.7),
  };
  applaud(telling, scene.reply(alert, resolved), end, ["pray", "fire_engine", "+1"]);
  scene.edit(alert, { at: end + MINUTE, text: speak(book.INCIDENT.editedAlert) });
  if (random.chance(0.7)) {
    const days = random.pick([1, 3, 3, 9, 20]);
    scene.reply(alert, { by: other(0), at: end + days * DAY, text: speak(book.INCIDENT.report) });
  }
}

function tellDecision(telling: Telling): void {
  const { happening: { at, lead, facts }, scene, random, speak, other } = telling;
  const channel = random.pick(["engineering", "engineering", "customers"]);
  const proposal = scene.post({ channel, by: lead.key, at, text: speak(book.DECISION.proposal) });
  applaud(telling, proposal, at, NODS);
  let said = at;
  for (const [turn, phrase] of random.sample(book.DECISION.argument, random.int(2, 4)).entries()) {
    said += random.int(4, 70) * MINUTE;
    scene.reply(proposal, { by: other(turn), at: said, text: speak(phrase, { count: 11 + turn * 4 }) });
  }
  // One in five proposals is never decided: a digest should notice those.
  if (random.chance(0.2)) return;
  const decided = said + random.pick([31 * MINUTE, 3 * 60 * MINUTE, DAY, Number(facts.days) * DAY]);
  const text = speak(book.DECISION.decided);
  const decision = scene.reply(proposal, { by: lead.key, at: decided, text, broadcast: random.chance(0.5) });
  applaud(telling, decision, decided, ["white_check_mark", "+1"]);
  if (random.chance(0.3)) {
    scene.edit(decision, { at: decided + 31 * MINUTE, text: `${text} (updated after a talk with support)` });
  }
}

function tellQuestion({ happening, scene, random, speak, other }: Telling): void {
  const { at, lead } = happening;
  const channel = random.pick(["engineering", "engineering", "general", "customers", "random"]);
  const question = scene.post({ channel, by: lead.key, at, text: speak(book.QUESTION.ask) });
  const fate = random.next();
  if (fate < 0.35) return; // nobody ever answers
  if (fate < 0.75) {
    const answered = at + random.int(3, 200) * MINUTE;
    scene.reply(question, { by: other(0), at: answered, text: speak(book.QUESTION.answer) });
    scene.reply(question, { by: lead.key, at: answered + 6 * MINUTE, text: speak(book.QUESTION.thanks) });
    return;
  }
  const days = random.pick([1, 3, 9, 20]);
  scene.reply(question, {
    by: other(1),
    at: at + days * DAY + 31 * MINUTE,
    text: speak(book.QUESTION.late, { days }),
  });
}

function tellLaunch(telling: Telling): void {
  const { happening: { at, lead }, scene, random, speak, other } = telling;
  const plan = scene.post({
    channel: "engineering",
    by: lead.key,
    at: at - 3 * 60 * MINUTE,
    text: speak(book.LAUNCH.plan),
  });
  for (const [turn, phrase] of random.sample(book.LAUNCH.go, 3).entries()) {
    scene.reply(plan, { by: other(turn), at: at - (150 - turn * 20) * MINUTE, text: speak(phrase) });
  }
  const live = scene.post({ channel: "general", by: lead.key, at, text: speak(book.LAUNCH.live) });
  applaud(telling, live, at, CHEERS);
  if (random.chance(0.6)) {
    scene.reply(live, {
      by: other(0),
      at: at + random.int(1, 3) * DAY,
      text: speak(book.LAUNCH.after),
      broadcast: true,
    });
  }
}

function tellCustomerReport(telling: Telling): void {
  const { happening: { at, lead }, scene, random, speak, other } = telling;
  const report = scene.post({ channel: "customers", by: lead.key, at, text: speak(book.CUSTOMER.report) });
  if (random.chance(0.7)) {
    const answered = at + random.int(5, 240) * MINUTE;
    applaud(
      telling,
      scene.reply(report, { by: other(0), at: answered, text: speak(book.CUSTOMER.answer) }),
      answered,
      NODS,
    );
  }
  // Now and then a report turns out to be a duplicate and its author deletes it, thread or no thread.
  if (random.chance(0.12)) scene.remove(report, { at: at + random.int(31, 2000) * MINUTE });
}

function tellBudget({ happening, scene, random, speak, other }: Telling): void {
  const { at, lead } = happening;
  const topic = scene.post({ channel: "leadership", by: lead.key, at, text: speak(book.BUDGET.topic) });
  for (let turn = 0; turn < random.int(0, 3); turn++) {
    scene.reply(topic, {
      by: other(turn),
      at: at + (turn + 1) * random.int(5, 50) * MINUTE,
      text: speak(book.BUDGET.reply),
    });
  }
}

function tellMishap({ happening, scene, random, speak }: Telling): void {
  const { at, lead, facts } = happening;
  const channel = random.pick(["engineering", "general", "customers"]);
  if (random.chance(0.5)) {
    const wrong = scene.post({ channel, by: lead.key, at, text: speak(book.MISHAP.wrong) });
    scene.remove(wrong, { at: at + random.int(1, 9) * MINUTE });
    return;
  }
  const which = random.int(0, book.MISHAP.typo.length - 1);
  const misspelt = speak(book.MISHAP.typo[which] ?? "", { wekday: String(facts.weekday) });
  const line = scene.post({ channel, by: lead.key, at, text: misspelt });
  const text = speak(book.MISHAP.corrected[which] ?? "");
  scene.edit(line, { at: at + random.pick([2 * MINUTE, 31 * MINUTE, DAY]), text });
}

/** A single remark in a channel, perhaps with reactions. */
function tellRemark(channels: readonly string[], phrases: readonly string[]): (telling: Telling) => void {
  return (telling) => {
    const { happening: { at, lead }, scene, random, speak } = telling;
    const line = scene.post({ channel: random.pick(channels), by: lead.key, at, text: speak(phrases) });
    if (random.chance(0.4)) applaud(telling, line, at, [...NODS, ...CHEERS]);
  };
}

const TELLINGS: Readonly<Record<HappeningKind, (telling: Telling) => void>> = {
  standup: tellStandup,
  incident: tellIncident,
  decision: tellDecision,
  question: tellQuestion,
  launch: tellLaunch,
  customer_report: tellCustomerReport,
  budget: tellBudget,
  mishap: tellMishap,
  progress: tellRemark(["engineering", "general"], book.PROGRESS),
  announcement: tellRemark(["general"], book.ANNOUNCEMENT),
  chatter: tellRemark(["random", "random", "general"], book.CHATTER),
  board: tellRemark(["board-prep"], book.BOARD),
  // A classic webhook: `bot_message`, no user, a name of its own.
  deploy: ({ happening: { at }, scene, speak }) => {
    scene.post({ channel: "engineering", by: "deploys", username: "Deploys", at, text: speak(book.DEPLOY) });
  },
};
