/**
 * The part of Supabase's Management API that the official CLI has no command for.
 * https://api.supabase.com/api/v1
 */
import type { HostedProject } from "./settings.ts";
import { StepFailed } from "./step.ts";

export interface ManagementApi {
  /** @param path below the project, as in `/postgrest` @throws {StepFailed} when the answer is no success */
  request(method: "GET" | "PATCH" | "POST", path: string, body?: unknown): Promise<unknown>;
}

export function managementApi({ ref, accessToken, platform }: HostedProject): ManagementApi {
  return {
    async request(method, path, body) {
      const url = `${platform.managementUrl}/v1/projects/${ref}${path}`;
      let response: Response;
      let text: string;
      try {
        response = await fetch(url, {
          method,
          headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
          body: body === undefined ? undefined : JSON.stringify(body),
          // A token that follows a redirect is a token given away.
          redirect: "error",
          signal: AbortSignal.timeout(60_000),
        });
        text = await response.text();
      } catch (error) {
        throw new StepFailed(
          `${method} ${url} got no answer: ${error instanceof Error ? error.message : error}`,
        );
      }
      if (!response.ok) {
        throw new StepFailed(`${method} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
      }
      try {
        return text === "" ? undefined : JSON.parse(text);
      } catch {
        throw new StepFailed(
          `${method} ${url} answered with something that is no JSON: ${text.slice(0, 200)}`,
        );
      }
    },
  };
}
