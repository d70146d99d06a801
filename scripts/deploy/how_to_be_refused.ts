/** A request that a function must refuse, and the code of its refusal. */
export interface Refused {
  /** Below the function's own address. */
  readonly path: string;
  readonly init: RequestInit;
  readonly code: string;
}

/** Workers are woken by a signed POST; `api` serves people. */
export function howToBeRefused(functionName: string): Refused {
  if (functionName === "api") return { path: "/integrations", init: {}, code: "not_signed_in" };
  const headers = { "content-type": "application/json" };
  return { path: "", init: { method: "POST", headers, body: "{}" }, code: "wake_up_unsigned" };
}
