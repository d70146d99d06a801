/** F3: writes deliverables from synced content and delivers them. */
import { serveWorker } from "@shared/work/worker.ts";
import { backtestDeliverable } from "./backtest_deliverable.ts";
import { deliverVersion, deliveryVariables } from "./delivery/deliver_version.ts";
import { generateDeliverable } from "./generate_deliverable.ts";
import { modelVariables } from "./run_context.ts";

serveWorker({
  name: "execute-deliverable",
  variables: [...modelVariables, ...deliveryVariables],
  baseUrls: ["ANTHROPIC_BASE_URL", "RESEND_BASE_URL", "SLACK_BASE_URL"],
  handlers: (context) => ({
    generate_deliverable: generateDeliverable(context),
    backtest_deliverable: backtestDeliverable(context),
    deliver_version: deliverVersion(context),
  }),
});
