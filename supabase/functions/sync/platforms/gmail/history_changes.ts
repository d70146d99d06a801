/** What a page of Gmail's history says of each mail, and what is to be done about it. */
import type { ItemName, SeenItem } from "../../content/item.ts";
import type { StoredItem } from "../connector.ts";
import type { HistoryRecord, MailRef } from "./gmail_answers.ts";
import { awayLabels } from "./gmail_labels.ts";
import { nameOf, selectedOf } from "./mailbox_context.ts";

/** What became of one mail, in the end. */
export interface MailChange {
  readonly threadId: string;
  deleted: boolean;
  /** It arrived, with these labels; "unknown" when Gmail does not say which. */
  arrived: readonly string[] | "unknown" | undefined;
  /** Labels that came (true) or went (false) last. Read again, it leads to the same end. */
  readonly labels: Map<string, boolean>;
}

/** The changes of every mail in these records, which are in the order of time. */
export function changesIn(records: readonly HistoryRecord[]): Map<string, MailChange> {
  const changes = new Map<string, MailChange>();
  const of = ({ id, threadId }: MailRef): MailChange => {
    const change = changes.get(id) ?? { threadId, deleted: false, arrived: undefined, labels: new Map() };
    changes.set(id, change);
    return change;
  };
  for (const { messagesAdded, labelsAdded, labelsRemoved, messagesDeleted } of records) {
    for (const { message } of messagesAdded) of(message).arrived = message.labelIds ?? "unknown";
    for (const { message, labelIds } of labelsAdded) {
      for (const label of labelIds) of(message).labels.set(label, true);
    }
    for (const { message, labelIds } of labelsRemoved) {
      for (const label of labelIds) of(message).labels.set(label, false);
    }
    for (const { message } of messagesDeleted) of(message).deleted = true;
  }
  return changes;
}

export interface HistoryPlan {
  readonly seen: readonly SeenItem[];
  readonly gone: readonly ItemName[];
  /** New mail, and mail that newly belongs to what is selected. */
  readonly wanted: readonly MailRef[];
  /** So much arrived, was filed or was taken out of the trash that listing the labels is cheaper, and knows the window. */
  readonly isMuch: boolean;
}

/** More mails than this that newly belong to a label are not fetched one by one to see how old they are. */
const mostMoved = 25;
/** More new mails than this do not go into a cursor. */
const mostArrived = 600;

/** @param labels the selected labels */
export function planChanges(
  changes: ReadonlyMap<string, MailChange>,
  stored: ReadonlyMap<string, StoredItem>,
  labels: readonly string[],
): HistoryPlan {
  const seen: SeenItem[] = [];
  const gone: ItemName[] = [];
  const arrived: MailRef[] = [];
  const moved: MailRef[] = [];
  for (const [id, change] of changes) {
    const known = stored.get(id);
    const isHeld = known !== undefined && !known.deleted;
    const own = labelsAfter(change, isHeld ? known.sources : []);
    const isAway = change.deleted || awayLabels.some((label) => own.has(label));
    if (isAway) {
      if (isHeld) gone.push(nameOf(id));
    } else if (isHeld) {
      const sources = selectedOf({ labels }, [...own]);
      seen.push({ ...nameOf(id), sources });
    } else if (change.arrived !== undefined) {
      if (change.arrived === "unknown" || labels.some((label) => own.has(label))) {
        arrived.push({ id, threadId: change.threadId });
      }
    } else if (isBack(change) || labels.some((label) => own.has(label))) {
      moved.push({ id, threadId: change.threadId });
    }
  }
  return {
    seen,
    gone,
    wanted: [...arrived.slice(0, mostArrived), ...(moved.length > mostMoved ? [] : moved)],
    isMuch: arrived.length > mostArrived || moved.length > mostMoved,
  };
}

/** The labels that it is known to have after the changes. */
function labelsAfter({ arrived, labels }: MailChange, before: readonly string[]): Set<string> {
  const own = new Set([...before, ...(arrived === "unknown" ? [] : arrived ?? [])]);
  for (const [label, isOn] of labels) {
    if (isOn) own.add(label);
    else own.delete(label);
  }
  return own;
}

/** It came out of the trash or of spam: it has labels that were never told. */
const isBack = ({ labels }: MailChange) => awayLabels.some((label) => labels.get(label) === false);
