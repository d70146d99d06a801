/**
 * Every step, the migrations too, on a real Postgres 17. Needs an empty one, so it runs only when asked to:
 *
 *   deno task postgres run --auth-stub -- bash -c 'DEPLOY_TEST_DATABASE_URL=$DATABASE_URL deno test -A --no-lock scripts/deploy'
 */
import assert from "node:assert/strict";
import postgres from "postgres";
import { deploymentSteps } from "./deployment.ts";
import { readSettings } from "./settings.ts";
import { HostedPlatform, REF, TOKEN } from "./stand_ins/hosted_platform.ts";
import { copyProject } from "./stand_ins/project_copy.ts";
import { runSteps } from "./step.ts";

const databaseUrl = Deno.env.get("DEPLOY_TEST_DATABASE_URL");

Deno.test({
  name:
    "on a real Postgres every step succeeds, twice, and the deployed function believes the database's wake-ups only",
  ignore: databaseUrl === undefined,
  async fn() {
    await using project = await copyProject();
    await using platform = new HostedPlatform();
    const variables: Record<string, string> = {
      SUPABASE_PROJECT_REF: REF,
      SUPABASE_ACCESS_TOKEN: TOKEN,
      WAKE_UP_SECRET: "first-wake-up-secret",
      INTEGRATION_ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
      ANTHROPIC_API_KEY: "sk-ant-none",
      RESEND_API_KEY: "re_none",
      RESEND_FROM_EMAIL: "Digest <digest@example.com>",
      DEPLOY_FUNCTIONS_URL: platform.functionsUrl,
      DEPLOY_DATABASE_URL: databaseUrl ?? "",
    };
    const sql = postgres(databaseUrl ?? "", { max: 1, onnotice: () => {} });
    try {
      for (const secret of ["first-wake-up-secret", "first-wake-up-secret", "second-wake-up-secret"]) {
        const read = await readSettings(
          project.workdir,
          (name) => name === "WAKE_UP_SECRET" ? secret : variables[name],
          await platform.platform(),
        );
        assert.ok(read.ok);
        const lines: string[] = [];
        const done = await runSteps(
          deploymentSteps(read.settings),
          (text) => text,
          (line) => lines.push(line),
        );
        assert.ok(done, lines.join("\n"));
        assert.deepEqual(
          [...await sql`select name, decrypted_secret from vault.decrypted_secrets order by name`],
          [
            { name: "functions_url", decrypted_secret: platform.functionsUrl },
            { name: "wake_up_secret", decrypted_secret: secret },
          ],
        );
      }
      await sql`select pipeline.wake_function('sync', false)`;
      // The newest: cron may have posted some with an older secret.
      const [wakeUp] = await sql`
        select url, headers, convert_from(body, 'UTF8') as body from net.http_request_queue
         where url like '%/sync' order by id desc limit 1`;
      assert.equal(wakeUp?.url, `${platform.functionsUrl}/sync`);
      const send = (body: string) => fetch(wakeUp?.url, { method: "POST", headers: wakeUp?.headers, body });
      const forged = await send('{"wake_up":"00000000-0000-4000-8000-000000000000"}');
      assert.deepEqual([forged.status, (await forged.json()).code], [401, "wake_up_signature_wrong"]);
      const genuine = await send(wakeUp?.body);
      // Behind the signature stands no database in this test, so the claim may fail; the caller was believed.
      assert.notEqual(genuine.status, 401, await genuine.text());
    } finally {
      await sql.end();
    }
  },
});
