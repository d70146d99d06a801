import type { Agenda, Scheduling } from "./agenda.ts";
import type { Letter } from "./mail.ts";
import type { MailOffice, MailRef, Sending } from "./mail_office.ts";
import type { Meeting } from "./meeting.ts";

/** Where acts of Google's tellings take place. */
export interface Stage {
  mail: MailOffice;
  agenda: Agenda;
}

/** One change of mail or calendars at an instant (epoch milliseconds). */
export interface Act {
  at: number;
  perform(stage: Stage): void;
}

/** A mail that is not sent yet; later acts refer to it. */
export interface Sheet {
  letter?: Letter;
}

/** An event that is not in any calendar yet; later acts refer to it. */
export interface Slot {
  meeting?: Meeting;
}

/** Writes down what people do in mail and calendars before it happens, so that a clock can let it happen. */
export class Script {
  readonly acts: Act[] = [];

  /** Someone sends a mail. */
  send(sending: Omit<Sending, "at"> & { at: number }): Sheet {
    const sheet: Sheet = {};
    this.act(sending.at, ({ mail }) => {
      sheet.letter = mail.send({ ...sending, at: new Date(sending.at) });
    });
    return sheet;
  }

  /** Someone answers a mail. */
  reply(to: Sheet, sending: Omit<Parameters<MailOffice["reply"]>[1], "at"> & { at: number }): Sheet {
    const sheet: Sheet = {};
    this.act(sending.at, ({ mail }) => {
      if (to.letter !== undefined) {
        sheet.letter = mail.reply(to.letter, { ...sending, at: new Date(sending.at) });
      }
    });
    return sheet;
  }

  /** Something happens to one person's copy of a mail, if they still have it. */
  onCopy(
    sheet: Sheet,
    { who, at, change }: { who: string; at: number; change: (mail: MailOffice, ref: MailRef) => void },
  ): void {
    this.act(at, ({ mail }) => {
      const copy = sheet.letter && mail.mailbox(who).copyOf(sheet.letter);
      if (copy !== undefined) change(mail, { mailbox: who, id: copy.id, at: new Date(at) });
    });
  }

  /** Someone puts an event into calendars. */
  schedule(scheduling: Omit<Scheduling, "at"> & { at: number }): Slot {
    const slot: Slot = {};
    this.act(scheduling.at, ({ agenda }) => {
      slot.meeting = agenda.schedule({ ...scheduling, at: new Date(scheduling.at) });
    });
    return slot;
  }

  /** Something happens to an event, unless it is cancelled by then. */
  onEvent(slot: Slot, at: number, change: (agenda: Agenda, id: string, at: Date) => void): void {
    this.act(at, ({ agenda }) => {
      if (slot.meeting !== undefined && slot.meeting.status !== "cancelled") {
        change(agenda, slot.meeting.id, new Date(at));
      }
    });
  }

  act(at: number, perform: (stage: Stage) => void): void {
    this.acts.push({ at, perform });
  }
}
