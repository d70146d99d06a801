import { z } from "zod";
import { type Connections, type NotionConnection, OAuthRefusal } from "./connections.ts";
import { personJson } from "./property_json.ts";
import type { NotionJson } from "./rich_text.ts";
import type { NotionWorkspace } from "./workspace.ts";

/** What the person in front of the consent page does. */
export interface Consent {
  /** False: they press Cancel. */
  approve: boolean;
  workspace: NotionWorkspace;
  /** Key of who they are; the company's first person if left out. */
  person?: string;
  /** Ids of the pages and databases they tick; the whole top level, but for what is kept apart, if left out. */
  pages?: readonly string[];
}

const asking = z.object({
  client_id: z.string(),
  redirect_uri: z.url(),
  response_type: z.literal("code"),
  owner: z.literal("user"),
  state: z.string().optional(),
});

/**
 * `GET /v1/oauth/authorize`: the consent page with the person already behind it. Redirects with `code` and
 * `state`, or with `error=access_denied`; a request that Notion would not show a page for gets 400.
 */
export function authorize(url: URL, connections: Connections, consent: Consent): Response {
  const asked = asking.safeParse(Object.fromEntries(url.searchParams));
  if (!asked.success) return new Response("invalid_request", { status: 400 });
  const { client_id: clientId, redirect_uri: redirectUri, state } = asked.data;
  if (clientId !== connections.app.clientId) return new Response("invalid_client", { status: 400 });
  const target = new URL(redirectUri);
  if (consent.approve) {
    const { workspace, person, pages } = consent;
    const owner = person ?? workspace.company.people[0]?.key ?? "";
    const roots = pages ?? workspace.sharedRoots();
    target.searchParams.set("code", connections.grant({ workspace, owner, roots, redirectUri }));
  } else {
    target.searchParams.set("error", "access_denied");
  }
  if (state !== undefined) target.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

const trading = z.discriminatedUnion("grant_type", [
  z.object({
    grant_type: z.literal("authorization_code"),
    code: z.string(),
    redirect_uri: z.string().optional(),
  }),
  z.object({ grant_type: z.literal("refresh_token"), refresh_token: z.string() }),
]);

/** `POST /v1/oauth/token`: a code, or a refresh token, for a pair of tokens. @throws OAuthRefusal */
export function token(
  body: unknown,
  authorization: string | null,
  connections: Connections,
): { answer: NotionJson; connection: NotionConnection } {
  checkClient(authorization, connections);
  const asked = trading.safeParse(body);
  if (!asked.success) throw new OAuthRefusal(400, "invalid_request", "The body lacks what the grant needs.");
  const connection = asked.data.grant_type === "refresh_token"
    ? connections.refresh(asked.data.refresh_token)
    : connections.exchange({ code: asked.data.code, redirectUri: asked.data.redirect_uri });
  const { workspace, owner } = connection;
  const answer = {
    access_token: connection.token,
    token_type: "bearer",
    refresh_token: connection.refreshToken,
    bot_id: connection.botId,
    workspace_icon: null,
    workspace_name: workspace.name,
    workspace_id: workspace.id,
    owner: { type: "user", user: personJson(workspace.library, owner) },
    duplicated_template_id: null,
  };
  return { answer, connection };
}

/** `POST /v1/oauth/revoke`: ends the connection of a token. @throws OAuthRefusal, NotionRefusal */
export function revoke(body: unknown, authorization: string | null, connections: Connections): NotionJson {
  checkClient(authorization, connections);
  const asked = z.object({ token: z.string() }).safeParse(body);
  if (!asked.success) throw new OAuthRefusal(400, "invalid_request", "The body has no token.");
  connections.end(asked.data.token);
  return {};
}

function checkClient(authorization: string | null, { app }: Connections): void {
  const [scheme = "", credentials = ""] = (authorization ?? "").split(" ");
  if (scheme.toLowerCase() === "basic" && credentials === btoa(`${app.clientId}:${app.clientSecret}`)) return;
  throw new OAuthRefusal(401, "invalid_client", "Client authentication failed.");
}
