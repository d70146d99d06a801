/** Whether a request comes from the project's own servers: it carries one of the project's secret keys. */
import { equalInConstantTime } from "../crypto/constant_time.ts";
import { bearerToken } from "./user.ts";

/**
 * Looks for a secret key in `apikey` or as bearer token. Every key is compared, each in constant time, so that neither
 * a match nor its place can be measured.
 */
export async function hasServiceKey(
  request: Request,
  secretKeys: Readonly<Record<string, string>>,
): Promise<boolean> {
  const given = [request.headers.get("apikey"), bearerToken(request)]
    .filter((key): key is string => typeof key === "string" && key !== "" && key.length <= 4_096);
  const equal = await Promise.all(
    given.flatMap((key) => Object.values(secretKeys).map((secret) => equalInConstantTime(key, secret))),
  );
  return equal.includes(true);
}
