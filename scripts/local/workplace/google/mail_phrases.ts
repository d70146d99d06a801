/**
 * How people and machines of the workplace write mail: phrases for `say()`, all of our own invention.
 * `$names` are facts of a happening (`world/happenings.ts`) or set by the telling.
 */

export interface MailPhrases {
  subject: string;
  text: readonly string[];
}

const GREETING = "{Hello|Hi|Dear} {all|team|everyone},";
const CLOSE = "{Best regards|Thanks|Kind regards}\n$lead";

export const CUSTOMER = {
  ask: {
    subject: "{Question about|Trouble with} $part",
    text: [
      "{Hello|Good morning},",
      "since {Monday|last week} $part {loses|doubles} rows: $count of them, {mostly|all} in our <R&D> account. " +
      "{Is this known?|Can you have a look before $weekday?}",
      "{Our renewal of|The invoice of} \u20ac$amount is {due soon|open}, and my colleagues {are getting " +
      "nervous|would like an answer}.",
      "{Best|Kind regards},\n$contact, $customer",
    ],
  },
  answer: {
    subject: "",
    text: [
      "{Hello|Hi} $contact,",
      "{thank you for the report|sorry for the trouble}. We {reproduced it|found $cause} and track it as " +
      "#$ticket. {You can expect a fix by $weekday.|It is fixed in $version.}",
      CLOSE,
    ],
  },
  nudge: {
    subject: "",
    text: ["{Any news on this?|We still see it, $count times since yesterday.}", "{Best|Regards},\n$contact"],
  },
};

export const DECISION: MailPhrases = {
  subject: "{Decision needed|Please decide}: $project \u2013 $part",
  text: [
    GREETING,
    "for $project we can either $choice, or $other_choice. {I lean to the first.|Both cost about $days days.}",
    "{Please answer by|I would like to close this on} $weekday. About $percent% of accounts are affected.",
    CLOSE,
  ],
};
export const OPINION: readonly string[] = [
  "{I prefer the first one|The first, please}: {it is reversible|$customer asked for it}.",
  "{One concern|Careful}: $customer depends on $part and renews next month (\u20ac$amount).",
  "{Fine with me|No strong view}, as long as someone owns it.",
];
export const DECIDED: readonly string[] = [
  "Thank you all. Decision: we $choice. Owner is $lead, until $weekday, see #$ticket.",
];

export const INCIDENT: MailPhrases = {
  subject: "[{P1|P2}] $project: $measure above threshold",
  text: [
    "Alert: $count $measure in $minutes minutes on {eu-1|eu-2|us-1}.",
    "First seen after $version. Runbook: rb-$ticket",
  ],
};
export const POST_MORTEM: MailPhrases = {
  subject: "Post-mortem: $project, $minutes minutes of $measure",
  text: [
    GREETING,
    "the cause was $cause. $customer saw it first; it took $minutes minutes to recover.",
    "Follow-up #$ticket is mine and will be done by $weekday. {The full report is attached.|}",
    CLOSE,
  ],
};

export const LAUNCH: MailPhrases = {
  subject: "\u{1F680} $project $version {ist da \u2013 danke!|is live \u2013 merci \u00e0 tous}",
  text: [
    "$project $version is out: $about now has better handling of $part.",
    "$percent% of customers have it from today, everyone by $weekday. \u2728 {Gr\u00fc\u00dfe|Sk\u00e5l} to " +
    "everyone involved.",
    "First numbers: $count $measure less than last week.",
  ],
};

export const ANNOUNCEMENT: MailPhrases = {
  subject: "{All hands on $weekday|News of the week}: $project, budget, questions",
  text: [
    GREETING,
    "{please join us|we meet} on $weekday at 15:00. Topics: $project, {hiring|the budget}, your questions.",
    "{Expenses|Time sheets} are due $weekday; ask $lead if unsure. $customer {signed|renewed} for \u20ac$amount a " +
    "year!",
    CLOSE,
  ],
};
export const REPLY_ALL: readonly string[] = [
  "{Great news|Congratulations}!",
  "{I cannot make it, will there be a recording?|I am on holiday on $weekday.}",
  "{Can we talk about $part too?|Question for the list: what about $customer?}",
  "Please do not reply to all :)",
];

export const BUDGET: MailPhrases = {
  subject: "Budget $project: \u20ac$amount",
  text: [
    "{Hello|Hi} both,",
    "attached is the plan for $project: \u20ac$amount, $percent% {over|under} the plan of last quarter.",
    "{Sign-off by $weekday, please.|I need a yes or no by $weekday.}",
    CLOSE,
  ],
};

export const BOARD: MailPhrases = {
  subject: "{Confidential|Board}: draft slides",
  text: [
    "Runway is $days quarters, $project is at $percent% of plan.",
    "Please keep this between us.\n$lead",
  ],
};

export const DEPLOY: MailPhrases = {
  subject: "Deployed $project $version to {staging|production}",
  text: ["Build #$ticket of $project $version finished in $minutes s.", "Do not answer this mail."],
};

export const REPORT: MailPhrases = {
  subject: "Weekly report $project: $measure {down|up} $percent%",
  text: [
    "$part is {done|in review}, $days days left. {Risk: $cause.|No risks.}",
    "$count $measure this week, {down|up} $percent% since $version.",
    "\u2013 $lead",
  ],
};

export const QUESTION: MailPhrases = {
  subject: "{Quick question|Question}: $part",
  text: [
    "Who {owns|looks after} $part now? {#$ticket is open for $days days.|$customer is asking.}",
    "$lead",
  ],
};

export const INVOICE: MailPhrases = {
  subject: "Rechnung $ticket \u00fcber \u20ac$amount f\u00e4llig",
  text: ["Invoice $ticket over \u20ac$amount is due on $weekday.", "This mail was made by a machine."],
};

export const NEWSLETTER: MailPhrases = {
  subject: "{Ten|Seven} ways to {import|export} faster",
  text: [
    "This week: {page tokens|dunning mails|cohort tables} explained in $minutes minutes.",
    "{Save $percent% until $weekday!|$days seats left in our course.}",
    "You can leave this list at any time.",
  ],
};

export const SPAM: MailPhrases = {
  subject: "You have won \u20ac$amount",
  text: ["Dear friend, $count people already got theirs. Answer within $minutes minutes."],
};
