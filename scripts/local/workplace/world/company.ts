import type { SeededRandom } from "./random.ts";

/** Someone of the company. Every platform the workplace simulates shows the same people. */
export interface Person {
  /** Stable short name, e.g. `mika`: the key by which stories and tests speak of a person. */
  key: string;
  name: string;
  /** What they are called in chat; some leave it empty, as people do. */
  displayName: string;
  email: string;
  title: string;
  team: "engineering" | "product" | "customers" | "leadership";
  /** IANA zone. */
  timezone: string;
  /** False for a colleague who has left: their account is closed and their words remain. */
  active: boolean;
}

/** A piece of work the company is busy with. */
export interface Project {
  name: string;
  /** What it is, as a noun phrase: "the billing rewrite". */
  about: string;
  /** Parts of it that break, get decided and get shipped. */
  parts: readonly string[];
  /** What its dashboards count, in the plural. */
  measure: string;
  owner: Person;
}

export interface Company {
  name: string;
  /** Ends in `.example`, so that no mail of the workplace can ever reach anyone. */
  domain: string;
  people: readonly Person[];
  projects: readonly Project[];
  customers: readonly string[];
}

const FIRST_NAMES = [
  ...["Mika", "Ines", "Tobias", "Ayo", "Priya", "Lukas", "Noor", "Greta", "Emeka", "Sanna", "Rafael", "Yuki"],
  ...["Hanna", "Milo", "Zofia", "Dario", "Leila", "Oskar", "Wren", "Kofi", "Tamsin", "Juno", "Anselm", "Bea"],
];
const LAST_NAMES = [
  ...["Lindqvist", "Okafor", "Brandt", "Castellano", "Nakagawa", "Ferreira", "Halloran", "Vasiliev", "Mbeki"],
  ...[
    "Toivonen",
    "Achterberg",
    "Raman",
    "Delacroix",
    "Ostrowski",
    "Quill",
    "Marchetti",
    "Sandoval",
    "Thorne",
  ],
];
const COMPANY_HEADS = [
  "Marlow",
  "Quillon",
  "Tansy",
  "Brightmoor",
  "Fennel",
  "Corvane",
  "Ostrell",
  "Pinehaven",
];
const COMPANY_TAILS = ["Instruments", "Logistics", "Systems", "Works", "Analytics", "Supply"];
const CUSTOMERS = [
  ...[
    "Bluewater Dental",
    "Kestrel Freight",
    "Oakline Foods",
    "Solace Clinics",
    "Tern & Daughters",
    "Vela Tours",
  ],
  ...[
    "Northgate Schools",
    "Ridgeback Cycles",
    "Amberley Hotels",
    "Cobalt Press",
    "Juniper Labs",
    "Hollow Pine Co-op",
  ],
];
const ROLES: readonly { title: string; team: Person["team"] }[] = [
  { title: "Chief executive", team: "leadership" },
  { title: "Head of engineering", team: "engineering" },
  { title: "Backend engineer", team: "engineering" },
  { title: "Head of product", team: "product" },
  { title: "Customer success lead", team: "customers" },
  { title: "Site reliability engineer", team: "engineering" },
  { title: "Frontend engineer", team: "engineering" },
  { title: "Product designer", team: "product" },
  { title: "Finance and operations", team: "leadership" },
  { title: "Support engineer", team: "customers" },
  { title: "Data engineer", team: "engineering" },
];
const PROJECTS: readonly Omit<Project, "owner">[] = [
  {
    name: "Heron",
    about: "the billing rewrite",
    parts: ["proration", "the invoice export", "the tax table", "dunning mails"],
    measure: "failed invoices",
  },
  {
    name: "Lantern",
    about: "the new search page",
    parts: ["the index builder", "synonym handling", "result ranking", "saved filters"],
    measure: "empty searches",
  },
  {
    name: "Gantry",
    about: "the import pipeline",
    parts: ["the CSV reader", "duplicate detection", "the retry queue", "column mapping"],
    measure: "stuck imports",
  },
  {
    name: "Sparrow",
    about: "the mobile app",
    parts: ["offline mode", "push notifications", "the sign-in screen", "photo upload"],
    measure: "crashed sessions",
  },
  {
    name: "Bastion",
    about: "single sign-on and roles",
    parts: ["SAML metadata", "role inheritance", "the audit log", "session expiry"],
    measure: "refused sign-ins",
  },
  {
    name: "Tidepool",
    about: "the reporting warehouse",
    parts: ["the nightly load", "currency conversion", "the cohort tables", "schema checks"],
    measure: "late rows",
  },
  {
    name: "Copperline",
    about: "the partner API",
    parts: ["webhook signing", "page tokens", "the sandbox", "rate limiting"],
    measure: "rejected webhooks",
  },
];

/** Founds a company: its people, projects and customers. The last person of the list has already left it. */
export function foundCompany(random: SeededRandom): Company {
  const head = random.pick(COMPANY_HEADS);
  const name = `${head} ${random.pick(COMPANY_TAILS)}`;
  const domain = `${name.toLowerCase().replace(/[^a-z]+/g, "-")}.example`;
  const firstNames = random.sample(FIRST_NAMES, ROLES.length + 1);
  const lastNames = random.sample(LAST_NAMES, ROLES.length + 1);
  const people = firstNames.map((firstName, index): Person => {
    const lastName = lastNames[index] ?? "Quill";
    const role = ROLES[index] ?? { title: "Platform engineer", team: "engineering" };
    const key = firstName.toLowerCase();
    return {
      key,
      name: `${firstName} ${lastName}`,
      displayName: random.pick([firstName, firstName, key, `${firstName} ${lastName.charAt(0)}.`, ""]),
      email: `${key}.${lastName.toLowerCase()}@${domain}`,
      title: role.title,
      team: role.team,
      timezone: random.pick(["Europe/Berlin", "Europe/Lisbon", "America/New_York"]),
      active: index < ROLES.length,
    };
  });
  const builders = people.filter((person) =>
    person.active && (person.team === "engineering" || person.team === "product")
  );
  const projects = random.sample(PROJECTS, 5).map((project) => ({
    ...project,
    owner: random.pick(builders),
  }));
  return { name, domain, people, projects, customers: random.sample(CUSTOMERS, 8) };
}
