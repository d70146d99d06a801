/** Grows a workplace to the size of a person of the benchmark, by the hands of the platforms: its own story stays as it is. */
import type { GoogleAccount } from "../../local/workplace/google/account.ts";
import type { NotionConnection } from "../../local/workplace/notion/connections.ts";
import type { Workplace } from "../../local/workplace/workplace.ts";
import { type SeededRandom, seededRandom } from "../../local/workplace/world/random.ts";
import type { BenchPerson } from "./person.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const REPLIES_A_THREAD = 2;

export interface BenchWorld {
  readonly account: GoogleAccount;
  readonly notion: NotionConnection;
  /** Something new on every platform since the first sync: what an incremental one has to find. */
  goOn(): void;
}

export function growWorld(workplace: Workplace, person: BenchPerson, seed: number): BenchWorld {
  const random = seededRandom(seed).fork("bench");
  const now = workplace.clock.now().getTime();
  const sometime = () => new Date(now - random.int(60, 13 * 24 * 60) * MINUTE);
  growSlack(workplace, person, random.fork("slack"), sometime);
  growMail(workplace, person, random.fork("mail"), sometime);
  const notion = growNotion(workplace, person, random.fork("notion"), now);
  const { account } = workplace.google.grant;
  return { account, notion, goOn: () => goOn(workplace, person, notion) };
}

function growSlack(
  { team, clock }: Workplace,
  person: BenchPerson,
  random: SeededRandom,
  sometime: () => Date,
): void {
  const { chat } = team;
  const people = team.company.people.filter(({ active }) => active).map(({ key }) => key);
  const members = new Set([...people.map((key) => chat.member(key).userId), team.bot.userId]);
  // More people than in the story's own channels, so that these are the ones that are selected.
  for (let extra = 0; extra < 40; extra++) members.add(`U0BENCH${extra}`);
  for (let number = 0; number < person.channels; number++) {
    const name = `bench-${number}`;
    chat.channels.push({
      ...{ id: `C0${random.characters(9)}`, name, kind: "public", topic: "", purpose: "", archived: false },
      ...{ created: clock.now().getTime() - 90 * DAY, creator: chat.member(people[0] ?? "").userId },
      ...{ members: new Set(members), messages: new Map() },
    });
    for (let message = 0; message < person.messagesAChannel; message++) {
      const at = sometime();
      const parent = chat.post({
        ...{ channel: name, by: random.pick(people), at },
        text: sentence(random, message),
      });
      if (message >= person.threadsAChannel) continue;
      for (let reply = 1; reply <= REPLIES_A_THREAD; reply++) {
        chat.reply({
          ...{ channel: name, by: random.pick(people), threadTs: parent.ts, text: sentence(random, reply) },
          at: new Date(at.getTime() + reply * MINUTE),
        });
      }
    }
  }
}

function growMail(
  { google }: Workplace,
  person: BenchPerson,
  random: SeededRandom,
  sometime: () => Date,
): void {
  const { domain, grant: { account } } = google;
  const owner = account.person.key;
  const friends = domain.company.people.filter(({ key, active }) => active && key !== owner).map(({ key }) =>
    key
  );
  for (let label = 0; label < person.labels; label++) {
    for (let number = 0; number < person.mailsALabel; number++) {
      const text = Array.from({ length: 6 }, (_, line) => sentence(random, line)).join("\n\n");
      domain.mail.send({
        ...{
          from: random.pick(friends),
          to: [owner],
          subject: sentence(random, number),
          text,
          at: sometime(),
        },
        labels: [`Bench/${label}`],
      });
    }
  }
}

function growNotion(
  { notion: { workspace: { library }, workspace, connections } }: Workplace,
  person: BenchPerson,
  random: SeededRandom,
  now: number,
): NotionConnection {
  const at = () => now - random.int(2, 20 * 24 * 60) * MINUTE;
  const roots: string[] = [];
  for (let number = 0; number < person.pages; number++) {
    const page = library.createPage({ title: `Bench page ${number}`, at: at() });
    for (let line = 0; line < 25; line++) {
      library.appendBlock({
        to: page.id,
        block: { type: "paragraph", text: sentence(random, line) },
        at: at(),
      });
    }
    roots.push(page.id);
  }
  for (let number = 0; number < person.databases; number++) {
    const source = library.newId();
    const columns = [
      { id: "title", name: "Task", type: "title" as const },
      { id: "note", name: "Notes", type: "rich_text" as const },
    ];
    const name = `Bench table ${number}`;
    const database = library.createDatabase({
      title: name,
      at: at(),
      sources: [{ id: source, name, columns }],
    });
    roots.push(database.id);
    for (let row = 0; row < person.rowsADatabase; row++) {
      const page = library.addRow({
        ...{ dataSource: source, title: `Row ${row}`, at: at() },
        values: { Notes: sentence(random, row) },
      });
      library.appendBlock({
        to: page.id,
        block: { type: "paragraph", text: sentence(random, row) },
        at: at(),
      });
    }
  }
  return connections.issue(workspace, { roots });
}

/** One in ten of everything has news. */
function goOn({ team, google, notion: api }: Workplace, person: BenchPerson, notion: NotionConnection): void {
  const by = team.company.people[1]?.key ?? "";
  for (let number = 0; number < person.channels; number++) {
    const { ts } = team.chat.post({ channel: `bench-${number}`, by, text: `News ${number}` });
    if (number % 10 === 0) {
      team.chat.reply({ channel: `bench-${number}`, by, threadTs: ts, text: "And more" });
    }
  }
  const owner = google.grant.account.person.key;
  for (let number = 0; number < (person.labels * person.mailsALabel) / 10; number++) {
    const labels = [`Bench/${number % person.labels}`];
    google.domain.mail.send({ from: by, to: [owner], subject: `News ${number}`, text: "Short.", labels });
  }
  const { library } = api.workspace;
  [...notion.roots].forEach((root, number) => {
    if (number % 10 !== 0 || !library.pages.has(root)) return;
    library.appendBlock({ to: root, block: { type: "paragraph", text: `News ${number}` } });
  });
}

const WORDS =
  "the plan for next week has moved because nobody could say when it would be ready to ship and who asks"
    .split(" ");

function sentence(random: SeededRandom, number: number): string {
  const words = Array.from({ length: random.int(8, 24) }, () => random.pick(WORDS));
  return `${number}: ${words.join(" ")}`;
}
