import type { Company, Project } from "../world/company.ts";
import type { SeededRandom } from "../world/random.ts";
import type { BlockInput } from "./block.ts";
import { handbookBlocks, specBlocks } from "./handbook.ts";
import type { Library } from "./library.ts";
import { foundTables, type Tables } from "./tables.ts";

const DAY = 86_400_000;

/** The pages of one project. */
export interface ProjectPages {
  row: string;
  spec: string;
  decisions: string;
}

/** Where the tellings of the story write. */
export interface Places {
  hq: string;
  meetings: string;
  incidents: string;
  deploys: string;
  leadership: string;
  handbook: string;
  tables: Tables;
  /** By the project's name. */
  projects: ReadonlyMap<string, ProjectPages>;
}

/** Lines of a page that is longer than one answer of the API. */
const OLD_DEPLOYS = 137;
/** More rows than the API gives on one page. */
const OLD_TASKS = 118;

const line = (text: string): BlockInput => ({ type: "paragraph", text });

/** Writes what stood in the workspace before the story began, at and before `since` (epoch milliseconds). */
export function foundLibrary(
  library: Library,
  company: Company,
  random: SeededRandom,
  since: number,
): Places {
  const at = since - 60 * DAY;
  const hq = library.createPage({
    ...{ title: `${company.name} HQ`, icon: "🏠", at },
    blocks: [
      { type: "heading_1", text: "Where we keep things" },
      line("Everything the team writes starts here."),
    ],
  });
  const inside = (parent: string, title: string, blocks: readonly BlockInput[] = []) =>
    library.createPage({ in: parent, title, blocks, at: at + DAY }).id;
  const meetings = inside(hq.id, "Meeting notes", [line("One page for each meeting, newest last.")]);
  const incidents = inside(hq.id, "Incidents", [line("Blameless. Facts first.")]);
  const deploys = inside(hq.id, "Deploy log", oldDeploys(company, random.fork("deploys")));
  const tables = foundTables(library, random.fork("columns"), { hq: hq.id, at });
  const handbook = foundHandbook(library, company, at);
  for (const block of signposts(handbook)) library.appendBlock({ to: hq.id, block, at: at + DAY });
  const leadership = library.createPage({ title: "Leadership", at, blocks: [line("Budget and hiring.")] });
  library.unshare({ page: leadership.id });
  foundOddities(library, company, { hq: hq.id, at });

  const projects = new Map<string, ProjectPages>();
  for (const project of company.projects) {
    projects.set(
      project.name,
      foundProject(library, company, project, { hq: hq.id, tables, at: at + 2 * DAY }),
    );
  }
  foundRows(library, company, random.fork("rows"), { tables, projects, since });
  return {
    ...{ hq: hq.id, meetings, incidents, deploys, leadership: leadership.id, handbook, tables, projects },
  };
}

function signposts(handbook: string): BlockInput[] {
  return [
    { type: "paragraph", text: ["New here? Read ", { page: handbook }, " first."] },
    { type: "link_to_page", page: handbook },
  ];
}

function oldDeploys(company: Company, random: SeededRandom): BlockInput[] {
  return Array.from({ length: OLD_DEPLOYS }, (_, index) => {
    const { name } = random.pick(company.projects);
    return {
      type: "paragraph",
      text: `#${index + 1} ${name} ${random.int(1, 4)}.${random.int(0, 19)}.0: ok`,
    };
  });
}

/** The onboarding wiki: pages in pages, five deep. */
function foundHandbook(library: Library, company: Company, at: number): string {
  const root = library.createPage({
    ...{ title: "Onboarding wiki", icon: "📚", at },
    blocks: handbookBlocks(company),
  });
  let parent = root.id;
  for (const title of ["Your first week", "Day one", "Your laptop", "Encryption keys"]) {
    const blocks = [line(`${title}: ask ${company.people[0]?.name ?? "anyone"} when something is missing.`)];
    parent = library.createPage({ in: parent, title, blocks, at: at + DAY }).id;
  }
  const promise = library.childrenOf(root.id).find((id) =>
    library.blocks.get(id)?.body.type === "synced_block"
  );
  for (const title of ["Holidays and sick days", "Expenses", "Glossary"]) {
    const copy: BlockInput = { type: "synced_block", ...(promise !== undefined && { syncedFrom: promise }) };
    const blocks = [line(`How we handle ${title.toLowerCase()}.`), copy];
    library.createPage({ in: root.id, title, blocks, at });
  }
  return root.id;
}

/** What every real workspace has somewhere: no title, no words, an old page in the trash, one kept apart. */
function foundOddities(library: Library, company: Company, { hq, at }: { hq: string; at: number }): void {
  library.createPage({ in: hq, title: "", at, blocks: [line("A thought that never got a title.")] });
  library.createPage({ in: hq, title: "Empty page", at });
  const old = library.createPage({
    in: hq,
    title: "Plans of last year",
    at,
    blocks: [line("Done and gone.")],
  });
  library.createPage({ in: old.id, title: "Appendix of last year", at, blocks: [line("Gone as well.")] });
  library.trash({ page: old.id });
  const apart = library.createPage({
    in: hq,
    title: "Salary bands",
    at,
    blocks: [line("Not for everyone.")],
  });
  library.unshare({ page: apart.id });
  const former = company.people.find(({ active }) => !active);
  const handover = [
    line("What I know that nobody else does."),
    line("The export job wants a restart on Mondays."),
  ];
  library.createPage({
    ...{ in: hq, title: "Handover page", at, blocks: handover },
    ...(former && { by: former.key }),
  });
}

function foundProject(
  library: Library,
  company: Company,
  project: Project,
  { hq, tables, at }: { hq: string; tables: Tables; at: number },
): ProjectPages {
  const { name, about, owner, parts } = project;
  const row = library.addRow({
    ...{ dataSource: tables.projects, title: name, by: owner.key, at },
    values: {
      Stage: "Building",
      Health: "On track",
      Owner: [owner.key],
      Timeline: { start: day(at), end: day(at + 120 * DAY) },
      Progress: 0.1,
      Brief: [{ text: name, bold: true }, ` is ${about}: ${parts.join(", ")}.`],
    },
    blocks: [line(`${name} is ${about}.`)],
  }).id;
  const home = library.createPage({ in: hq, title: `Project ${name}`, at, by: owner.key }).id;
  const write = (title: string, blocks: readonly BlockInput[]) =>
    library.createPage({ in: home, title, blocks, at, by: owner.key }).id;
  const spec = write(`${name} spec`, specBlocks(project, company));
  const decisions = write(`${name} decision log`, [
    line("Newest last. Nothing is decided until it stands here."),
  ]);
  return { row, spec, decisions };
}

function foundRows(
  library: Library,
  company: Company,
  random: SeededRandom,
  { tables, projects, since }: { tables: Tables; projects: Places["projects"]; since: number },
): void {
  const staff = company.people.filter(({ active }) => active);
  for (let number = 1; number <= OLD_TASKS; number++) {
    // The first project has most of the tasks: more than fit into one property of a page.
    const project = number % 3 === 0 ? random.pick(company.projects) : company.projects[0];
    if (project === undefined) continue;
    const at = since - random.int(3, 50) * DAY + number * 61_000;
    const done = random.chance(0.6);
    const by = random.pick(staff).key;
    library.addRow({
      ...{
        dataSource: tables.tasks,
        at,
        by,
        title: `${random.pick(["Check", "Fix", "Test"])} ${random.pick(project.parts)} (${number})`,
      },
      values: {
        Status: done ? "Done" : random.pick(["Not started", "In progress", "Blocked"]),
        Priority: random.pick(["P0", "P1", "P2", "P3"]),
        Labels: random.sample(["bug", "customer", "polish"], random.int(0, 2)),
        Due: random.chance(0.5) ? { start: day(at + random.int(5, 30) * DAY) } : null,
        Assignee: [random.pick(staff).key],
        Project: [projects.get(project.name)?.row ?? ""],
        Estimate: random.int(1, 13),
        Billable: random.chance(0.3),
        Link: random.chance(0.3) ? `https://tickets.${company.domain}/${1000 + number}` : null,
        Notes: random.chance(0.4) ? `Seen with ${random.pick(company.customers)}.` : "",
        Attachments: random.chance(0.1) ? [`https://files.${company.domain}/trace-${number}.txt`] : [],
      },
      blocks: random.chance(0.3) ? [{ type: "to_do", text: "Write a test first", checked: done }] : [],
    });
  }
  company.customers.forEach((customer, index) => {
    const at = since - 40 * DAY + index * 3_600_000;
    const host = customer.toLowerCase().replace(/[^a-z]+/g, "-");
    library.addRow({
      ...{ dataSource: tables.customers, at, title: customer },
      values: {
        Tier: random.pick(["Pilot", "Standard", "Key account"]),
        Mail: `hello@${host}.example`,
        Phone: `+49 30 5550${100 + index}`,
        Renewal: { start: day(since + random.int(10, 300) * DAY) },
        "Yearly value": random.int(12, 240) * 500,
      },
      blocks: [line(`${customer} came through a recommendation.`)],
    });
  });
}

/** `YYYY-MM-DD` */
export function day(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
