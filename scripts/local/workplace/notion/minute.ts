const MINUTE = 60_000;

/** An instant as Notion gives it: ISO 8601, floored to the minute. */
export function minuteOf(instant: number): string {
  return new Date(Math.floor(instant / MINUTE) * MINUTE).toISOString();
}
