/** F3: writes deliverables from synced content and delivers them. */
import { serveWorker } from "@shared/work/worker.ts";
import { deliverVersion, emailVariables } from "./deliver_version.ts";
import { generateDeliverable, modelVariables } from "./generate_deliverable.ts";

serveWorker({
  name: "execute-deliverable",
  variables: [...modelVariables, ...emailVariables],
  baseUrls: ["ANTHROPIC_BASE_URL", "RESEND_BASE_URL"],
  handlers: (context) => ({
    generate_deliverable: generateDeliverable(context),
    deliver_version: deliverVersion(context),
  }),
});
