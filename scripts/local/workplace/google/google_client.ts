import { z } from "zod";
import type { Workplace } from "../workplace.ts";
import type { Grant } from "./grants.ts";

/** The instant at which the tests' workplaces open; their clocks stand still unless a test advances them. */
export const OPENING = new Date("2026-11-05T10:00:00Z");

/** What Google answered, its members checked no further than the tests need. */
export interface Answer {
  status: number;
  body: Body;
}

const mailRef = z.looseObject({ id: z.string(), threadId: z.string() });
const told = z.array(z.looseObject({ message: mailRef, labelIds: z.array(z.string()).optional() }))
  .optional();
const part = z.looseObject({
  mimeType: z.string(),
  filename: z.string().optional(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  body: z.looseObject({ size: z.number(), data: z.string().optional(), attachmentId: z.string().optional() })
    .optional(),
  get parts(): z.ZodOptional<z.ZodArray<typeof part>> {
    return z.array(part).optional();
  },
});
const time = z.object({
  date: z.string().optional(),
  dateTime: z.string().optional(),
  timeZone: z.string().optional(),
});
const item = z.looseObject({
  id: z.string(),
  status: z.string().optional(),
  summary: z.string().optional(),
  start: time.optional(),
  end: time.optional(),
  recurrence: z.array(z.string()).optional(),
  recurringEventId: z.string().optional(),
});
const message = mailRef.extend({
  labelIds: z.array(z.string()).optional(),
  payload: part.optional(),
  raw: z.string().optional(),
  internalDate: z.string().optional(),
});
const body = z.looseObject({
  id: z.string().optional(),
  error: z.unknown().optional(),
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  scope: z.string().optional(),
  historyId: z.string().optional(),
  messages: z.array(message).optional(),
  threads: z.array(z.looseObject({ id: z.string() })).optional(),
  labels: z.array(z.looseObject({ id: z.string(), name: z.string(), type: z.string() })).optional(),
  history: z.array(z.looseObject({
    id: z.string(),
    messagesAdded: told,
    messagesDeleted: told,
    labelsAdded: told,
    labelsRemoved: told,
  })).optional(),
  payload: part.optional(),
  labelIds: z.array(z.string()).optional(),
  raw: z.string().optional(),
  data: z.string().optional(),
  internalDate: z.string().optional(),
  items: z.array(item).optional(),
  nextPageToken: z.string().optional(),
  nextSyncToken: z.string().optional(),
});
export type Body = z.output<typeof body>;
export type Part = z.output<typeof part>;
export type Item = z.output<typeof item>;
type Params = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A plain REST client of one grant, for the workplace's own tests: it repeats nothing and waits for nothing. */
export class GoogleClient {
  readonly #url: string;
  token: string;

  constructor(readonly workplace: Workplace, grant: Grant = workplace.google.grant) {
    this.#url = workplace.googleUrl;
    this.token = workplace.google.grants.accessToken(grant);
  }

  async get(path: string, params: Params = {}): Promise<Answer> {
    const url = new URL(this.#url + path);
    for (const [name, value] of Object.entries(params)) {
      if (value === undefined) continue;
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
    }
    return await answerOf(await fetch(url, { headers: { authorization: `Bearer ${this.token}` } }));
  }

  gmail(path: string, params: Params = {}): Promise<Answer> {
    return this.get(`/gmail/v1/users/me/${path}`, params);
  }

  events(calendar: string, params: Params = {}): Promise<Answer> {
    return this.get(`/calendar/v3/calendars/${encodeURIComponent(calendar)}/events`, params);
  }

  /** All pages of a listing; the last one's other members. */
  async pages(list: (pageToken?: string) => Promise<Answer>): Promise<{ pages: Body[]; last: Body }> {
    const pages: Body[] = [];
    let pageToken: string | undefined;
    for (;;) {
      const { status, body: page } = await list(pageToken);
      if (status !== 200) throw new Error(`The listing was refused with ${status}: ${JSON.stringify(page)}`);
      pages.push(page);
      pageToken = page.nextPageToken;
      if (pageToken === undefined) return { pages, last: page };
    }
  }
}

export async function post(
  workplace: Workplace,
  path: string,
  form: Record<string, string>,
): Promise<Answer> {
  const url = workplace.googleUrl + path;
  return await answerOf(await fetch(url, { method: "POST", body: new URLSearchParams(form) }));
}

async function answerOf(response: Response): Promise<Answer> {
  const read: unknown = await response.json();
  return { status: response.status, body: body.parse(read) };
}

/** Google's reason of a refused API call. */
export function reasonOf({ body: { error } }: Answer): string | undefined {
  const refused = z.object({ errors: z.array(z.object({ reason: z.string() })) }).safeParse(error);
  return refused.success ? refused.data.errors[0]?.reason : undefined;
}

/** Text of a base64url body. */
export function textOfData(data: string): string {
  const bytes = Uint8Array.from(
    atob(data.replaceAll("-", "+").replaceAll("_", "/")),
    (one) => one.charCodeAt(0),
  );
  return new TextDecoder().decode(bytes);
}
