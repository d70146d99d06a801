import assert from "node:assert/strict";
import { hostileAddresses } from "./hostile_addresses.ts";
import { createAddressBook, operationOf } from "./outward_address.ts";

Deno.test("no hostile address passes, with and without overrides", () => {
  const plain = createAddressBook();
  const overridden = createAddressBook([
    "http://127.0.0.1:4010/api/",
    "http://localhost:4011",
    "https://proxy.example/v1",
  ]);
  for (const address of hostileAddresses) {
    assert.equal(plain(address).ok, false, address);
    assert.equal(overridden(address).ok, false, address);
  }
  assert.ok(hostileAddresses.length >= 40);
});

Deno.test("every provider passes over https", () => {
  const book = createAddressBook();
  for (
    const address of [
      "https://slack.com/api/conversations.history",
      "https://api.anthropic.com/v1/messages",
      "https://api.openai.com/v1/embeddings",
      "https://api.resend.com/emails",
      "https://gmail.googleapis.com/gmail/v1/users/me/messages",
      "https://www.googleapis.com/calendar/v3/calendars/primary/events",
      "https://oauth2.googleapis.com/token",
      "https://api.notion.com:443/v1/search",
      "HTTPS://SLACK.COM/api",
    ]
  ) assert.equal(book(address).ok, true, address);
});

Deno.test("an override opens its exact origin only", () => {
  const book = createAddressBook([
    "http://127.0.0.1:4010/api/",
    undefined,
    "https://models.example/anthropic",
  ]);
  assert.equal(book("http://127.0.0.1:4010/anything").ok, true);
  assert.equal(book("https://models.example/v1/messages").ok, true);
  for (
    const address of [
      "http://127.0.0.1:4012/api/",
      "https://127.0.0.1:4010/api/",
      "http://localhost:4010/",
      "http://models.example/v1",
      "https://models.example:444/",
      "http://user@127.0.0.1:4010/",
    ]
  ) assert.equal(book(address).ok, false, address);
});

Deno.test("an override over http must stay on this machine", () => {
  for (
    const base of [
      "http://10.0.0.5:4010",
      "http://evil.example",
      "ftp://127.0.0.1",
      "nonsense",
      "https://u:p@x.example",
    ]
  ) {
    assert.throws(() => createAddressBook([base]), /^TypeError: Cannot use/, base);
  }
  for (const base of ["http://localhost:1", "http://[::1]:1", "http://host.docker.internal:4010"]) {
    assert.equal(createAddressBook([base])(base).ok, true, base);
  }
});

Deno.test("an operation keeps the API's words and loses identifiers, addresses and queries", () => {
  const of = (url: string) => operationOf(new URL(url));
  assert.equal(of("https://slack.com/api/conversations.history?token=CANARY"), "/api/conversations.history");
  assert.equal(of("https://slack.com/api/oauth.v2.access"), "/api/oauth.v2.access");
  assert.equal(
    of("https://gmail.googleapis.com/gmail/v1/users/me/messages/18c2f0a1"),
    "/gmail/v1/users/me/messages/:id",
  );
  assert.equal(
    of("https://www.googleapis.com/calendar/v3/calendars/ana%40example.com/events"),
    "/calendar/v3/calendars/:id/events",
  );
  assert.equal(
    of("https://api.notion.com/v1/data_sources/6f9619ff-8b86-4011-b42d-00c04fc964ff/query"),
    "/v1/data_sources/:id/query",
  );
  assert.equal(of("https://slack.com/"), "");
});
