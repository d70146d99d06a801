import type { WorkplaceClock } from "../world/clock.ts";
import type { Company, Person } from "../world/company.ts";
import type { Happening } from "../world/happenings.ts";
import type { SeededRandom } from "../world/random.ts";
import { say } from "../world/phrase.ts";
import { Story, type StoryOptions } from "../world/story.ts";
import { Chat } from "./chat.ts";
import type { Channel, Member } from "./message.ts";
import { PROGRESS } from "./phrase_book.ts";
import { type Act, Scene } from "./scene.ts";
import { tell } from "./tell.ts";

const DAY = 86_400_000;
/**
 * The day on which the newest colleague starts, the former one leaves, and the finished project's channel
 * closes.
 */
const ARRIVAL_DAY = 10;
const FAREWELL_DAY = 6;
const ARCHIVE_DAY = 8;

export interface TeamOptions extends StoryOptions {
  /** Tells teams of one seed apart: they differ in team id and tokens only. */
  number: number;
}

/** Name, kind, purpose; whether our bot is in it; whether only leadership is. */
const CHANNELS: readonly [string, Channel["kind"], string, { bot: boolean; circle?: "leadership" }][] = [
  ["general", "public", "Announcements for everyone", { bot: true }],
  ["engineering", "public", "Building things, daily notes, decisions", { bot: true }],
  ["incidents", "public", "Alerts and what we do about them", { bot: true }],
  ["customers", "public", "What customers tell us", { bot: true }],
  ["random", "public", "Anything but work", { bot: false }],
  ["leadership", "private", "Budget and hiring", { bot: true, circle: "leadership" }],
  ["board-prep", "private", "Slides for the board", { bot: false, circle: "leadership" }],
];

/** One Slack team: a company, its directory, its channels, and a story that goes on as the clock does. */
export class SlackTeam {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly company: Company;
  readonly chat: Chat;
  /** Key of our app's bot among the members, and the name of the channel that is archived. */
  readonly botKey = "assistant";
  readonly archivedChannel: string;
  readonly #story: Story;
  readonly #clock: WorkplaceClock;
  #nextDay = 0;
  /** Acts that are still to come, soonest first. */
  #pending: Act[] = [];

  constructor({ number, clock, ...told }: TeamOptions) {
    this.#story = new Story({ ...told, clock });
    const { company, random } = this.#story;
    this.company = company;
    this.id = `T0${random.fork(`team-${number}`).characters(9)}`;
    this.name = this.company.name;
    this.domain = this.company.domain.replace(".example", number === 1 ? "" : `-${number}`);
    this.chat = new Chat(clock);
    this.#clock = clock;
    this.archivedChannel = `project-${random.fork("archive").pick(this.company.projects).name.toLowerCase()}`;
    this.#fillDirectory(random.fork("directory"));
    this.#openChannels(random.fork("channels"));
    this.#plan(this.#comingsAndGoings(random.fork("comings")).acts);
    this.live();
  }

  /** The bot of our app. */
  get bot(): Member {
    return this.chat.member(this.botKey);
  }

  /** The channels whose history our bot may read: what a sync can hold at most. Direct messages are none. */
  readableChannels(): readonly Channel[] {
    return this.chat.channels.filter(({ kind, members }) => kind !== "im" && members.has(this.bot.userId));
  }

  /**
   * What happened from the first day to the present, in the order of time: the story every platform tells.
   */
  happenings(): Happening[] {
    return this.#story.happenings();
  }

  /**
   * Lets the story go on up to the clock's present: new messages, late replies, edits and deletions whose
   * time has come. Nothing moves between two calls, so a test can compare a sync with the truth.
   */
  live(): void {
    const now = this.#clock.now().getTime();
    for (; this.#nextDay < this.#story.daysBegun; this.#nextDay++) {
      const scenes = this.#story.happeningsOf(this.#nextDay).map((happening) =>
        tell(happening, this.company.domain)
      );
      this.#plan(scenes.flatMap((scene) => scene.acts));
    }
    const due = this.#pending.findIndex((act) => act.at > now);
    const acts = this.#pending.splice(0, due === -1 ? this.#pending.length : due);
    for (const act of acts) act.perform(this.chat);
  }

  #plan(acts: readonly Act[]): void {
    // A stable sort: acts of one instant stay in the order in which they were written.
    this.#pending = [...this.#pending, ...acts].sort((left, right) => left.at - right.at);
  }

  #fillDirectory(random: SeededRandom): void {
    for (const person of this.company.people) {
      this.chat.members.push({ ...person, userId: `U0${random.characters(9)}` });
    }
    const bots = [["assistant", "Assistant"], ["pager", "Pager"], ["deploys", "Deploys"]] as const;
    for (const [key, name] of bots) {
      const bot = { id: `B0${random.characters(9)}`, appId: `A0${random.characters(9)}` };
      const userId = `U0${random.characters(9)}`;
      this.chat.members.push({ key, name, displayName: "", userId, timezone: "Etc/UTC", active: true, bot });
    }
  }

  #openChannels(random: SeededRandom): void {
    const created = this.#story.firstMidnight - 90 * DAY;
    const open = (
      name: string,
      kind: Channel["kind"],
      purpose: string,
      people: readonly Person[],
      bot: boolean,
    ) => {
      const creator = this.chat.member(people[0]?.key ?? this.botKey).userId;
      const members = new Set(people.map((person) => this.chat.member(person.key).userId));
      if (bot) members.add(this.bot.userId);
      const base = { id: `C0${random.characters(9)}`, name, kind, purpose, topic: "", created, creator };
      this.chat.channels.push({ ...base, archived: false, members, messages: new Map() });
    };
    const earlier = this.company.people.filter((person) => person !== this.#newcomer());
    const leaders = earlier.filter(({ team, title }) => team === "leadership" || title.startsWith("Head"));
    for (const [name, kind, purpose, { bot, circle }] of CHANNELS) {
      open(name, kind, purpose, circle === undefined ? earlier : leaders, bot);
    }
    open(this.archivedChannel, "public", "Finished", earlier.slice(1, 7).concat(earlier.slice(-1)), true);
  }

  #newcomer(): Person | undefined {
    return this.company.people.filter((person) => person.active).at(-1);
  }

  /** A newcomer joins, a colleague says goodbye, and a finished project's channel is closed. */
  #comingsAndGoings(random: SeededRandom): Scene {
    const scene = new Scene();
    const at = (day: number, hour: number) => this.#story.firstMidnight + day * DAY + hour * 3_600_000;
    const newcomer = this.#newcomer();
    const former = this.company.people.find((person) => !person.active);
    const boss = this.company.people[0];
    if (newcomer === undefined || former === undefined || boss === undefined) return scene;

    for (let day = 0; day < ARCHIVE_DAY - 1; day++) {
      const project = random.pick(this.company.projects);
      const by = random.chance(0.5) ? former.key : project.owner.key;
      const facts = { project: project.name, part: random.pick(project.parts), measure: project.measure };
      const figures = {
        cause: "scope",
        count: day + 3,
        percent: 9 + day,
        days: 9 - day,
        minutes: 30,
        ticket: 900 + day,
      };
      const text = say(random, random.pick(PROGRESS), {
        ...facts,
        ...figures,
        version: "1.0.0",
        weekday: "Friday",
      });
      scene.post({ channel: this.archivedChannel, by, at: at(day, 10 + random.next()), text });
    }
    scene.archive({ channel: this.archivedChannel, by: boss.key, at: at(ARCHIVE_DAY, 16) });

    const farewell =
      `Today is my last day. Thank you all; my notes are in the handover page, ask ${boss.name} for access.`;
    const bye = scene.post({ channel: "general", by: former.key, at: at(FAREWELL_DAY, 15), text: farewell });
    scene.react(bye, { at: at(FAREWELL_DAY, 15.5), by: boss.key, emoji: "wave" });

    for (const channel of ["general", "engineering", "customers"]) {
      scene.join({ channel, by: newcomer.key, at: at(ARRIVAL_DAY, 9) });
    }
    const hello = `Please welcome <@${
      this.chat.member(newcomer.key).userId
    }>, our new ${newcomer.title.toLowerCase()}!`;
    const welcome = scene.post({ channel: "general", by: boss.key, at: at(ARRIVAL_DAY, 9.2), text: hello });
    scene.reply(welcome, {
      by: newcomer.key,
      at: at(ARRIVAL_DAY, 9.4),
      text: "Hello everyone, glad to be here! :wave:",
    });
    return scene;
  }
}
