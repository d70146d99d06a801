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
const SLACK_HOST = "slack.com";

/** Starts an emulator for each provider that the operator has no key for. */
export async function startProviders(options: ProviderOptions = {}): Promise<Providers> {
  const operator = options.operator ?? {};
  const variables = passedOn(operator);
  const hosts = baseUrlHosts(variables);
  const started = new AsyncDisposableStack();
  try {
    const [mail, model, workplace] = await Promise.all([
      operator.RESEND_API_KEY ? undefined : startMail(options.mail).then((server) => started.use(server)),
      operator.ANTHROPIC_API_KEY
        ? undefined
        : startModel({ answer: write, ...options.model }).then((server) => started.use(server)),
      operator.SLACK_CLIENT_ID || operator.SLACK_BASE_URL
        ? undefined
        : startWorkplace(options.workplace).then((server) => started.use(server)),
    ]);
    if (mail) {
      Object.assign(variables, { RESEND_API_KEY: mail.apiKey, RESEND_BASE_URL: mail.url });
      variables.RESEND_FROM_EMAIL = mail.sender;
    } else hosts.push(RESEND_HOST);
    if (model) Object.assign(variables, { ANTHROPIC_API_KEY: model.apiKey, ANTHROPIC_BASE_URL: model.url });
    else hosts.push(ANTHROPIC_HOST);
    if (workplace) variables.SLACK_BASE_URL = workplace.url + "/slack";
    else hosts.push(SLACK_HOST);
    return { mail, model, workplace, variables, hosts, close: () => started.disposeAsync() };
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
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
