import type { Person } from "../world/company.ts";
import type { GoogleDomain } from "./domain.ts";
import type { Mailbox } from "./mailbox.ts";

/** A person's Google account. */
export interface GoogleAccount {
  /** Google's stable number of the account; two domains of one seed differ in it and in nothing else. */
  sub: string;
  email: string;
  person: Person;
  domain: GoogleDomain;
  mailbox: Mailbox;
}
