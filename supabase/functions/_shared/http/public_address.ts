/** Where people and their mail clients reach our functions from outside. */

/** The function `api` as browsers reach it, without a slash at its end. */
export function apiAddress(
  { API_URL, SUPABASE_URL }: { readonly API_URL?: string | undefined; readonly SUPABASE_URL: string },
): string {
  return API_URL ?? `${SUPABASE_URL}/functions/v1/api`;
}
