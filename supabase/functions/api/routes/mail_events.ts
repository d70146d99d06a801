/**
 * Where Resend posts what became of a mail after it took it. One RPC, which knows an event that is sent again; whatever
 * is no news about a delivery of ours is taken and forgotten.
 */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { cutText } from "@shared/agent/cut_text.ts";
import { DELIVERY_TAG } from "@shared/delivery/email.ts";
import { type Problem, problemResponse } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { type ApiRouter, createRouter, jsonAnswer, refusals } from "../router.ts";
import { eventIdOf, signatureProblem } from "../webhook_signature.ts";

/**
 * https://resend.com/docs/webhooks/event-types. A mail that Resend took and then could not send, or did not because the
 * address bounced before, is for its person what a bounce is: it did not arrive, and the next will not either.
 */
const kinds = {
  "email.delivered": "delivered",
  "email.bounced": "bounced",
  "email.failed": "bounced",
  "email.suppressed": "bounced",
  "email.complained": "complained",
  "email.delivery_delayed": "delayed",
} as const;

const text = z.string().nullish();
const mailEvent = z.object({
  type: z.enum(Object.keys(kinds) as [keyof typeof kinds, ...(keyof typeof kinds)[]]),
  data: z.object({
    email_id: z.string().min(1).max(200),
    // An object by their documentation, a list as it was sent; whatever else it is, the id alone will do.
    tags: z.union([
      z.object({ [DELIVERY_TAG]: z.uuid() }).transform((tags) => tags[DELIVERY_TAG]),
      z.array(z.object({ name: z.string(), value: z.string() })).transform((tags) =>
        z.uuid().safeParse(tags.find(({ name }) => name === DELIVERY_TAG)?.value).data
      ),
    ]).optional().catch(undefined),
    bounce: z.object({ type: text, subType: text, message: text }).nullish(),
    suppressed: z.object({ type: text, message: text }).nullish(),
    failed: z.object({ reason: text }).nullish(),
  }),
});
type MailEvent = z.output<typeof mailEvent>;

const route = createRoute({
  method: "post",
  path: "/webhooks/resend",
  tags: ["webhooks"],
  summary: "What became of a mail. For Resend alone: every request carries its signature.",
  responses: {
    200: jsonAnswer(
      z.object({ applied: z.boolean() }),
      "Taken; `applied` is false for what was known or is nothing to us",
    ),
    ...refusals({
      401: "Not signed by Resend, or longer than five minutes ago",
      503: "RESEND_WEBHOOK_SECRET is not set",
    }),
  },
});

export function mailEvents({ environment, database, now }: ApiContext): ApiRouter {
  const router = createRouter();
  router.on("POST", route.path, async (c, next) => {
    const secret = environment.RESEND_WEBHOOK_SECRET;
    if (secret === undefined) return problemResponse(noSecret);
    const problem = signatureProblem(c.req.raw.headers, await c.req.text(), secret, now());
    if (problem !== undefined) return problemResponse(problem);
    await next();
  });
  router.openapi(route, async (c) => {
    const event = mailEvent.safeParse(parseJson(await c.req.text()));
    // Refused, an event that we do not know would be sent again and again.
    if (!event.success) return c.json({ applied: false }, 200);
    const { type, data } = event.data;
    const detail = detailOf(data);
    const applied = await database.call("apply_mail_event", {
      p_event_id: eventIdOf(c.req.raw.headers),
      p_kind: kinds[type],
      p_provider_id: data.email_id,
      ...(detail !== "" && { p_detail: detail }),
      ...(data.tags !== undefined && { p_delivery: data.tags }),
    }, c.req.raw.signal);
    return c.json({ applied }, 200);
  });
  return router;
}

/** Why it did not arrive, in one short line: the person reads it. */
function detailOf({ bounce, suppressed, failed }: MailEvent["data"]): string {
  const kind = [bounce?.type, bounce?.subType, suppressed?.type].filter(Boolean).join(", ");
  const said = bounce?.message ?? suppressed?.message ?? failed?.reason;
  const line = [kind, said].filter(Boolean).join(": ").replace(/[\p{C}\s]+/gu, " ").trim();
  return cutText(line, 300, "…");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const noSecret: Problem = {
  code: "environment_incomplete",
  message: "Events of mail cannot be verified: RESEND_WEBHOOK_SECRET is not set. Nothing was done.",
  hint: "Every variable is explained in .env.example.",
  status: 503,
};
