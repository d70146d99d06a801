/** What people write into Notion about a happening. `say()` speaks it; see `world/phrase.ts`. */

export const STANDUP = {
  note: [
    "$part is {in review|nearly done}, {next up is QA|blocked on #$ticket}",
    "{Looked at|Paired on} #$ticket, {found $cause|no cause yet}",
    "Out on $weekday, {back the day after|reachable by phone}",
  ],
  action: "{Send|Write} {the notes|an update} on $part {by $weekday|today}",
};

export const INCIDENT = {
  title: "Incident: $part of $project, $minutes minutes",
  summary: "$percent% of requests to $part failed. $count $measure were hit.",
  cause: "Cause: {not known yet|under investigation}",
  found: "Cause: $cause",
  steps: ["Alert came in", "$other looked at the dashboards", "Rolled back to $version", "All green again"],
  task: "Follow up on $cause",
};

export const DECISION = {
  open: "Open: shall we $choice, or $other_choice?",
  decided: "Decided: we $choice. Not chosen: $other_choice.",
  argument: [
    "{Cheaper|Safer} by far: $count hours instead of weeks",
    "$customer {would notice|asked for it}",
    "We can go back within $days days",
  ],
};

export const PROGRESS = [
  "Week in numbers: $count $measure, $percent% {fewer|more} than before. {Risk: $cause.|No risks.}",
  "$part is {done|in review}; {$days days left|next up is QA}.",
];

export const LAUNCH = {
  status: "Status of $project: launched as $version",
  line: "$version is live on $weekday.",
};

export const QUESTION = {
  ask: ["Is $part {still right|up to date} after $version?", "Who {owns|maintains} $part now?"],
  answer: ["{Yes|Not quite}: see #$ticket.", "I do. {Ask me on $weekday.|}"],
};

export const REQUEST = {
  title: ["{Export|Filter} $measure by {month|region}", "Make $part {faster|optional}"],
  details: "$customer {asked on the phone|wrote a mail}: worth \u20ac$amount a year.",
};

export const ANNOUNCEMENT = {
  draft: "DRAFT: {all hands|town hall} on $weekday",
  title: "{All hands|Town hall} on $weekday",
  body: "Topics: $project, {hiring|the budget}, questions. {Bring one.|}",
};

export const MISHAP = "Pasted by accident: the list of $customer";
export const BUDGET = "$project: \u20ac$amount {approved|requested}, sign-off by $weekday.";
export const DEPLOY = "$project $version to {staging|production}: {ok|ok|ok|rolled back}";
