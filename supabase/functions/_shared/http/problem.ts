/**
 * What went wrong, as a value. Functions whose caller can decide return a {@link Problem}; where nobody can decide,
 * a {@link PipelineError} carries the same thing upwards. Both become the one JSON answer that a client sees.
 */

/** Our error as a value. Its `code` is what programs rely on; `message` and `hint` are for the person who reads it. */
export interface Problem {
  /** Stable snake_case name, the same in SQL, TypeScript, logs and docs. */
  readonly code: string;
  /** What happened and what was not lost. Never a provider's raw text, never a person's content. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The HTTP status that this problem has when it reaches a client. */
  readonly status: number;
  /** Facts for programs (field names, limits). Sent to clients, so it holds nothing private. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A problem that no caller nearby can decide about. Whoever stands at the border turns it into an answer or an outcome. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: string;
  readonly status: number;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds after which a second try makes sense, when whoever refused us said so. */
  readonly retryAfterSeconds?: number;

  constructor(problem: Problem, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(problem.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = problem.code;
    this.status = problem.status;
    this.hint = problem.hint;
    this.details = problem.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** The same problem as a value, without stack and cause. */
  get problem(): Problem {
    return {
      code: this.code,
      message: this.message,
      status: this.status,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

const unexpected: Problem = {
  code: "internal_error",
  message:
    "The request could not be finished because of a fault on our side. What was stored before it is safe.",
  hint: "Try again in a minute. If it stays, an operator finds the fault in the function's log.",
  status: 500,
};

/** Any thrown thing as a problem. Only our own errors speak for themselves; the text of all others stays inside. */
export function problemOf(thrown: unknown): Problem {
  return thrown instanceof PipelineError ? thrown.problem : unexpected;
}

/**
 * The JSON answer for a problem: `{code, message, hint?, details?}` with the problem's status. It never holds a stack
 * or a foreign error's text, and nothing on the way may cache it.
 */
export function problemResponse(thrown: Problem | Error, headers?: HeadersInit): Response {
  const problem = thrown instanceof Error ? problemOf(thrown) : thrown;
  const { code, message, hint, details } = problem;
  const answer = new Headers(headers);
  answer.set("content-type", "application/json; charset=utf-8");
  answer.set("cache-control", "no-store");
  answer.set("x-content-type-options", "nosniff");
  if (thrown instanceof PipelineError && thrown.retryAfterSeconds !== undefined) {
    answer.set("retry-after", String(Math.max(0, Math.ceil(thrown.retryAfterSeconds))));
  }
  return new Response(JSON.stringify({ code, message, hint, details }), {
    status: problem.status,
    headers: answer,
  });
}
