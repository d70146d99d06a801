import assert from "node:assert/strict";
import {
  signAsSlack,
  SLACK_SIGNATURE_HEADER,
  SLACK_TIMESTAMP_HEADER,
  slackSignatureProblem,
} from "./slack_signature.ts";

/** The worked example of Slack's documentation. */
const example = {
  secret: "8f742231b10e8888abcd99yyyzzz85a5",
  timestamp: "1531420618",
  signature: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V" +
    "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
    "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
};
const moment = (secondsLater = 0) => new Date((Number(example.timestamp) + secondsLater) * 1000);

async function verdict(
  changed: Partial<typeof example> & { now?: Date; headers?: Record<string, string> } = {},
): Promise<string> {
  const { secret, timestamp, signature, body, now = moment(), headers } = { ...example, ...changed };
  const sent = new Headers(
    headers ?? { [SLACK_TIMESTAMP_HEADER]: timestamp, [SLACK_SIGNATURE_HEADER]: signature },
  );
  return (await slackSignatureProblem(sent, body, secret, now))?.code ?? "accepted";
}

Deno.test("Slack's documented example is accepted, and signed the same", async () => {
  assert.equal(await verdict(), "accepted");
  assert.equal(await signAsSlack(example.body, example.secret, example.timestamp), example.signature);
});

Deno.test("another body, secret or timestamp does not match", async () => {
  assert.equal(await verdict({ body: `${example.body}&` }), "slack_signature_wrong");
  assert.equal(await verdict({ body: "" }), "slack_signature_wrong");
  assert.equal(await verdict({ secret: `${example.secret}x` }), "slack_signature_wrong");
  assert.equal(await verdict({ timestamp: "1531420619" }), "slack_signature_wrong");
  assert.equal(await verdict({ timestamp: "01531420618" }), "slack_signature_wrong");
  const last = example.signature.replace(/.$/, (digit) => digit === "0" ? "1" : "0");
  assert.equal(await verdict({ signature: last }), "slack_signature_wrong");
});

Deno.test("five minutes away is accepted, a second more is not, on either side", async () => {
  for (const [seconds, expected] of [[300, "accepted"], [301, "slack_signature_stale"]] as const) {
    assert.equal(await verdict({ now: moment(seconds) }), expected);
    assert.equal(await verdict({ now: moment(-seconds) }), expected);
  }
});

Deno.test("what is no signature is refused before anything is computed", async () => {
  assert.equal(await verdict({ headers: {} }), "slack_signature_missing");
  const headers = [
    "",
    "v0=",
    example.signature.toUpperCase(),
    example.signature.slice(3),
    `${example.signature}0`,
  ];
  for (const signature of [...headers, example.signature.replace("v0", "v1")]) {
    assert.equal(await verdict({ signature }), "slack_signature_missing");
  }
  for (const timestamp of ["", "now", "-1", "1e9", "1531420618.5", "9".repeat(13)]) {
    assert.equal(await verdict({ timestamp }), "slack_signature_missing");
  }
});

Deno.test("a body of any characters is signed as its UTF-8", async () => {
  const body = '{"text":"Grüße \\u0000 😀"}';
  const signature = await signAsSlack(body, example.secret, example.timestamp);
  assert.equal(await verdict({ body, signature }), "accepted");
});
