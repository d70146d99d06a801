import { type ErrorResponse, Resend, type Response as ResendAnswer } from "resend";
import { z } from "zod";
import type { Egress } from "../http/egress.ts";

/**
 * Resend's SDK, sent through an egress. The SDK calls the global `fetch` in this one method, which is public and typed;
 * its own version of it also turns every connection failure into an answer without a status, which hides whether the
 * mail may have been taken. Here such failures are thrown.
 */
export class ResendClient extends Resend {
  constructor(apiKey: string, private readonly connection: ResendConnection) {
    super(apiKey, { baseUrl: connection.baseUrl ?? "https://api.resend.com" });
  }

  override async fetchRequest<T>(path: string, options: RequestInit = {}): Promise<ResendAnswer<T>> {
    const { egress, signal } = this.connection;
    const answer = await egress(`${this.baseUrl}${path}`, { ...options, signal });
    const headers = Object.fromEntries(answer.headers.entries());
    const body = await answer.text();
    if (answer.ok) return { data: JSON.parse(body), error: null, headers };
    return { data: null, error: readError(body, answer.status), headers };
  }
}

export interface ResendConnection {
  readonly egress: Egress;
  /** Replaces https://api.resend.com, without a slash at its end. */
  readonly baseUrl?: string;
  readonly signal?: AbortSignal;
}

// The name decides what happens next, so an unknown one must not be lost; the SDK's type lists those of today.
const errorBody = z.object({
  name: z.custom<ErrorResponse["name"]>((name) => typeof name === "string" && /^[a-z_]{1,60}$/.test(name)),
  message: z.string(),
});

function readError(body: string, status: number): ErrorResponse {
  try {
    const parsed = errorBody.safeParse(JSON.parse(body));
    if (parsed.success) return { ...parsed.data, statusCode: status };
  } catch { /* a proxy's HTML page, or half an answer: the status says enough */ }
  return { name: "application_error", message: "", statusCode: status };
}
