/**
 * A database URL, with its password kept apart: a URL goes onto a command line, which every user of the machine can
 * read, a password into the environment.
 */
export interface DatabaseAddress {
  /** Without the password. */
  readonly url: string;
  readonly password?: string;
}

/** Reads a URL; undefined when there is none or it is none, the latter with a complaint. */
export function readDatabaseAddress(
  value: string | undefined,
  complaints: string[],
): DatabaseAddress | undefined {
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !/^postgres(?:ql)?:$/.test(new URL(value).protocol)) {
    complaints.push("DEPLOY_DATABASE_URL is not a postgresql:// URL.");
    return undefined;
  }
  const url = new URL(value);
  const password = decodeURIComponent(url.password);
  url.password = "";
  return password === "" ? { url: url.href } : { url: url.href, password };
}
