import { prepareChroot } from "./chroot.ts";
import { adviceWithoutRoot, prepareHost } from "./host.ts";
import type { Installation } from "./installation.ts";
import { say } from "./say.ts";

/**
 * A Postgres 17 with our extensions: the machine's own if it has all of it, else one in a chroot (Debian, root).
 * Does nothing when it is already there.
 *
 * @throws {PostgresUnavailable} when neither is possible, with what to do
 */
export async function prepare(): Promise<Installation> {
  const host = await prepareHost();
  if (!("reason" in host)) return host;
  if (Deno.uid() !== 0) throw adviceWithoutRoot(host.reason);
  if (!host.reason.startsWith("this machine has no")) say(`postgres: ${host.reason}; using a chroot instead`);
  return await prepareChroot();
}
