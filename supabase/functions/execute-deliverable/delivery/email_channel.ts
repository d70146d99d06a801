/** A delivery by mail: Resend sends it once within its window, and is asked for it later. */
import { type EmailConnection, type EmailMessage, sendEmail } from "@shared/delivery/email.ts";
import { findEmail } from "@shared/delivery/find_email.ts";
import type { Channel, Found } from "./channel.ts";

/** Resend remembers an idempotency key for 24 hours; an hour is left for clocks and for the request itself. */
const keyLivesSeconds = 23 * 60 * 60;

export function emailChannel(message: EmailMessage, connection: EmailConnection, firstTry: Date): Channel {
  const find = async (since: Date): Promise<Found> => {
    const [to] = message.to;
    return await findEmail(message.deliveryId, since, { ...connection, ...(to !== undefined && { to }) });
  };
  return {
    sendsOnceStill: (secondsSinceFirst) => secondsSinceFirst <= keyLivesSeconds,
    find,
    // deno-lint-ignore require-yield -- a mail is one step
    async *send() {
      const sent = await sendEmail(message, connection);
      if (sent.outcome !== "retry" || sent.problem.code !== "email_sent_with_other_text") return sent;
      // An earlier attempt was accepted before its worker died; the text changed since (a new title). One is enough.
      const found = await find(firstTry);
      if (found.outcome === "found") return { outcome: "accepted", providerId: found.providerId };
      return found.outcome === "unknown" ? { ...found, outcome: "retry", fate: "unknown" } : sent;
    },
    progress: () => ({}),
  };
}
