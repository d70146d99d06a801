import type { Database } from "./database/database.ts";

/** Writes the secret under its name, or its new value if the name is taken. Nothing happens where there is no Vault. */
export async function writeVaultSecret(database: Database, name: string, value: string): Promise<void> {
  const [vault] = await database.query<{ there: boolean }>(
    "select to_regclass('vault.secrets') is not null as there",
  );
  if (!vault?.there) return;
  const [known] = await database.query<{ id: string }>("select id from vault.secrets where name = $1", [
    name,
  ]);
  if (known) await database.query("select vault.update_secret($1, $2)", [known.id, value]);
  else await database.query("select vault.create_secret($1, $2)", [value, name]);
}
