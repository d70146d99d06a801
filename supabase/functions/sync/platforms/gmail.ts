/**
 * Gmail: labels as sources, mails as items. Opened by
 * `createGmailConnector({ client: createGoogleClient({ accessToken, egress, budget, signal, baseUrl }), account: { id:
 * connection.account_id, email } })`, where `account_id` is Google's `sub` and the email is in the connection's metadata.
 */
import type { Connector } from "./connector.ts";
import { createGmailApi } from "./gmail/gmail_api.ts";
import type { GmailAccount } from "./gmail/gmail_item.ts";
import { discoverLabels } from "./gmail/gmail_labels.ts";
import { importLabel } from "./gmail/import_history.ts";
import { syncMailbox } from "./gmail/sync_mailbox.ts";
import type { GoogleClient } from "./google/google_client.ts";

export interface GmailConnectorOptions {
  readonly client: GoogleClient;
  readonly account: GmailAccount;
  /** Mails of each label that one pass reads back; the rest of the window is the next pass's. */
  readonly mailsPerLabel?: number;
}

/** The seed's F1. */
const seedsMailsPerLabel = 200;

/** The unit is the whole `mailbox`, with all its selected labels: a mail is one item, however many of them it has. */
export function createGmailConnector(options: GmailConnectorOptions): Connector {
  const { client, account, mailsPerLabel = seedsMailsPerLabel } = options;
  const api = createGmailApi(client, account.id);
  return {
    discover: () => discoverLabels(api),
    sync: (unit, cursor, pass) => syncMailbox({ api, account, mailsPerLabel, pass }, unit, cursor),
    importHistory: (source, scope, cursor, pass, selected) =>
      importLabel({ api, account, pass, labels: selected }, source, scope, cursor),
  };
}
