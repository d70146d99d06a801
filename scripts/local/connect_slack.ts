/** Connects a person's Slack as the OAuth callback does: the token is sealed here and stored by `pipeline.connect`. */
import { sealToken } from "@shared/connections/tokens.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { Installation } from "./workplace/slack/installations.ts";

export interface SlackToConnect {
  readonly userId: string;
  readonly installation: Installation;
  /** INTEGRATION_ENCRYPTION_KEY of the functions. */
  readonly encryptionKey: string;
}

/** Returns the connection's id. Connecting the same team again keeps its content. */
export async function connectSlack(database: PipelineDatabase, slack: SlackToConnect): Promise<string> {
  const { userId, installation } = slack;
  const { team, token, scopes } = installation;
  return await database.call("connect", {
    p_user: userId,
    p_provider: "slack",
    p_account_id: team.id,
    p_account_name: team.name,
    p_scopes: [...scopes],
    p_metadata: {
      team_url: `https://${team.domain}.slack.com`,
      bot_user_id: team.bot.userId,
      authed_user_id: team.chat.member(team.company.people[0]?.key ?? "").userId,
    },
    p_access_token: await sealToken(
      await createKeyRing(slack.encryptionKey),
      token,
      userId,
      "slack",
      "access_token",
    ),
  });
}
