/** Google's scopes by their short names. */
export const SCOPE = {
  mail: "https://mail.google.com/",
  gmailModify: "https://www.googleapis.com/auth/gmail.modify",
  gmailReadonly: "https://www.googleapis.com/auth/gmail.readonly",
  gmailMetadata: "https://www.googleapis.com/auth/gmail.metadata",
  gmailLabels: "https://www.googleapis.com/auth/gmail.labels",
  gmailSend: "https://www.googleapis.com/auth/gmail.send",
  calendar: "https://www.googleapis.com/auth/calendar",
  calendarReadonly: "https://www.googleapis.com/auth/calendar.readonly",
  calendarEvents: "https://www.googleapis.com/auth/calendar.events",
  calendarEventsReadonly: "https://www.googleapis.com/auth/calendar.events.readonly",
  calendarListReadonly: "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
  openid: "openid",
  email: "https://www.googleapis.com/auth/userinfo.email",
  profile: "https://www.googleapis.com/auth/userinfo.profile",
} as const;

/** What a seeded grant has: reading mail and calendars, and who it is. */
export const READING_SCOPES: readonly string[] = [
  SCOPE.openid,
  SCOPE.email,
  SCOPE.gmailReadonly,
  SCOPE.calendarReadonly,
];

/** Any one of these lets a client read mail; the first three its words too. */
export const MAIL_BODY_SCOPES: readonly string[] = [SCOPE.mail, SCOPE.gmailModify, SCOPE.gmailReadonly];
export const MAIL_SCOPES: readonly string[] = [...MAIL_BODY_SCOPES, SCOPE.gmailMetadata];
export const LABEL_SCOPES: readonly string[] = [...MAIL_SCOPES, SCOPE.gmailLabels];

const ANY_CALENDAR: readonly string[] = [SCOPE.calendar, SCOPE.calendarReadonly];
export const EVENT_SCOPES: readonly string[] = [
  ...ANY_CALENDAR,
  SCOPE.calendarEvents,
  SCOPE.calendarEventsReadonly,
];
export const CALENDAR_LIST_SCOPES: readonly string[] = [...ANY_CALENDAR, SCOPE.calendarListReadonly];

/** The short names by which a consent page's client may ask, and what Google makes of them. */
export function fullScope(scope: string): string {
  if (scope === "email") return SCOPE.email;
  if (scope === "profile") return SCOPE.profile;
  return scope;
}
