import { VARIABLES } from "@shared/http/environment.ts";
import { type MailOptions, type MailServer, startMail } from "./emulators/mail.ts";
import { type ModelOptions, type ModelServer, startModel } from "./emulators/model.ts";
import { write } from "./emulators/writer.ts";
import { startWorkplace, type Workplace, type WorkplaceOptions } from "./workplace/workplace.ts";

/** Variables by name, as the operator set them. */
export type OperatorVariables = Readonly<Record<string, string>>;

export interface ProviderOptions {
  /** A provider whose key is in here is used for real. Tests leave it out and never reach one. */
  readonly operator?: OperatorVariables;
  readonly mail?: MailOptions;
  readonly model?: Partial<ModelOptions>;
  readonly workplace?: WorkplaceOptions;
}

export interface Providers {
  /** Undefined where the real provider is used. */
  readonly mail?: MailServer;
  readonly model?: ModelServer;
  readonly workplace?: Workplace;
  /** What the functions are told of them. */
  readonly variables: Record<string, string>;
  /** Hosts outside this machine that the functions may reach. */
  readonly hosts: readonly string[];
  close(): Promise<void>;
}

/** The providers' own hosts. */
const ANTHROPIC_HOST = "api.anthropic.com";
const RESEND_HOST = "api.resend.com";
const PLATFORM_HOSTS = {
  SLACK: ["slack.com"],
  GOOGLE: [
    "gmail.googleapis.com",
    "oauth2.googleapis.com",
    "openidconnect.googleapis.com",
    "www.googleapis.com",
  ],
  NOTION: ["api.notion.com"],
} as const;
type PlatformPrefix = keyof typeof PLATFORM_HOSTS;

/** Starts an emulator for each provider that the operator has no key for. */
export async function startProviders(options: ProviderOptions = {}): Promise<Providers> {
  const operator = options.operator ?? {};
  const variables = passedOn(operator);
  const hosts = baseUrlHosts(variables);
  const real = (prefix: PlatformPrefix) =>
    Boolean(operator[`${prefix}_CLIENT_ID`] || operator[`${prefix}_BASE_URL`]);
  const started = new AsyncDisposableStack();
  try {
    const [mail, model, workplace] = await Promise.all([
      operator.RESEND_API_KEY ? undefined : startMail(options.mail).then((server) => started.use(server)),
      operator.ANTHROPIC_API_KEY
        ? undefined
        : startModel({ answer: write, ...options.model }).then((server) => started.use(server)),
      real("SLACK") && real("GOOGLE") && real("NOTION")
        ? undefined
        : startWorkplace(options.workplace).then((server) => started.use(server)),
    ]);
    if (mail) {
      Object.assign(variables, { RESEND_API_KEY: mail.apiKey, RESEND_BASE_URL: mail.url });
      variables.RESEND_FROM_EMAIL = mail.sender;
    } else hosts.push(RESEND_HOST);
    if (model) Object.assign(variables, { ANTHROPIC_API_KEY: model.apiKey, ANTHROPIC_BASE_URL: model.url });
    else hosts.push(ANTHROPIC_HOST);
    for (const prefix of ["SLACK", "GOOGLE", "NOTION"] as const) {
      if (real(prefix) || workplace === undefined) hosts.push(...PLATFORM_HOSTS[prefix]);
      else Object.assign(variables, simulated(workplace)[prefix]);
    }
    return { mail, model, workplace, variables, hosts, close: () => started.disposeAsync() };
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

/** Where the workplace plays a platform, and as which app the functions are known there. */
function simulated(workplace: Workplace): Record<PlatformPrefix, Record<string, string>> {
  const { slack, google, notion } = workplace;
  return {
    SLACK: {
      SLACK_BASE_URL: `${workplace.url}/slack`,
      SLACK_CLIENT_ID: slack.installations.app.clientId,
      SLACK_CLIENT_SECRET: slack.installations.app.clientSecret,
      SLACK_SIGNING_SECRET: slack.installations.app.signingSecret,
    },
    GOOGLE: {
      GOOGLE_BASE_URL: workplace.googleUrl,
      GOOGLE_CLIENT_ID: google.grants.client.clientId,
      GOOGLE_CLIENT_SECRET: google.grants.client.clientSecret,
    },
    NOTION: {
      NOTION_BASE_URL: workplace.notionApiUrl,
      NOTION_CLIENT_ID: notion.connections.app.clientId,
      NOTION_CLIENT_SECRET: notion.connections.app.clientSecret,
    },
  };
}

/** The operator's values of variables that the functions know and that are not the stack's own to set. */
function passedOn(operator: OperatorVariables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(operator).filter(([name, value]) =>
      name in VARIABLES && !name.startsWith("SUPABASE_") && value !== ""
    ),
  );
}

function baseUrlHosts(variables: Record<string, string>): string[] {
  return Object.entries(variables).filter(([name]) => name.endsWith("_BASE_URL")).map(([, url]) =>
    new URL(url).host
  );
}
