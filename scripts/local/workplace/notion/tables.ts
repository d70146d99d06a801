import type { SeededRandom } from "../world/random.ts";
import type { Library } from "./library.ts";
import type { PropertyConfig, PropertyType } from "./property.ts";

/** The ids of the workspace's data sources. */
export interface Tables {
  tasks: string;
  projects: string;
  customers: string;
  requests: string;
}

export const TASK_STATUS = ["Not started", "In progress", "Blocked", "Done"] as const;
export const PROJECT_STATUS = ["Discovery", "Building", "Launched", "Paused"] as const;
export const HEALTH = ["On track", "At risk", "Off track"] as const;
const PRIORITIES = ["P0", "P1", "P2", "P3"];
const LABELS = ["bug", "customer", "follow-up", "incident", "polish"];

/**
 * Founds the databases: tasks and projects with one data source each, and a container with two. Their title
 * columns have different names, as they have in any real workspace.
 *
 * @param hq the page in which the databases of the team stand; the container stands at the top level
 */
export function foundTables(
  library: Library,
  random: SeededRandom,
  { hq, at }: { hq: string; at: number },
): Tables {
  const tables: Tables = {
    ...{ tasks: library.newId(), projects: library.newId() },
    ...{ customers: library.newId(), requests: library.newId() },
  };
  const column = (name: string, type: PropertyType, more: Partial<PropertyConfig> = {}): PropertyConfig => ({
    id: type === "title"
      ? "title"
      : random.characters(4, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    name,
    type,
    ...more,
  });
  const taskColumns = [
    column("Task name", "title"),
    column("Status", "status", { options: TASK_STATUS }),
    column("Priority", "select", { options: PRIORITIES }),
    column("Labels", "multi_select", { options: LABELS }),
    column("Due", "date"),
    column("Assignee", "people"),
    column("Project", "relation", { to: tables.projects }),
    column("Estimate", "number"),
    column("Billable", "checkbox"),
    column("Link", "url"),
    column("Notes", "rich_text"),
    column("Attachments", "files"),
    column("ID", "unique_id", { prefix: "TASK" }),
    column("At a glance", "formula", { computed: { kind: "join", columns: ["Priority", "Status"] } }),
    column("Hours", "formula", { computed: { kind: "times", column: "Estimate", factor: 8 } }),
    column("Finished", "formula", { computed: { kind: "is", column: "Status", value: "Done" } }),
    column("Created", "created_time"),
    column("Touched by", "last_edited_by"),
  ];
  const projectColumns = [
    column("Project", "title"),
    column("Stage", "status", { options: PROJECT_STATUS }),
    column("Health", "select", { options: HEALTH }),
    column("Owner", "people"),
    column("Timeline", "date"),
    column("Progress", "number"),
    column("Brief", "rich_text"),
    column("Tasks", "relation", { to: tables.tasks, mirrorOf: "Project" }),
    column("Task count", "rollup", { computed: { kind: "count", relation: "Tasks" } }),
    column("Total estimate", "rollup", { computed: { kind: "sum", relation: "Tasks", column: "Estimate" } }),
    column("Task titles", "rollup", { computed: { kind: "titles", relation: "Tasks" } }),
  ];
  const customerColumns = [
    column("Company", "title"),
    column("Tier", "select", { options: ["Pilot", "Standard", "Key account"] }),
    column("Mail", "email"),
    column("Phone", "phone_number"),
    column("Renewal", "date"),
    column("Yearly value", "number"),
    column("Requests", "relation", { to: tables.requests, mirrorOf: "Customer" }),
    column("Open wishes", "rollup", { computed: { kind: "count", relation: "Requests" } }),
  ];
  const requestColumns = [
    column("Request", "title"),
    column("Customer", "relation", { to: tables.customers }),
    column("State", "status", { options: ["New", "Accepted", "Declined", "Shipped"] }),
    column("Reported by", "people"),
    column("Worth", "number"),
    column("Details", "rich_text"),
  ];
  library.createDatabase({
    ...{ in: hq, title: "Tasks", inline: true, at },
    sources: [{ id: tables.tasks, name: "Tasks", columns: taskColumns }],
  });
  library.createDatabase({
    ...{ in: hq, title: "Projects", description: "One row for each project", at },
    sources: [{ id: tables.projects, name: "Projects", columns: projectColumns }],
  });
  library.createDatabase({
    ...{ title: "Customers and requests", description: "Who they are and what they want", at },
    sources: [
      { id: tables.customers, name: "Customers", columns: customerColumns },
      { id: tables.requests, name: "Requests", columns: requestColumns },
    ],
  });
  return tables;
}
