import { addressText } from "./mail.ts";
import { type Mailbox, older } from "./mailbox.ts";

/** A live mail as a perfect sync would hold it. */
export interface TruthMail {
  id: string;
  threadId: string;
  /** Its Message-ID header. */
  rfcId: string;
  /** Sorted. */
  labelIds: readonly string[];
  /** Decoded, whatever the wire said. */
  subject: string;
  from: string;
  to: readonly string[];
  cc: readonly string[];
  /** When it arrived, epoch milliseconds: the only date to trust. */
  internalDate: number;
  /** The words a person reads, up to white space. */
  text: string;
  /** Names of the attached files. */
  attachments: readonly string[];
}

/** Every mail of a mailbox that is not deleted, oldest first. */
export function truthOfMail(
  mailbox: Mailbox,
  { includeSpamTrash = false }: { includeSpamTrash?: boolean },
): TruthMail[] {
  const live = [...mailbox.messages.values()].filter(({ labelIds }) =>
    includeSpamTrash || !(labelIds.has("SPAM") || labelIds.has("TRASH"))
  );
  return live.sort(older).map(({ id, threadId, letter, internalDate, labelIds }) => ({
    id,
    threadId,
    rfcId: letter.rfcId,
    labelIds: [...labelIds].sort(),
    subject: letter.subject,
    from: addressText(letter.from),
    to: letter.to.map(addressText),
    cc: letter.cc.map(addressText),
    internalDate,
    text: letter.text,
    attachments: letter.attachments,
  }));
}
