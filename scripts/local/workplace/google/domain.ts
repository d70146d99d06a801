import type { WorkplaceClock } from "../world/clock.ts";
import type { Company } from "../world/company.ts";
import type { Happening } from "../world/happenings.ts";
import { Story, type StoryOptions } from "../world/story.ts";
import type { GoogleAccount } from "./account.ts";
import { Agenda, type GoogleCalendar } from "./agenda.ts";
import { type TruthEvent, truthOfCalendar } from "./calendar_truth.ts";
import { MailOffice } from "./mail_office.ts";
import type { Act, Script } from "./script.ts";
import { openingCalendar, tellCalendar } from "./tell_calendar.ts";
import { tellMail } from "./tell_mail.ts";

export interface DomainOptions extends StoryOptions {
  /** Tells domains of one seed apart: their accounts differ in `sub` and tokens only. */
  number: number;
}

/** One company's Google: its people's mailboxes and calendars, and a story that goes on as the clock does. */
export class GoogleDomain {
  readonly company: Company;
  readonly mail: MailOffice;
  readonly agenda: Agenda;
  /** The calendar that all write in. */
  readonly teamCalendar: GoogleCalendar;
  readonly holidays: GoogleCalendar;
  readonly #story: Story;
  readonly #clock: WorkplaceClock;
  readonly #accounts: readonly GoogleAccount[];
  #nextDay = 0;
  /** Acts that are still to come, soonest first. */
  #pending: Act[] = [];

  constructor({ number, ...told }: DomainOptions) {
    this.#story = new Story(told);
    this.#clock = told.clock;
    const { company, random } = this.#story;
    this.company = company;
    this.mail = new MailOffice(company, told.clock);
    this.agenda = new Agenda((who) => this.mail.address(who), random.fork("google-ids"), told.clock);
    const [boss] = company.people;
    const zone = boss?.timezone ?? "Europe/Berlin";
    for (const { email, name, timezone } of company.people) {
      this.agenda.open({ id: email, summary: name, zone: timezone, kind: "primary" });
    }
    this.teamCalendar = this.agenda.open({ summary: `${company.name} team`, zone, kind: "group" });
    const id = "en.german#holiday@group.v.calendar.google.com";
    this.holidays = this.agenda.open({ id, summary: "Holidays in Germany", zone, kind: "holidays" });
    const numbers = random.fork(`google-accounts-${number}`);
    this.#accounts = company.people.map((person): GoogleAccount => ({
      sub: `1${numbers.characters(20, "0123456789")}`,
      email: person.email,
      person,
      domain: this,
      mailbox: this.mail.mailbox(person.key),
    }));
    const opening = {
      firstDay: this.#story.firstMidnight,
      random: random.fork("weeks"),
      holidays: this.holidays,
    };
    this.#plan([openingCalendar(company, opening)]);
    this.live();
  }

  /** The account of a person, by key or e-mail address; of the company's first person if left out. */
  account(keyOrEmail?: string): GoogleAccount {
    const found = keyOrEmail === undefined
      ? this.#accounts[0]
      : this.#accounts.find(({ email, person }) => email === keyOrEmail || person.key === keyOrEmail);
    if (found === undefined) throw new Error(`There is nobody called '${keyOrEmail}' in this workplace`);
    return found;
  }

  /** Whether a person lets an account see when they are busy: the second person lets everyone. */
  sharesFreeBusy(calendar: GoogleCalendar, to: GoogleAccount): boolean {
    return calendar.id === this.company.people[1]?.email && calendar.id !== to.email;
  }

  /** What happened from the first day to the present, in the order of time. */
  happenings(): Happening[] {
    return this.#story.happenings();
  }

  /** What a perfect sync of a calendar (id, or key of a person) holds of a window: no cancelled events. */
  truth(calendar: string, window: { from: Date; to: Date }): TruthEvent[] {
    return truthOfCalendar(this.agenda, this.agenda.calendar(calendar), window);
  }

  /**
   * Lets the story go on up to the clock's present: new mails, labels, deletions, meetings made, moved and
   * cancelled. Nothing moves between two calls, so a test can compare a sync with the truth.
   */
  live(): void {
    const now = this.#clock.now().getTime();
    const boss = this.company.people[0]?.key ?? "";
    for (; this.#nextDay < this.#story.daysBegun; this.#nextDay++) {
      const scripts = this.#story.happeningsOf(this.#nextDay).flatMap((happening) => [
        tellMail(happening, { domain: this.company.domain, boss }),
        tellCalendar(happening, this.teamCalendar),
      ]);
      this.#plan(scripts);
    }
    const due = this.#pending.findIndex((act) => act.at > now);
    for (const act of this.#pending.splice(0, due === -1 ? this.#pending.length : due)) act.perform(this);
  }

  #plan(scripts: readonly Script[]): void {
    const acts = scripts.flatMap((script) => script.acts);
    // A stable sort: acts of one instant stay in the order in which they were written.
    this.#pending = [...this.#pending, ...acts].sort((left, right) => left.at - right.at);
  }
}
