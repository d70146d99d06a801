import { z } from "zod";
import type { Installations } from "./installations.ts";
import { type SlackAnswer, SlackRefusal } from "./slack_answer.ts";
import type { SlackRequest } from "./slack_request.ts";
import type { SlackTeam } from "./team.ts";

/** What the person in front of the consent page does. */
export interface Consent {
  /** False: they press Cancel. */
  approve: boolean;
  /** The team they install the app in. */
  team: SlackTeam;
  /** Key of who they are; the company's first person if left out. */
  person?: string;
}

const asking = z.object({
  client_id: z.string(),
  redirect_uri: z.url(),
  scope: z.string().min(1),
  state: z.string().optional(),
});

/**
 * `GET /slack/oauth/v2/authorize`: the consent page with the person already behind it. Redirects with `code`
 * and `state`, or with `error=access_denied`; a request that Slack would not show a page for gets 400.
 */
export function authorize(url: URL, installations: Installations, consent: Consent): Response {
  const asked = asking.safeParse(Object.fromEntries(url.searchParams));
  if (!asked.success) return new Response("invalid_request", { status: 400 });
  const { client_id: clientId, redirect_uri: redirectUri, scope, state } = asked.data;
  if (clientId !== installations.app.clientId) return new Response("invalid_client_id", { status: 400 });
  const target = new URL(redirectUri);
  if (consent.approve) {
    const { team, person } = consent;
    const { userId } = team.chat.member(person ?? team.company.people[0]?.key ?? team.botKey);
    const scopes = scope.split(/[ ,]+/).filter((one) => one !== "");
    target.searchParams.set("code", installations.grant({ team, scopes, userId, redirectUri }));
  } else {
    target.searchParams.set("error", "access_denied");
  }
  if (state !== undefined) target.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

const exchanging = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  code: z.string(),
  redirect_uri: z.string().optional(),
});

/** `oauth.v2.access`: exchanges a code for the bot token, the client named in the form or by HTTP Basic. */
export function access({ args, basic }: SlackRequest, installations: Installations): SlackAnswer {
  const asked = exchanging.safeParse(args);
  if (!asked.success) throw new SlackRefusal("invalid_arguments");
  const { installation: { team, token, scopes }, userId } = installations.exchange({
    clientId: basic?.clientId ?? asked.data.client_id,
    clientSecret: basic?.clientSecret ?? asked.data.client_secret,
    code: asked.data.code,
    ...(asked.data.redirect_uri !== undefined && { redirectUri: asked.data.redirect_uri }),
  });
  return {
    ok: true,
    access_token: token,
    token_type: "bot",
    scope: scopes.join(","),
    bot_user_id: team.bot.userId,
    app_id: installations.app.id,
    team: { id: team.id, name: team.name },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: userId },
  };
}
