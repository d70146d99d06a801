/**
 * The steps of `deno task deploy`, in the order in which each finds what it needs: the database before its callers,
 * the functions before whoever wakes them.
 */
import { join } from "node:path";
import { EXPOSED_SCHEMAS, exposeSchemas } from "./data_api.ts";
import { consoleOfDatabase, consoleOfProject, type DatabaseConsole } from "./database_console.ts";
import { appendToDotenv } from "./dotenv_file.ts";
import { setFunctionSecrets } from "./function_secrets.ts";
import { expectRefusal, type LiveCheckOptions } from "./live_check.ts";
import { managementApi } from "./management_api.ts";
import { officialCli } from "./official_cli.ts";
import { type HostedProject, type Settings } from "./settings.ts";
import { type Step, StepFailed } from "./step.ts";
import { keepInVault } from "./vault.ts";

export function deploymentSteps(settings: Settings, check: LiveCheckOptions = {}): Step[] {
  const { hosted } = settings;
  const steps: Step[] = [];
  if (settings.wakeUpSecretIsNew) steps.push(keepWakeUpSecret(settings));
  if (hosted !== undefined) steps.push(link(settings, hosted));
  steps.push(migrations(settings, hosted));
  if (hosted !== undefined) steps.push(...hostedSteps(settings, hosted));
  steps.push(vault(settings, hosted));
  if (hosted !== undefined) steps.push(liveCheck(settings, check));
  return steps;
}

function keepWakeUpSecret({ workdir, wakeUpSecret }: Settings): Step {
  return {
    title: "wake-up secret",
    plan: "make WAKE_UP_SECRET and keep it in .env",
    async run() {
      await appendToDotenv(join(workdir, ".env"), "WAKE_UP_SECRET", wakeUpSecret);
      return "made; it stands in .env, which must stay private";
    },
  };
}

function link(settings: Settings, { ref }: HostedProject): Step {
  return {
    title: "link",
    plan: `link this folder to project ${ref}`,
    async run() {
      await officialCli(settings)(["link", ref]);
      return "linked";
    },
  };
}

function migrations(settings: Settings, hosted: HostedProject | undefined): Step {
  const target = settings.database?.url ?? hosted?.ref;
  return {
    title: "migrations",
    plan: `apply what is new in supabase/migrations to ${target}`,
    async run() {
      // Without a value the CLI takes the linked project, and with it the database's password.
      const remote = settings.database === undefined ? "--remote" : `--remote=${settings.database.url}`;
      await officialCli(settings)(["db", "push", remote, "--skip-vault", "--yes"]);
      return "the database is up to date";
    },
  };
}

function hostedSteps(settings: Settings, hosted: HostedProject): Step[] {
  const cli = officialCli(settings);
  return [{
    title: "data API",
    plan: `have PostgREST serve ${EXPOSED_SCHEMAS.join(" and ")} ("pipeline" lets only service_role in)`,
    run: () => exposeSchemas(managementApi(hosted)),
  }, {
    title: "function secrets",
    plan: `set ${[...settings.functionSecrets.keys()].join(", ")}`,
    run: () => setFunctionSecrets(cli, hosted.ref, settings.functionSecrets),
  }, {
    title: "functions",
    plan: `deploy ${settings.functionNames.join(", ")}`,
    async run() {
      for (const name of settings.functionNames) {
        await cli(["functions", "deploy", name, "--use-api", `--remote=${hosted.ref}`, "--yes"]);
      }
      return `deployed ${settings.functionNames.length}`;
    },
  }];
}

function vault(settings: Settings, hosted: HostedProject | undefined): Step {
  return {
    title: "vault",
    plan:
      `keep functions_url (${settings.functionsUrl}) and wake_up_secret in the Vault; from now on the database wakes functions`,
    async run() {
      const database = databaseConsole(settings, hosted);
      try {
        const url = await keepInVault(database, "functions_url", settings.functionsUrl);
        const secret = await keepInVault(database, "wake_up_secret", settings.wakeUpSecret);
        return `functions_url ${url}, wake_up_secret ${secret}`;
      } finally {
        await database.close();
      }
    },
  };
}

function databaseConsole({ database }: Settings, hosted: HostedProject | undefined): DatabaseConsole {
  if (database !== undefined) return consoleOfDatabase(database);
  if (hosted !== undefined) return consoleOfProject(managementApi(hosted));
  throw new StepFailed("There is no way to the database: neither a project nor a URL is known.");
}

function liveCheck({ functionsUrl, functionNames }: Settings, check: LiveCheckOptions): Step {
  return {
    title: "check",
    plan: "see every function refuse an unsigned request",
    async run() {
      for (const name of functionNames) await expectRefusal(functionsUrl, name, check);
      return `${functionNames.join(", ")}: 401 to a stranger, as it must be`;
    },
  };
}
