import { z } from "zod";
import { flag, type SlackMethod, slackMethod } from "./slack_method.ts";

const test = slackMethod(z.object({}), ({ installation: { team } }) => ({
  ok: true,
  url: `https://${team.domain}.slack.example/`,
  team: team.name,
  team_id: team.id,
  user: team.bot.key,
  user_id: team.bot.userId,
  bot_id: team.bot.bot?.id,
  is_enterprise_install: false,
}));

const revoke = slackMethod(z.object({ test: flag }), (call, { test: dryRun = false }) => {
  if (!dryRun) call.revoke();
  return { ok: true, revoked: !dryRun };
});

export const AUTH_METHODS: Readonly<Record<string, SlackMethod>> = {
  "auth.revoke": revoke,
  "auth.test": test,
};
