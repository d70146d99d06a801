/** Deliveries for unit tests, as `pipeline.begin_delivery` returns them. No function imports this. */
import type { EmailDelivery, SlackDelivery } from "./delivery.ts";

/** The variables of delivering that no test changes. */
export const environment = {
  SUPABASE_URL: "https://project.supabase.co",
  API_URL: undefined,
  INTEGRATION_ENCRYPTION_KEY: btoa("k".repeat(32)),
  INTEGRATION_ENCRYPTION_KEYS_OLD: undefined,
  RESEND_API_KEY: "re_test",
  RESEND_BASE_URL: undefined,
  RESEND_FROM_EMAIL: "YARNNN <noreply@mail.example.com>",
  SLACK_BASE_URL: undefined,
  SLACK_CLIENT_ID: undefined,
  SLACK_CLIENT_SECRET: undefined,
  GOOGLE_BASE_URL: undefined,
  GOOGLE_CLIENT_ID: undefined,
  GOOGLE_CLIENT_SECRET: undefined,
  NOTION_BASE_URL: undefined,
  NOTION_CLIENT_ID: undefined,
  NOTION_CLIENT_SECRET: undefined,
};

const shared = {
  id: "77777777-7777-4777-8777-777777777777",
  status: "waiting",
  provider_id: null,
  sent_before: null,
  sent_before_seconds: null,
  unsubscribe_token: "99999999-9999-4999-8999-999999999999",
  deliverable: { id: "55555555-5555-4555-8555-555555555555", title: "Launch digest" },
  version: {
    number: 4,
    content: "## Decisions\n\n- Maya: “We ship on Thursday” [1]\n- Bo agreed [2]",
    coverage: [{
      platform: "slack" as const,
      name: "#launch",
      synced_at: "2026-11-23T09:02:00+00:00",
      error: null,
    }],
    corrections: [],
    generated_at: "2026-11-23T22:30:00+00:00",
  },
  citations: [
    {
      number: 1,
      permalink: "https://acme.slack.com/archives/C1/p1",
      label: "#launch, Maya, 2026-11-23 08:00 UTC",
    },
    { number: 2, permalink: null, label: "#launch, Bo, 2026-11-23 08:05 UTC" },
  ],
  timezone: "Asia/Tokyo",
};

export function deliveryOf(parts: Partial<EmailDelivery> = {}): EmailDelivery {
  return { ...shared, channel: "email", target: "ana@example.com", ...parts };
}

export function slackDeliveryOf(parts: Partial<SlackDelivery> = {}): SlackDelivery {
  return {
    ...shared,
    channel: "slack",
    target: "C1",
    thread: false,
    thread_root: null,
    connection_id: "44444444-4444-4444-8444-444444444444",
    connection_status: "active",
    account_id: "T1",
    external_user_id: "UANN",
    ...parts,
  };
}
