/** What the routes are made of. Everything that waits or reads a clock comes in here, so that tests bring their own. */
import type { VerifyUser } from "@shared/auth/user.ts";
import type { KeyRing } from "@shared/crypto/key_ring.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { Egress } from "@shared/http/egress.ts";
import type { Environment, VariableName } from "@shared/http/environment.ts";
import type { Log } from "@shared/http/log.ts";
import type { OwnRows } from "./own_rows.ts";

export const VARIABLES = [
  "SUPABASE_URL",
  "SUPABASE_SECRET_KEYS",
  "SUPABASE_PUBLISHABLE_KEYS",
  "SUPABASE_JWT_SECRET",
  "JWT_ISSUER",
  "FRONTEND_URL",
  "ALLOWED_ORIGINS",
  "ALLOWED_REDIRECTS",
  "API_URL",
  "INTEGRATION_ENCRYPTION_KEY",
  "INTEGRATION_ENCRYPTION_KEYS_OLD",
  "SLACK_BASE_URL",
  "SLACK_CLIENT_ID",
  "SLACK_CLIENT_SECRET",
  "SLACK_SIGNING_SECRET",
  "GOOGLE_BASE_URL",
  "GOOGLE_CLIENT_ID",
  "GOOGLE_CLIENT_SECRET",
  "NOTION_BASE_URL",
  "NOTION_CLIENT_ID",
  "NOTION_CLIENT_SECRET",
  "RESEND_WEBHOOK_SECRET",
  "LOG_LEVEL",
] as const satisfies readonly VariableName[];

export type ApiEnvironment = Environment<(typeof VARIABLES)[number]>;

export interface ApiContext {
  readonly environment: ApiEnvironment;
  /** The schema `pipeline` with the service's rights: each route passes on whose rows it means. */
  readonly database: PipelineDatabase;
  /** What a person may read of the schema `public`, with the rights of the token that they sent. */
  readonly ownRows: OwnRows;
  /** To the platforms. */
  readonly egress: Egress;
  readonly verifyUser: VerifyUser;
  /** The keys that seal tokens; read at the first need. @throws {PipelineError} `encryption_key_invalid` */
  readonly keyRing: () => Promise<KeyRing>;
  readonly log: Log;
  readonly now: () => Date;
  /** Lets work go on after the answer. */
  readonly background: (work: Promise<unknown>) => void;
}
