/** What Resend remembers, by its own clock: when a mail was accepted, and an idempotency key for as long as it lives. */
import { z } from "zod";

/** https://resend.com/docs/dashboard/emails/idempotency-keys */
const keyLivesMs = 24 * 60 * 60 * 1000;
/** https://resend.com/docs/api-reference/emails/list-emails: 20 a page unless asked, 100 at most. */
const page = { usual: 20, most: 100 };

const mail = z.looseObject({ id: z.string() });
const listing = z.object({ data: z.array(mail) });

export class MailMemory {
  readonly #now: () => Date;
  readonly #acceptedAt = new Map<string, number>();
  /** When a key was first used; by then it was used anew so often. */
  readonly #keys = new Map<string, { readonly since: number; readonly lives: number }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  accepted(id: string): void {
    if (!this.#acceptedAt.has(id)) this.#acceptedAt.set(id, this.#now().getTime());
  }

  /** The key as the emulator has it, whose own clock is the machine's: one that was forgotten is another. */
  keyOf(key: string): string {
    const now = this.#now().getTime();
    const known = this.#keys.get(key);
    const { lives } = known !== undefined && now - known.since < keyLivesMs
      ? known
      : this.#remember(key, { since: now, lives: (known?.lives ?? 0) + 1 });
    return lives === 1 ? key : `${key}#${lives}`.slice(-256);
  }

  /** A mail as `GET /emails/:id` shows it. */
  shown(answer: unknown): unknown {
    const read = mail.safeParse(answer);
    return read.success ? this.#dated(read.data) : answer;
  }

  /** A page of `GET /emails`: newest first, and without the tags and texts that Resend leaves out of it. */
  listed(answer: unknown, asked: URLSearchParams): unknown {
    const newest = listing.parse(answer).data.toReversed();
    const after = asked.get("after");
    const start = after === null ? 0 : newest.findIndex(({ id }) => id === after) + 1;
    const limit = Math.min(Number(asked.get("limit") ?? page.usual), page.most);
    const data = newest.slice(start, start + limit).map((one) => {
      const { tags: _tags, html: _html, text: _text, headers: _headers, ...rest } = one;
      return this.#dated(rest);
    });
    return { object: "list", has_more: start + limit < newest.length, data };
  }

  #dated<M extends Record<string, unknown>>(one: M): M {
    const at = this.#acceptedAt.get(String(one["id"]));
    return at === undefined ? one : { ...one, created_at: new Date(at).toISOString() };
  }

  #remember(key: string, use: { readonly since: number; readonly lives: number }) {
    this.#keys.set(key, use);
    return use;
  }
}
