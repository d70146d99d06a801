import type { Happening, HappeningKind } from "../world/happenings.ts";
import { say } from "../world/phrase.ts";
import type { Places } from "./founding.ts";
import * as book from "./phrase_book.ts";
import { tellAnnouncement, tellIncident, tellMishap, tellStandup } from "./tell_pages.ts";
import { tellCustomerReport, tellDecision, tellLaunch, tellProgress, tellQuestion } from "./tell_work.ts";
import { type Act, line, type Telling } from "./telling.ts";

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
