/**
 * How people of the workplace speak in chat: phrases for `say()`, all of our own invention. `$names` are
 * facts of a happening (`world/happenings.ts`) or set by the telling.
 */

export const STANDUP = {
  opener: [
    "{Morning|Good morning|Hello}, {standup here|standup in the thread|today's notes please} :thread:",
    "{Standup|Daily} for {the team|engineering}: {yesterday, today, blockers|what moved, what is stuck}",
  ],
  note: [
    "{Finished|Wrapped up} $part {of $project|for $project}, {next|today} is the review of #$ticket.",
    "{Still on|Halfway through} $part; {the tests pass locally but not on CI|edge cases take longer " +
    "than I thought}.",
    "{Pairing with|Helping} $other on $project, {then back to #$ticket|no blockers}.",
    "Blocked: {I need a decision on|waiting for access to} $part. {Who can unblock me?|Asked " +
    "yesterday, no answer yet.}",
    "{Cut|Reduced} $measure by $percent% since {Monday|yesterday}; {watching the graph today|writing it up}.",
    "Out {this afternoon|from 15:00}, $other {covers for me|has my notes}. #$ticket is {ready for " +
    "review|in QA}.",
  ],
};

export const INCIDENT = {
  alert: "[{P1|P2}] $project: $measure above threshold ($count in $minutes min)",
  title: "$project / $measure",
  detail: "Threshold exceeded for $minutes minutes. First seen on {eu-1|eu-2|us-1}. Runbook: rb-$ticket",
  acknowledge: ["{Looking|On it|I have this one}.", "Acknowledged, {checking the last deploy|pulling logs}."],
  diagnosis: [
    "{It started right after|The graph bends exactly at} $version. {Suspecting|My bet is} $cause.",
    "{Seeing|I see} $count $measure{, all from $customer|, mostly $customer}. {Smells like|Looks like} " +
    "$cause.",
  ],
  question: [
    "Do we {roll back|revert} or {fix forward|patch it}?",
    "Should we {tell|warn} $customer now or wait for the fix?",
  ],
  mitigation: [
    "{Rolled back to the previous version|Restarted the workers one by one}, {numbers are " +
    "falling|recovering}.",
  ],
  resolved: [
    "Resolved after $minutes minutes. Cause: $cause. {No data was lost.|$count records had to be replayed.}",
    "{All clear|Back to normal}. It was $cause; $customer {is informed|was the only one hit}.",
  ],
  report: [
    "Post-mortem for the $project incident: cause was $cause, {the pager saw it|$customer saw it first}, " +
    "$minutes minutes to recover. Follow-up #$ticket, owner $lead.",
  ],
  editedAlert: "[resolved] $project: $measure back below threshold after $minutes min",
};

export const DECISION = {
  proposal: [
    "Proposal for $project: we $choice. {The alternative is to|Otherwise we} $other_choice. {Opinions " +
    "until $weekday?|Objections?}",
    "{We need to decide|Decision needed} for $project: {either|do we} $choice, or $other_choice?",
  ],
  argument: [
    "{I prefer the first one|First option for me}: {it is reversible|it costs us $days days at most}.",
    "{Careful|One concern}: $customer {depends on|asked us about} $part. {$count accounts would " +
    "notice.|They renew next month.}",
    "{Numbers|For the record}: $percent% of {accounts|requests} would be affected, about \u20ac$amount " +
    "a quarter.",
    "{Fine with both|No strong view}, {as long as someone owns it|but please write it down}.",
  ],
  decided: [
    "*Decision:* we $choice. {Owner|Responsible}: $lead, {by|until} $weekday. {Noted in " +
    "#$ticket.|Ticket is #$ticket.}",
  ],
};

export const QUESTION = {
  ask: [
    "Does anyone know {why|since when} $part {returns an empty page|is slower|needs a restart} {on " +
    "staging|for $customer}?",
    "Who {owns|looks after} $part now? {#$ticket has been open for $days days.|$customer is asking.}",
    "Is there a reason that $project {stores times in local time|keeps two copies of the same setting}?",
    "Can someone {explain|point me to} how $part {handles|deals with} {refunds|renamed accounts|empty " +
    "files}?",
    "When do we {switch off|retire} the old {exporter|endpoint}? $customer {still uses it|asked twice}.",
  ],
  answer: [
    "{It is on purpose|That is intended}: see #$ticket. {The short version: $cause once bit us.|Long story.}",
    "{I can help|Ask me}, {I wrote most of it|I did the last change}. {It is $cause.|Give me until " +
    "$weekday.}",
    "{Fixed on main|Fix is merged}, goes out with $version.",
  ],
  late: [
    "{Late answer, sorry|Found this thread only now}: {it was|the cause is} $cause, fixed in $version.",
    "Coming back to this, $days d later: {still true|we saw it again at $customer}, I opened #$ticket.",
  ],
  thanks: ["{Thanks|Thank you}, {that helps|that explains it}!", "{Perfect|Great}, {closing|done} :pray:"],
};

export const LAUNCH = {
  plan: [
    "{Go/no-go|Final check} for $project $version: {tests green, docs done|$count of $count checks " +
    "done}. {Any vetoes?|Speak now.}",
  ],
  go: [
    "Go.",
    "Go from {support|my side}, {macros are ready|help page is up}.",
    "{Go|+1}, {dashboards are ready|on call until 20:00}.",
  ],
  live: [
    ":rocket: $project $version is live: $about now has better {handling of |}$part. {Thanks|Kudos} to " +
    "$other and everyone involved!",
    "{It's out|Shipped}! $project $version, $percent% of customers have it {already|from today}, " +
    "everyone by $weekday.",
  ],
  after: [
    "First {day|numbers}: $measure down $percent%, {$count accounts tried it|$customer already wrote a " +
    "kind mail}.",
  ],
};

export const CUSTOMER = {
  report: [
    "$customer {reports|wrote in}: $part ({they mean|in} $project) {loses|doubles} rows, {about " +
    "$count|$count of them} since {Monday|last week}.",
    "Call with $customer: {happy overall|tense}, {they want $part before renewal|renewal of " +
    "\u20ac$amount is at risk over $part}.",
    "{Feature request|Wish} from $customer: {export|filter} $measure by {month|region}. {Third time we " +
    "hear this.|Worth \u20ac$amount a year.}",
  ],
  answer: [
    "{Reproduced|I can reproduce it}, {ticket|tracking it in} #$ticket.",
    "{Please tell them|You can promise} $weekday. $project is on it.",
    "{Is this the R&amp;D account or production|Which environment}? <https://status.$domain|Status> " +
    "{looks fine|is green}.",
  ],
};

export const PROGRESS = [
  "$project: $part is {done|in review}, {$days days left|next up is QA}. {Risk: $cause.|No risks.}",
  "{Weekly numbers|Numbers} for $project: $count $measure, {down|up} $percent% {week on week|since " +
  "$version}.",
  "{Merged|Landed} #$ticket: $part {no longer fails on empty input|is now behind a flag}. {Please try " +
  "it on staging.|}",
  "{Heads up|FYI}: $part will be {read-only|offline} on $weekday for $minutes minutes while we " +
  "{migrate|test the restore}.",
];

export const ANNOUNCEMENT = [
  "{All hands|Town hall} on $weekday at 15:00. Topics: $project, {hiring|the budget}, {questions from " +
  "you|demo by $lead}.",
  "{Please|Reminder}: {expenses|time sheets|vacation plans} are due $weekday. {Ask $lead if unsure.|}",
  "$customer {signed|renewed} for \u20ac$amount a year! {Thanks to everyone who worked on " +
  "$part.|Credit goes to $lead.}",
  "The office {is closed|has no heating} on $weekday; {work from home|the other floor is open}.",
];

export const CHATTER = [
  "{Lunch|Coffee} at {12:30|the corner place}? {They have soup again.|}",
  "{My|The} plant on the windowsill {survived|has grown $count mm}. {Photo follows.|}",
  "Who {took|borrowed} the {blue|second} adapter? {I need it for a demo this afternoon.|No hard feelings.}",
  "{Train|Bus} is $minutes minutes late, {starting from home|see you around ten}.",
  "{Quiz|Board game} night on $weekday, $days seats left.",
  "I counted: we said \u201calignment\u201d $count times this week.",
];

export const BUDGET = {
  topic: [
    "Budget for $project: \u20ac$amount {approved|requested}, {that is $percent% over plan|within " +
    "plan}. {Sign-off by $weekday?|}",
    "Hiring: $days {candidates|interviews} for {backend|support} this week, " +
    "offer {in preparation|goes out $weekday}. " +
    "{Thoughts?|Any objections?}",
    "$customer wants {a discount of $percent%|to pay monthly}: \u20ac$amount {at stake|a year}. {I " +
    "lean to no.|I would do it.}",
  ],
  reply: [
    "{Agreed|Fine with me}.",
    "{Not before|Let us wait for} the $project numbers.",
    "Can we {stretch|phase} it over two quarters?",
  ],
};

export const BOARD = [
  "Draft board slide: runway $days quarters, $project at $percent% of plan, {churn|hiring} to be discussed.",
];

export const DEPLOY =
  "Deployed $project $version to {staging|production} in $minutes s ({ok|ok|ok|ok|rolled back})";

export const MISHAP = {
  typo: [
    "$project $version {goes|is going} out on $wekday",
    "Review about $part moves by $minutes minuts",
  ],
  corrected: ["$project $version goes out on $weekday", "Review about $part moves by $minutes minutes"],
  wrong: ["wrong channel, sorry", "{pasted|sent} by accident: customer list of $customer"],
};
