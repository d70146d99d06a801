import { PostgresUnavailable } from "./installation.ts";

/** The given port if it is free on 127.0.0.1, or a free one. */
export function choosePort(wanted: number | undefined): number {
  try {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: wanted ?? 0 });
    const { port } = listener.addr;
    listener.close();
    return port;
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new PostgresUnavailable(
      `Port ${wanted} is taken by another program. Nothing was started. Give another one with --port, or none at all ` +
        "to get a free one.",
    );
  }
}
