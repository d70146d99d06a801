import type { Happening, HappeningKind } from "../world/happenings.ts";
import { type PhraseFacts, say } from "../world/phrase.ts";
import type { SeededRandom } from "../world/random.ts";
import type { Address } from "./mail.ts";
import type { Sending } from "./mail_office.ts";
import * as book from "./mail_phrases.ts";
import { Script, type Sheet } from "./script.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a telling needs at hand. */
interface Telling {
  happening: Happening;
  script: Script;
  random: SeededRandom;
  /** Everyone who takes part and the boss, who reads along in most things. */
  circle: readonly string[];
  domain: string;
  speak(phrase: string, extra?: PhraseFacts): string;
  /** Subject and text of a phrase of the book. */
  written(phrases: book.MailPhrases, extra?: PhraseFacts): Pick<Sending, "subject" | "text">;
  other(turn: number): string;
}

/** Someone at a customer, the same for all of a company's dealings with it. */
export function contactAt(customer: string): Address {
  const domain = `${customer.toLowerCase().replace(/[^a-z]+/g, "-")}.example`;
  const names = ["Jos\u00e9 Ruiz", "Anna Kov\u00e1cs", "Bj\u00f8rn Dahl", "Chloe Tan", "Malik Reed"];
  const name = names[customer.length % names.length] ?? "Chloe Tan";
  return {
    name,
    email: `${name.split(" ")[1]?.normalize("NFD").replace(/[^A-Za-z]/g, "").toLowerCase()}@${domain}`,
  };
}

/** Tells one happening in mail. Its acts may reach many days ahead. @param boss key of the first person */
export function tellMail(happening: Happening, { domain, boss }: { domain: string; boss: string }): Script {
  const script = new Script();
  const random = happening.random.fork("mail");
  const contact = contactAt(String(happening.facts.customer)).name.split(" ")[0] ?? "";
  const facts = { ...happening.facts, contact };
  const speak = (phrase: string, extra: PhraseFacts = {}) => say(random, phrase, { ...facts, ...extra });
  const { lead, others } = happening;
  const people = others.map(({ key }) => key);
  const circle = random.chance(0.6) && lead.key !== boss ? [...new Set([...people, boss])] : people;
  TELLINGS[happening.kind]({
    happening,
    script,
    random,
    circle,
    domain,
    speak,
    written: ({ subject, text }, extra) => ({
      subject: speak(subject, extra),
      text: text.map((one) => speak(one, extra)).filter((one) => one !== "").join("\n\n"),
    }),
    other: (turn) => people[turn % people.length] ?? lead.key,
  });
  return script;
}

/** Receivers read, star, file, or throw away what came, some of it days later. */
function handle(
  { script, random, happening: { facts } }: Telling,
  sheet: Sheet,
  at: number,
  who: string,
): void {
  const then = at + random.int(2, 600) * MINUTE;
  if (random.chance(0.8)) {
    script.onCopy(sheet, { who, at: then, change: (mail, ref) => mail.unlabel(ref, "UNREAD") });
  }
  const fate = random.next();
  if (fate < 0.15) script.onCopy(sheet, { who, at: then, change: (mail, ref) => mail.label(ref, "STARRED") });
  else if (fate < 0.35) {
    script.onCopy(sheet, {
      who,
      at: then,
      change: (mail, ref) => mail.label(ref, `Projects/${facts.project}`),
    });
  } else if (fate < 0.5) {
    const change = { who, at: then + HOUR, change: (mail: Mail, ref: Ref) => mail.unlabel(ref, "INBOX") };
    script.onCopy(sheet, change);
  } else if (fate < 0.58) {
    const days = random.pick([1, 3, 9]);
    script.onCopy(sheet, { who, at: then + DAY, change: (mail, ref) => mail.trash(ref) });
    if (random.chance(0.3)) {
      script.onCopy(sheet, {
        who,
        at: then + 2 * DAY,
        change: (mail, ref) => mail.untrash(ref),
      });
    } else {script.onCopy(sheet, {
        who,
        at: then + (1 + days) * DAY,
        change: (mail, ref) => mail.delete(ref),
      });}
  }
}

type Mail = Parameters<Parameters<Script["onCopy"]>[1]["change"]>[0];
type Ref = Parameters<Parameters<Script["onCopy"]>[1]["change"]>[1];

function handleAll(telling: Telling, sheet: Sheet, at: number): void {
  for (const who of telling.circle) handle(telling, sheet, at, who);
}

function tellCustomer(telling: Telling): void {
  const { happening: { at, lead, facts }, script, random, circle, written } = telling;
  const contact = contactAt(String(facts.customer));
  const ask = script.send({
    from: contact,
    to: [lead.key],
    cc: circle.slice(-1),
    ...written(book.CUSTOMER.ask),
    packing: random.pick(["html", "alternative", "plain"]),
    labels: ["INBOX", "UNREAD", "IMPORTANT", "CATEGORY_PERSONAL"],
    at,
  });
  const label = `Customers/${facts.customer}`;
  script.onCopy(ask, { who: lead.key, at: at + MINUTE, change: (mail, ref) => mail.label(ref, label) });
  handleAll(telling, ask, at);
  if (random.chance(0.25)) return; // nobody ever answers
  let last = ask;
  let said = at;
  const turns = random.int(1, 6);
  for (let turn = 0; turn < turns; turn++) {
    said += random.pick([20 * MINUTE, 3 * HOUR, DAY, 3 * DAY]);
    const ours = turn % 2 === 0;
    const { text } = written(ours ? book.CUSTOMER.answer : book.CUSTOMER.nudge);
    last = script.reply(last, { from: ours ? lead.key : contact, text, packing: "alternative", at: said });
  }
}

function tellDecision(telling: Telling): void {
  const { happening: { at, lead }, script, random, circle, speak, written, other } = telling;
  const packing = random.pick(["alternative", "plain", "nested"] as const);
  const asked = script.send({ from: lead.key, to: circle, ...written(book.DECISION), packing, at });
  handleAll(telling, asked, at);
  let said = at;
  for (const [turn, opinion] of random.sample(book.OPINION, random.int(1, 3)).entries()) {
    said += random.int(9, 300) * MINUTE;
    script.reply(asked, { from: other(turn), text: speak(opinion), at: said });
  }
  if (random.chance(0.25)) return; // never decided
  const text = speak(random.pick(book.DECIDED));
  script.reply(asked, {
    from: lead.key,
    text,
    packing: "alternative",
    at: said + random.pick([HOUR, DAY, 3 * DAY]),
  });
}

function tellIncident(telling: Telling): void {
  const { happening: { at, lead, facts }, script, random, circle, domain, written } = telling;
  const alert = script.send({
    from: { name: "Pager", email: `pager@${domain}` },
    to: [lead.key, ...circle],
    ...written(book.INCIDENT),
    packing: "html",
    headers: [["Auto-Submitted", "auto-generated"], ["X-Priority", "1"]],
    labels: ["INBOX", "UNREAD", "IMPORTANT", "CATEGORY_UPDATES"],
    at,
  });
  handleAll(telling, alert, at);
  const later = at + Number(facts.minutes) * MINUTE + random.pick([1, 3, 9]) * DAY;
  const report = {
    filename: `post-mortem-${facts.ticket}.pdf`,
    mimeType: "application/pdf",
    content: "%PDF-1.7 no",
  };
  const sent = script.send({
    from: lead.key,
    to: circle,
    ...written(book.POST_MORTEM),
    packing: "nested",
    attachments: [report],
    at: later,
  });
  handleAll(telling, sent, later);
}

function tellAnnouncement(telling: Telling): void {
  const { happening: { at, lead }, script, random, circle, domain, speak, written, other } = telling;
  const headers = [["List-Id", `<all.${domain}>`], ["Precedence", "list"]] as const;
  const labels = ["INBOX", "UNREAD", "CATEGORY_FORUMS"];
  const news = script.send({
    from: lead.key,
    to: [`all@${domain}`],
    cc: circle,
    ...written(book.ANNOUNCEMENT),
    packing: "footed",
    headers,
    labels,
    at,
  });
  handleAll(telling, news, at);
  let last = news;
  let said = at;
  // A thread of all with all, each answer to the one before.
  const turns = random.int(0, 14);
  for (let turn = 0; turn < turns; turn++) {
    said += random.int(2, 90) * MINUTE;
    last = script.reply(last, {
      from: other(turn),
      cc: circle,
      text: speak(random.pick(book.REPLY_ALL)),
      headers,
      at: said,
    });
  }
}

function tellBudget(telling: Telling): void {
  const { happening: { at, lead, facts }, script, random, circle, speak, written, other } = telling;
  const csv = {
    filename: `${facts.project}-plan.csv`,
    mimeType: "text/csv",
    content: `part,eur\nall,${facts.amount}\n`,
  };
  const attachments = random.chance(0.5) ? [csv] : [csv, { ...csv, filename: "\u00dcbersicht.csv" }];
  const plan = script.send({
    from: lead.key,
    to: circle,
    ...written(book.BUDGET),
    packing: "nested",
    attachments,
    at,
  });
  handleAll(telling, plan, at);
  script.reply(plan, { from: other(0), text: speak(book.OPINION[2] ?? ""), at: at + HOUR });
}

function tellMishap(telling: Telling): void {
  const { happening: { at, lead }, script, random, circle, domain, written } = telling;
  if (random.chance(0.5)) {
    const from = { name: "Winner's Office", email: "prize@lucky.example" };
    script.send({
      from,
      to: [lead.key, ...circle],
      ...written(book.SPAM),
      packing: "html",
      labels: ["SPAM", "UNREAD"],
      at,
    });
    return;
  }
  // A machine that writes its head lines so that they stay encoded, and dates that are none.
  const robot = script.send({
    from: { name: "B\u00fcro-Roboter", email: `robot@${domain}` },
    to: circle,
    ...written(book.INVOICE),
    packing: "alternative",
    rawHead: true,
    dateHeader: random.pick([
      "Donnerstag, 31. Nebel 2026",
      "0000-00-00",
      "Thu, 32 Foo 20266 25:61:61 +9999",
      "",
    ]),
    headers: [["Auto-Submitted", "auto-generated"]],
    labels: ["INBOX", "UNREAD", "CATEGORY_UPDATES"],
    at,
  });
  handleAll(telling, robot, at);
}

function tellChatter(telling: Telling): void {
  const { happening: { at, lead }, script, random, circle, written } = telling;
  if (!random.chance(0.4)) return;
  const letter = script.send({
    from: { name: "Import Weekly", email: "news@importweekly.example" },
    to: [lead.key, ...circle],
    ...written(book.NEWSLETTER),
    packing: "html",
    headers: [["List-Unsubscribe", "<https://importweekly.example/stop>"], ["Precedence", "bulk"]],
    labels: ["INBOX", "UNREAD", "CATEGORY_PROMOTIONS"],
    at,
  });
  handleAll(telling, letter, at);
}

/** A single mail of the lead to the others. */
function tellNote(
  phrases: book.MailPhrases,
  packing: Sending["packing"],
  chance = 1,
): (telling: Telling) => void {
  return (telling) => {
    const { happening: { at, lead }, script, random, circle, written } = telling;
    if (!random.chance(chance)) return;
    const note = script.send({
      from: lead.key,
      to: circle,
      ...written(phrases),
      packing: packing ?? "plain",
      at,
    });
    handleAll(telling, note, at);
  };
}

const TELLINGS: Readonly<Record<HappeningKind, (telling: Telling) => void>> = {
  customer_report: tellCustomer,
  decision: tellDecision,
  incident: tellIncident,
  announcement: tellAnnouncement,
  budget: tellBudget,
  mishap: tellMishap,
  chatter: tellChatter,
  board: tellNote(book.BOARD, "plain"),
  launch: tellNote(book.LAUNCH, "html"),
  progress: tellNote(book.REPORT, "alternative", 0.4),
  question: tellNote(book.QUESTION, "plain", 0.5),
  // Standups are spoken, in chat and in the calendar.
  standup: () => {},
  deploy: ({ happening: { at, lead }, script, domain, written }) => {
    script.send({
      from: { name: "Deploys", email: `deploys@${domain}` },
      to: [lead.key],
      ...written(book.DEPLOY),
      headers: [["Auto-Submitted", "auto-generated"], ["Precedence", "bulk"]],
      labels: ["INBOX", "UNREAD", "CATEGORY_UPDATES"],
      at,
    });
  },
};
