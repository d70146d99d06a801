/** What Google keeps verbatim for its clients. */
export type GoogleJson = Readonly<Record<string, unknown>>;

/** Google's canonical status by HTTP status, in errors of the newer APIs (Gmail). */
const CANONICAL: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  503: "UNAVAILABLE",
};

/**
 * Refuses a call as Google's APIs do: an HTTP status and `{ error: { code, message, errors: [{ reason }] } }`.
 * https://developers.google.com/workspace/gmail/api/guides/handle-errors,
 * https://developers.google.com/workspace/calendar/api/guides/errors
 */
export class GoogleRefusal extends Error {
  override readonly name = "GoogleRefusal";

  /**
   * @param reason Google's code, e.g. `notFound`
   * @param details more members of the first of `errors`: `domain`, `location`, …
   */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly details: GoogleJson = {},
  ) {
    super(message);
  }

  get body(): GoogleJson {
    const { status: code, reason, message, details } = this;
    const status = CANONICAL[code];
    const errors = [{ message, domain: "global", reason, ...details }];
    return { error: { code, message, errors, ...(status !== undefined && { status }) } };
  }
}

/** Refuses as the OAuth endpoints do: `{ error, error_description }`. */
export class OAuthRefusal extends Error {
  override readonly name = "OAuthRefusal";

  constructor(readonly reason: string, message: string, readonly status = 400) {
    super(message);
  }

  get body(): GoogleJson {
    return { error: this.reason, error_description: this.message };
  }
}

/** 404: no such thing, or no longer. */
export function notFound(message = "Requested entity was not found."): GoogleRefusal {
  return new GoogleRefusal(404, "notFound", message);
}

/** 400: an argument that makes no sense. */
export function badRequest(message: string, parameter?: string): GoogleRefusal {
  const location = parameter === undefined ? {} : { location: parameter, locationType: "parameter" };
  return new GoogleRefusal(400, parameter === undefined ? "badRequest" : "invalid", message, location);
}

/** 401: the access token is no good (any more). */
export function unauthenticated(): GoogleRefusal {
  const message =
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie " +
    "or other valid authentication credential.";
  return new GoogleRefusal(401, "authError", message, { location: "Authorization", locationType: "header" });
}
