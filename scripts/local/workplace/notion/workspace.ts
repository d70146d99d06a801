import type { WorkplaceClock } from "../world/clock.ts";
import type { Company } from "../world/company.ts";
import { Story, type StoryOptions } from "../world/story.ts";
import { foundLibrary, type Places } from "./founding.ts";
import { Library } from "./library.ts";
import { tell } from "./tell.ts";
import type { Act } from "./telling.ts";
import { uuid } from "./uuid.ts";

export interface WorkspaceOptions extends StoryOptions {
  /** Tells workspaces of one seed apart: they differ in id and tokens only. */
  number: number;
}

/** One Notion workspace of a company: the same people and the same story that its Slack tells. */
export class NotionWorkspace {
  readonly id: string;
  readonly name: string;
  readonly company: Company;
  readonly library: Library;
  /** The ids of the pages and tables that the story goes on in. */
  readonly places: Places;
  readonly #story: Story;
  readonly #clock: WorkplaceClock;
  #nextDay = 0;
  /** Acts that are still to come, soonest first. */
  #pending: Act[] = [];

  constructor({ number, ...told }: WorkspaceOptions) {
    this.#story = new Story(told);
    this.#clock = told.clock;
    this.company = this.#story.company;
    this.name = this.company.name;
    const random = this.#story.random.fork("notion");
    this.library = new Library(this.company.people, random, told.clock);
    this.id = uuid(random.fork(`workspace-${number}`));
    const { firstMidnight } = this.#story;
    this.places = foundLibrary(this.library, this.company, random.fork("founding"), firstMidnight);
    this.live();
  }

  /** What a person ticks who shares everything that is not kept apart: the top level. */
  sharedRoots(): string[] {
    const top = [...this.library.pages.values(), ...this.library.databases.values()];
    return top.filter(({ place, restricted }) => place.kind === "workspace" && !restricted).map(({ id }) =>
      id
    );
  }

  /** Lets the story go on up to the clock's present; nothing moves between two calls. */
  live(): void {
    const now = this.#clock.now().getTime();
    for (; this.#nextDay < this.#story.daysBegun; this.#nextDay++) {
      const happenings = this.#story.happeningsOf(this.#nextDay);
      const acts = happenings.flatMap((happening) => tell(happening, this.places));
      // A stable sort: acts of one instant stay in the order in which they were written.
      this.#pending = [...this.#pending, ...acts].sort((left, right) => left.at - right.at);
    }
    const due = this.#pending.findIndex((act) => act.at > now);
    const acts = this.#pending.splice(0, due === -1 ? this.#pending.length : due);
    for (const act of acts) act.perform(this.library);
  }
}
