/** Syncing by hand: at once, joining what runs already, and so often as the plan allows. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { named, pathProvider, type PlatformName, platformName, queryPlatform } from "../named_platform.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const requested = z.object({
  tickets: z.array(z.object({
    ticket_id: z.number().int().openapi({ description: "Its state is in work_tickets." }),
    platform: platformName,
    joined: z.boolean().openapi({ description: "A sync that waited or ran already was joined." }),
  })),
  too_soon: z.partialRecord(platformName, z.number().int()).openapi({
    description:
      "Platforms that were synced by hand too recently, and in how many seconds they may be again.",
  }),
});

const syncRoute = createRoute({
  method: "post",
  path: "/integrations/{provider}/sync",
  tags: ["sync"],
  summary: "Sync now",
  security: asPerson,
  request: { params: pathProvider, query: queryPlatform },
  responses: {
    202: jsonAnswer(
      requested.extend({ message: z.string() }).openapi("RequestedSync"),
      "Asked for; sync-status tells how far it is.",
    ),
    ...refusals({
      404: "Nothing is connected",
      409: "The connection waits to be reconnected",
      429: "Synced by hand too recently; Retry-After says when",
    }),
  },
});

export function sync(context: ApiContext): ApiRouter {
  const router = createRouter();
  router.use("/integrations/:provider/sync", requireUser(context));
  router.openapi(syncRoute, async (c) => {
    const meant = named(c.req.valid("param").provider, c.req.valid("query").platform);
    const [only, another] = meant.platforms;
    const answer = requested.parse(
      await context.database.call("request_sync", {
        p_user: c.get("user").id,
        p_provider: meant.provider,
        ...(another === undefined && { p_platform: only }),
      }, c.req.raw.signal),
    );
    return c.json({ ...answer, message: sentence(answer) }, 202);
  });
  return router;
}

function sentence({ tickets, too_soon }: z.output<typeof requested>): string {
  const started = tickets.filter(({ joined }) => !joined).map(({ platform }) => labels[platform]);
  const joined = tickets.filter(({ joined }) => joined).map(({ platform }) => labels[platform]);
  return [
    started.length > 0 && `Syncing ${started.join(" and ")} now.`,
    joined.length > 0 && `A sync of ${joined.join(" and ")} is under way already; yours joined it.`,
    ...platformName.options.flatMap((platform) => {
      const seconds = too_soon[platform];
      return seconds === undefined
        ? []
        : [`${labels[platform]} was synced a moment ago; again in ${seconds} seconds.`];
    }),
  ].filter(Boolean).join(" ");
}

const labels: Readonly<Record<PlatformName, string>> = {
  slack: "Slack",
  gmail: "Gmail",
  calendar: "Calendar",
  notion: "Notion",
};
