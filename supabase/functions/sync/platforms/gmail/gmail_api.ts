/** The calls of Gmail's API that we make, with what each costs. */
import { PlatformError } from "../connector.ts";
import { type GoogleClient, type GoogleQuery, isTooLarge } from "../google/google_client.ts";
import { refusalOf } from "../google/google_refusal.ts";
import type { Pace } from "../rate_budget.ts";
import * as answers from "./gmail_answers.ts";

/**
 * Quota units a minute and user for Cloud projects made since May 2026, and of each call
 * (https://developers.google.com/workspace/gmail/api/reference/quota). The window is a second more than Google's minute: a
 * call travels a little between its reservation here and its arrival there.
 */
const allowedUnits = 6000;
const windowSeconds = 61;
const units = { profile: 1, labels: 1, list: 5, mail: 20, thread: 40, history: 2 };
/** From so many mails on, a thread as a whole costs less than its mails. */
export const mailsWorthThread = 3;

/** Seconds that so many mails take at the pace that Gmail allows. */
export const secondsFor = (mails: number): number =>
  Math.ceil(mails * units.mail * windowSeconds / allowedUnits);

/** As many ids and history records as Gmail gives in one answer. */
export const listingPage = 500;

export interface ListedPlace {
  readonly labelId: string;
  /** A search as in Gmail's own search box; empty for none. */
  readonly search: string;
  readonly most: number;
  readonly pageToken?: string | undefined;
}

export interface GmailApi {
  profile(): Promise<{ readonly emailAddress: string; readonly historyId: string }>;
  labels(): Promise<readonly answers.Label[]>;
  /** One page of a listing, newest first. */
  list(place: ListedPlace): Promise<answers.MailList>;
  /** A whole mail; undefined when it does not exist any more. One that is too long comes without its body. */
  mail(id: string): Promise<answers.Mail | undefined>;
  /** The mails of a thread; undefined when there is no such thread, or when it is too long for one answer. */
  thread(id: string): Promise<readonly answers.Mail[] | undefined>;
  /** What changed after a history id, oldest first; undefined when that is too long ago for Gmail. */
  history(startHistoryId: string): Promise<answers.HistoryPage | undefined>;
}

/** @param accountId Google's id of the account, whose quota it is */
export function createGmailApi(client: GoogleClient, accountId: string): GmailApi {
  const pace: Pace = { key: `gmail:${accountId}`, allowed: allowedUnits, periodSeconds: windowSeconds };
  const costOf = (call: keyof typeof units) => ({ pace, units: units[call] });
  const mailAs = async (id: string, format: "full" | "metadata") => {
    const query: GoogleQuery = { format };
    const path = `/gmail/v1/users/me/messages/${encodeURIComponent(id)}` as const;
    return await client.get(path, query, answers.mail, costOf("mail"));
  };
  return {
    profile: () => client.get("/gmail/v1/users/me/profile", {}, answers.profile, costOf("profile")),
    async labels() {
      const { labels } = await client.get(
        "/gmail/v1/users/me/labels",
        {},
        answers.labelList,
        costOf("labels"),
      );
      return labels;
    },
    list: ({ labelId, search, most, pageToken }) =>
      client.get(
        "/gmail/v1/users/me/messages",
        { labelIds: [labelId], q: search === "" ? undefined : search, maxResults: most, pageToken },
        answers.mailList,
        costOf("list"),
      ),
    async mail(id) {
      try {
        return await mailAs(id, "full").catch((thrown) => {
          // One mail of many megabytes must not stop a mailbox for ever.
          if (isTooLarge(thrown)) return mailAs(id, "metadata");
          throw thrown;
        });
      } catch (thrown) {
        if (thrown instanceof PlatformError && thrown.code === "not_found") return undefined;
        throw thrown;
      }
    },
    async thread(id) {
      try {
        const path = `/gmail/v1/users/me/threads/${encodeURIComponent(id)}` as const;
        return (await client.get(path, { format: "full" }, answers.thread, costOf("thread"))).messages;
      } catch (thrown) {
        const isGone = thrown instanceof PlatformError && thrown.code === "not_found";
        if (isGone || isTooLarge(thrown)) return undefined;
        throw thrown;
      }
    },
    async history(startHistoryId) {
      try {
        return await client.get(
          "/gmail/v1/users/me/history",
          { startHistoryId, maxResults: listingPage },
          answers.history,
          costOf("history"),
        );
      } catch (thrown) {
        if (refusalOf(thrown)?.status === 404) return undefined;
        throw thrown;
      }
    },
  };
}
