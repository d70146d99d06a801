/**
 * Between the provider's consent page and the connection stands the person's own frontend. A consent may come from
 * another browser than the one that asked for it: somebody sends their consent page to a stranger, who allows what it
 * asks, and the stranger's account would be connected to the sender. So the callback only hands the browser a
 * confirmation, and the code is exchanged when the person who began sends it, signed in.
 */
import { z } from "zod";
import type { Provider } from "@shared/connections/tokens.ts";
import { open, seal } from "@shared/crypto/envelope.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { hashOfState, looksLikeState, newState } from "./oauth_state.ts";

/** What a provider's consent page sent along. */
export interface Consented {
  readonly code: string;
  readonly state: string;
}

const consented = z.object({ code: z.string().min(1), state: z.string().min(1) });

const bindingOf = (userId: string, provider: Provider) => ({
  purpose: "oauth_state" as const,
  userId,
  provider,
  field: "consent",
});

/** A text for the browser, good for ten minutes and one use; nobody reads the code in it. */
export async function newConfirmation(
  { database, keyRing }: ApiContext,
  begun: { readonly userId: string; readonly provider: Provider; readonly landing: string },
  consent: Consented,
): Promise<string> {
  const { userId, provider, landing } = begun;
  const secret = newState();
  const sealed = await seal(await keyRing(), JSON.stringify(consent), bindingOf(userId, provider));
  await database.call("open_oauth_state", {
    p_user: userId,
    p_provider: provider,
    p_state_hash: await hashOfConfirmation(secret),
    p_redirect_to: landing,
  });
  return `${secret}.${sealed}`;
}

/**
 * Takes a confirmation from the person who sends it. It is used up, whoever sends it: what another one allowed is then
 * never exchanged.
 *
 * @throws {PipelineError} `state_unknown`, `state_expired`, `begun_by_another_person`
 */
export async function takeConfirmation(
  { database, keyRing }: ApiContext,
  userId: string,
  provider: Provider,
  confirmation: string,
): Promise<Consented> {
  const at = confirmation.indexOf(".");
  const [secret, sealed] = [confirmation.slice(0, Math.max(at, 0)), confirmation.slice(at + 1)];
  const [taken] = looksLikeState(secret)
    ? await database.call("take_oauth_state", {
      p_state_hash: await hashOfConfirmation(secret),
      p_provider: provider,
    })
    : [];
  if (taken === undefined) throw new PipelineError(unknownState);
  if (taken.user_id !== userId) throw new PipelineError(begunByAnother);
  if (taken.expired) throw new PipelineError(expiredState);
  const opened = await open(await keyRing(), sealed, bindingOf(userId, provider));
  if (!opened.ok) throw new PipelineError(unknownState);
  return consented.parse(JSON.parse(opened.plaintext));
}

/** Not the hash of a state: neither can stand in for the other. */
const hashOfConfirmation = (secret: string) => hashOfState(`confirmation.${secret}`);

const again = "Nothing was connected. Start again from the product.";

export const unknownState = {
  code: "state_unknown",
  message: `This way back was used before, or was never given. ${again}`,
  status: 400,
};

export const expiredState = {
  code: "state_expired",
  message: `More than ten minutes went by. ${again}`,
  status: 400,
};

const begunByAnother = {
  code: "begun_by_another_person",
  message: "Somebody else began to connect this. Nothing was connected, and what was allowed is not used.",
  hint: "Begin with GET /integrations/{provider}/authorize as the person who is signed in.",
  status: 403,
};
