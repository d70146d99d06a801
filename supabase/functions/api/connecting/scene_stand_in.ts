/** The application before a browser, a frontend and providers, for unit tests. No function imports it. */
import type { SignedInUser } from "@shared/auth/user.ts";
import type { RpcAnswers } from "@shared/db/rpc_stand_in.ts";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

export const ann = { id: "3c9a1c1e-6a0b-4d3e-8f57-0a3f3f6d1b11", admin: false };
export const connectionId = "6e1fd0de-2c0e-4ad9-8a36-4a1b8c1d9c10";
export const apps = {
  SLACK_CLIENT_ID: "slack-id",
  SLACK_CLIENT_SECRET: "slack-secret",
  GOOGLE_CLIENT_ID: "google-id",
  GOOGLE_CLIENT_SECRET: "google-secret",
  NOTION_CLIENT_ID: "notion-id",
  NOTION_CLIENT_SECRET: "notion-secret",
};

export interface Sent {
  readonly url: string;
  readonly body: string;
  readonly headers: Headers;
}

/** The application with one open state at most, and providers that answer by the path that is asked. */
export function connectingScene(options: {
  variables?: Record<string, string>;
  answers?: RpcAnswers;
  people?: Record<string, SignedInUser>;
  provider?: (path: string, sent: Sent) => Response | undefined;
} = {}) {
  const states = new Map<string, { provider: string; redirect_to: string }>();
  const sent: Sent[] = [];
  const context = contextStandIn({
    people: { ann, ...options.people },
    variables: options.variables ?? apps,
    answers: {
      open_oauth_state: ({ p_state_hash, p_provider, p_redirect_to }) => {
        states.set(p_state_hash, { provider: p_provider, redirect_to: p_redirect_to });
        return "2026-11-05T10:10:00+00:00";
      },
      take_oauth_state: ({ p_state_hash, p_provider }) => {
        const state = states.get(p_state_hash);
        if (state?.provider !== p_provider) return [];
        states.delete(p_state_hash);
        return [{ user_id: ann.id, redirect_to: state.redirect_to, expired: false }];
      },
      tokens_of: () => null,
      connect: () => connectionId,
      sync_now: () => [{ ticket_id: 1, joined: false }],
      ...options.answers,
    },
    transport: (input, init) => {
      const { body } = init ?? {};
      const one = {
        url: String(input),
        body: typeof body === "string" ? body : "",
        headers: new Headers(init?.headers),
      };
      sent.push(one);
      const answer = options.provider?.(new URL(one.url).pathname, one);
      return answer === undefined ? Promise.reject(new TypeError("reset")) : Promise.resolve(answer);
    },
  });
  const app = createApp(context);
  const authorization = { authorization: "Bearer ann" };
  return {
    ...context,
    app,
    sent,
    ask: (path: string, init: RequestInit = {}) =>
      app.request(`/api${path}`, { ...init, headers: authorization }),
    async begin(provider: string): Promise<URL> {
      const answer = await this.ask(`/integrations/${provider}/authorize`);
      const { authorization_url } = await answer.json();
      return new URL(authorization_url);
    },
    async come(provider: string, query: Record<string, string>, method = "GET") {
      const path = `/api/integrations/${provider}/callback?${new URLSearchParams(query)}`;
      const answer = await app.request(path, { method });
      const location = answer.headers.get("location");
      await answer.body?.cancel();
      return { status: answer.status, landed: location === null ? {} : landed(location), location };
    },
    /** What the frontend does when it is asked to confirm. */
    async confirm(provider: string, { confirmation }: { readonly [name: string]: string }) {
      const answer = await app.request(`/api/integrations/${provider}/confirm`, {
        method: "POST",
        headers: { ...authorization, "content-type": "application/json" },
        body: JSON.stringify({ confirmation }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    /** The whole way. */
    async connect(provider: string, code = "c") {
      const state = (await this.begin(provider)).searchParams.get("state") ?? "";
      const { landed } = await this.come(provider, { code, state });
      return await this.confirm(provider, landed);
    },
  };
}

const landed = (location: string) => Object.fromEntries(new URL(location).searchParams);
