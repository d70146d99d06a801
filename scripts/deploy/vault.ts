/**
 * The Vault's two secrets: where the functions are, and the secret that signs wake-ups. They come last, since with
 * them the database begins to wake functions.
 *
 * `supabase db push` writes the `[db.vault]` of config.toml too, but only when it has a migration to apply, so a changed
 * secret would never arrive, and before the migrations, so that it fails where nothing created the Vault yet.
 */
import { z } from "zod";
import type { DatabaseConsole } from "./database_console.ts";
import { StepFailed } from "./step.ts";

const found = z.array(z.object({ id: z.uuid(), same: z.boolean() })).max(1);

/** Writes a secret if it is not there yet or another. Returns what was done. @throws {StepFailed} */
export async function keepInVault(
  database: DatabaseConsole,
  name: string,
  value: string,
): Promise<"created" | "changed" | "unchanged"> {
  const answer = found.safeParse(
    await database.query(
      "select s.id, s.decrypted_secret = $2 as same from vault.decrypted_secrets s where s.name = $1",
      [name, value],
    ),
  );
  if (!answer.success) {
    throw new StepFailed(`The Vault answered in an unknown form when asked for "${name}".`);
  }
  const [secret] = answer.data;
  if (secret?.same === true) return "unchanged";
  if (secret === undefined) {
    await database.query("select vault.create_secret($1, $2)", [value, name]);
    return "created";
  }
  await database.query("select vault.update_secret($1, $2)", [secret.id, value]);
  return "changed";
}
