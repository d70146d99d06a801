/** Gmail: the mailbox of the company's first person, with mail of every age to answer, label, archive and delete. */
import type { GoogleDomain } from "../local/workplace/google/domain.ts";
import type { Letter, Message } from "../local/workplace/google/mail.ts";
import type { TruthMail } from "../local/workplace/google/mail_truth.ts";
import type { Mailbox } from "../local/workplace/google/mailbox.ts";
import { googleSide } from "./google_grant.ts";
import { AGES, openWorkplace, type PlatformWorld, type WorldOptions } from "./platform_world.ts";
import type { WantedItem } from "./verdict.ts";

const DAY = 86_400_000;
/** What a person's sync keeps of a mailbox (the seed's F1). */
const WINDOW = 30 * DAY;

interface Standing {
  readonly answered: Letter;
  readonly labelled: Message;
  readonly unlabelled: Message;
  readonly archived: Message;
  readonly deleted: Message;
  readonly trashed: Message;
  readonly untrashed: Message;
}

export async function openGmailWorld(options: WorldOptions): Promise<PlatformWorld> {
  const { time, ages = AGES } = options;
  const { workplace, close } = await openWorkplace(options);
  const { google } = workplace;
  const { domain, grant: { account } } = google;
  const { mailbox } = account;
  const owner = account.person.key;
  const friend = domain.company.people.find(({ key, active }) => key !== owner && active)?.key ?? "";
  const side = googleSide(workplace);
  const standing = ages.map((age) =>
    layOut(domain, mailbox, { owner, friend, at: time.now().getTime() - age })
  );
  return {
    platform: "gmail",
    workplace,
    journal: google.journal,
    get grant() {
      return side.grant;
    },
    regrant: side.regrant,
    inject: side.inject,
    change(age) {
      const changing = standing.filter((_, number) => age === undefined || number === age);
      for (const one of changing) changeAll(domain, mailbox, one, { owner, friend });
      if (age !== undefined) return;
      domain.mail.send({
        from: friend,
        to: [owner],
        subject: "Sent after the first sync",
        text: "News of today.",
      });
    },
    wanted: (selected) =>
      mailbox.truth({ includeSpamTrash: true }).map((mail) =>
        wantedMail(mail, selected, time.now().getTime())
      )
        .filter((item) => item !== undefined),
    [Symbol.asyncDispose]: close,
  };
}

function layOut(
  { mail }: GoogleDomain,
  mailbox: Mailbox,
  { owner, friend, at }: { owner: string; friend: string; at: number },
): Standing {
  let number = 0;
  const send = (subject: string) =>
    mail.send({
      from: friend,
      to: [owner],
      subject,
      text: `${subject}.\n\nWritten at ${new Date(at).toISOString()}.`,
      at: new Date(at + 60_000 * number++),
    });
  const copy = (subject: string) => {
    const letter = send(subject);
    const message = mailbox.copyOf(letter);
    if (message === undefined) throw new Error(`"${subject}" did not arrive`);
    return message;
  };
  const untrashed = copy("Thrown away by mistake");
  mail.trash({ mailbox: owner, id: untrashed.id });
  const unlabelled = copy("A star that goes");
  mail.label({ mailbox: owner, id: unlabelled.id }, "STARRED");
  return {
    answered: send("A question"),
    labelled: copy("A star that comes"),
    unlabelled,
    archived: copy("Done with this one"),
    deleted: copy("Not worth keeping"),
    trashed: copy("For the bin"),
    untrashed,
  };
}

function changeAll(
  { mail }: GoogleDomain,
  mailbox: Mailbox,
  one: Standing,
  { owner, friend }: { owner: string; friend: string },
): void {
  mail.reply(one.answered, { from: owner, text: "A late answer." });
  mail.reply(one.answered, { from: friend, to: [owner], text: "And an answer to that." });
  mail.label({ mailbox: owner, id: one.labelled.id }, "STARRED");
  mail.unlabel({ mailbox: owner, id: one.unlabelled.id }, "STARRED");
  mail.unlabel({ mailbox: owner, id: one.archived.id }, "INBOX");
  mailbox.remove(one.deleted.id);
  mail.trash({ mailbox: owner, id: one.trashed.id });
  mail.untrash({ mailbox: owner, id: one.untrashed.id });
}

function wantedMail(mail: TruthMail, selected: ReadonlySet<string>, now: number): WantedItem | undefined {
  const sources = mail.labelIds.filter((label) => selected.has(label));
  const isAway = mail.labelIds.some((label) => label === "TRASH" || label === "SPAM");
  if (sources.length === 0 || isAway) return undefined;
  return {
    key: `/${mail.id}`,
    sources,
    says: [mail.subject, ...mail.text.split("\n\n")],
    // On the window's edge a second decides.
    ...(mail.internalDate < now - WINDOW + DAY / 24 && { optional: true }),
  };
}
