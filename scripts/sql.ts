/** `deno task sql "select …"`: asks the database of the running stack, through its lock. */
import { readRunFile } from "./local/run_file.ts";
import { SQL_PATH, SqlAnswer } from "./local/sql_console.ts";
import { textTable } from "./local/text_table.ts";

const NO_STACK =
  `No stack is running here. Start one with "deno task dev" in another terminal, then ask again.`;

if (import.meta.main) Deno.exit(await ask(Deno.args.join(" ").trim()));

async function ask(sql: string): Promise<number> {
  if (sql === "") return complain(`Usage: deno task sql "select …"`);
  const running = await readRunFile();
  if (!running) return complain(NO_STACK);
  let answer: Response;
  try {
    answer = await fetch(running.url + SQL_PATH, {
      method: "POST",
      headers: { apikey: running.secretKey, "content-type": "application/json" },
      body: JSON.stringify({ sql }),
    });
  } catch {
    return complain(NO_STACK);
  }
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) {
    const { message, detail, hint } = Object(body);
    return complain(
      [message ?? `The stack answered ${answer.status}`, detail, hint && `Hint: ${hint}`].filter(Boolean)
        .join("\n"),
    );
  }
  const { results } = SqlAnswer.parse(body);
  write(Deno.stdout, results.map(textTable).join("\n\n"));
  return 0;
}

function complain(text: string): number {
  write(Deno.stderr, text);
  return 1;
}

function write(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(`${text}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(to.writeSync(bytes));
}
