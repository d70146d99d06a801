const readers = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall of an IANA zone shows at an instant, as if it were UTC (epoch milliseconds). */
export function wallOf(instant: number, zone: string): number {
  let reader = readers.get(zone);
  if (reader === undefined) {
    const part = "2-digit";
    reader = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: part,
      day: part,
      hour: part,
      minute: part,
      second: part,
    });
    readers.set(zone, reader);
  }
  const shown: Record<string, number> = {};
  for (const { type, value } of reader.formatToParts(instant)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The instant at which the wall clock of a zone shows `wall`: moved on in a gap, the first one in a fold. */
export function instantOf(wall: number, zone: string): number {
  const before = wall - (wallOf(wall - 86_400_000, zone) - (wall - 86_400_000));
  const after = wall - (wallOf(wall + 86_400_000, zone) - (wall + 86_400_000));
  const fits = [before, after].filter((instant) => wallOf(instant, zone) === wall);
  return fits.length > 0 ? Math.min(...fits) : before;
}

/** `2026-11-05T10:00:00+01:00`: an instant as RFC 3339 with the zone's offset, to the second. */
export function rfc3339(instant: number, zone: string): string {
  const wall = wallOf(instant, zone);
  const minutes = Math.round((wall - Math.floor(instant / 1000) * 1000) / 60_000);
  const text = new Date(wall).toISOString().slice(0, 19);
  if (minutes === 0) return `${text}Z`;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${text}${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}
