import type { Company, Project } from "../world/company.ts";
import type { BlockInput } from "./block.ts";

const toggle = (text: string, ...children: BlockInput[]): BlockInput => ({ type: "toggle", text, children });
const bullet = (text: string, ...children: BlockInput[]): BlockInput => ({
  type: "bulleted_list_item",
  text,
  children,
});

/** The wiki's first page: every type of block there is, six levels deep. */
export function handbookBlocks(company: Company): BlockInput[] {
  const boss = company.people[0]?.key ?? "";
  const { domain } = company;
  const picture = `https://files.${domain}`;
  return [
    { type: "table_of_contents" },
    { type: "breadcrumb" },
    { type: "heading_1", text: `Welcome to ${company.name}` },
    {
      type: "paragraph",
      text: [
        "Your buddy is ",
        { user: boss },
        ". Start on ",
        { date: "2026-01-07" },
        ", read the ",
        { text: "style guide", link: `https://style.${domain}` },
        " and be ",
        { text: "kind", bold: true, italic: true },
        ".",
      ],
    },
    {
      type: "callout",
      icon: "🔑",
      text: "Never share a password.",
      children: [{ type: "paragraph", text: "Not even with us." }],
    },
    { type: "divider" },
    {
      type: "column_list",
      children: [
        {
          type: "column",
          children: [
            { type: "heading_3", text: "Tools" },
            bullet("The ticket tracker"),
            bullet("The mono repository"),
          ],
        },
        {
          type: "column",
          children: [{ type: "heading_3", text: "People" }, { type: "quote", text: "Ask early, ask twice." }],
        },
      ],
    },
    toggle(
      "Access (level 1)",
      bullet(
        "Production (level 2)",
        bullet(
          "Database (level 3)",
          toggle(
            "Read only (level 4)",
            bullet("Replica (level 5)", { type: "paragraph", text: "Its name is heron-replica (level 6)." }),
          ),
        ),
      ),
    ),
    {
      type: "heading_2",
      text: "Folded chapter",
      toggleable: true,
      children: [{ type: "numbered_list_item", text: "First, unlock the screen." }, {
        type: "numbered_list_item",
        text: "Then read on.",
      }],
    },
    {
      type: "table",
      children: [
        { type: "table_row", cells: ["Meeting", "When", "Who"] },
        { type: "table_row", cells: ["Stand-up", "daily, 10:00", "engineering"] },
        { type: "table_row", cells: ["All hands", [{ text: "monthly", bold: true }], "everyone"] },
      ],
    },
    { type: "code", language: "bash", text: "make setup\nmake test", caption: "Works on every laptop" },
    { type: "to_do", text: "Order a badge", checked: true },
    {
      type: "to_do",
      text: "Meet the support team",
      children: [{ type: "to_do", text: "Sit in on one call" }],
    },
    { type: "equation", expression: "runway = cash / burn" },
    { type: "bookmark", url: `https://status.${domain}`, caption: "Status page" },
    { type: "embed", url: `https://boards.${domain}/roadmap` },
    { type: "link_preview", url: `https://tickets.${domain}/1200` },
    { type: "image", url: `${picture}/office.png`, caption: "The office on a quiet day" },
    { type: "video", url: `${picture}/tour.mp4` },
    { type: "audio", url: `${picture}/hello.mp3` },
    { type: "pdf", url: `${picture}/contract.pdf`, caption: "A sample contract" },
    { type: "file", url: `${picture}/badge-form.docx`, name: "badge-form.docx" },
    {
      type: "synced_block",
      children: [{ type: "paragraph", text: "Our promise: an answer within one working day." }],
    },
    {
      type: "meeting_notes",
      text: "Welcome call",
      children: [{ type: "paragraph", text: "We talked about the first week." }],
    },
    { type: "unsupported", blockType: "button" },
  ];
}

/** The spec of a project. */
export function specBlocks(
  { name, about, parts, measure, owner }: Project,
  { customers }: Company,
): BlockInput[] {
  return [
    { type: "callout", icon: "🚧", text: `Status of ${name}: being built` },
    { type: "heading_2", text: "Why" },
    { type: "paragraph", text: [`${name} is ${about}. `, { user: owner.key }, " answers questions."] },
    { type: "quote", text: `${customers[0] ?? "A customer"} asked for it twice.` },
    { type: "heading_2", text: "Parts" },
    ...parts.map((part): BlockInput =>
      toggle(
        `What ${part} must do`,
        bullet(
          "Must",
          bullet(
            "never lose a row",
            bullet("not even in a crash", {
              type: "paragraph",
              text: `Proof for ${part}: kill it while it works.`,
            }),
          ),
        ),
        bullet("Should", bullet("be fast")),
      )
    ),
    { type: "heading_2", text: "Measure" },
    { type: "paragraph", text: `We count ${measure} each week.` },
    {
      type: "table",
      children: [{ type: "table_row", cells: ["Week", measure] }, { type: "table_row", cells: ["1", "17"] }],
    },
  ];
}
