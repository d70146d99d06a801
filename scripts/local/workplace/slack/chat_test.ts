import assert from "node:assert/strict";
import { startClock } from "../world/clock.ts";
import { OPENING } from "./sdk_client.ts";
import { SlackTeam } from "./team.ts";

const found = () => {
  const clock = startClock({ now: () => OPENING });
  return new SlackTeam({ seed: 3, number: 1, days: 7, pace: 1, clock }).chat;
};

Deno.test("ts are unique in a channel and what is posted now is newest on a clock that stands still", () => {
  const chat = found();
  const posted = Array.from({ length: 300 }, (_, number) => {
    return chat.post({ channel: "general", by: "pager", text: `number ${number}` }).ts;
  });
  assert.equal(new Set(posted).size, posted.length);
  assert.deepEqual([...posted].sort(), posted);
  assert.deepEqual(chat.truth("general").slice(-300).map(({ ts }) => ts), posted);
  const at = new Date(OPENING.getTime() - 60_000);
  const same = [1, 2, 3].map(() => chat.post({ channel: "random", by: "pager", text: "then", at }).ts);
  assert.equal(new Set(same).size, 3);
});

Deno.test("an edit keeps the ts, a reaction counts once a person, joining and leaving say so once", () => {
  const chat = found();
  const message = chat.post({ channel: "random", by: "deploys", text: "before" });
  const place = { channel: "random", ts: message.ts };
  chat.edit({ ...place, text: "after" });
  chat.react({ ...place, by: "pager", emoji: "tada" });
  chat.react({ ...place, by: "pager", emoji: "tada" });
  chat.join({ channel: "random", by: "pager" });
  chat.join({ channel: "random", by: "pager" });
  chat.leave({ channel: "random", by: "pager" });
  const [edited, joined, left, ...rest] = chat.truth("random").slice(-3);
  assert.deepEqual([edited?.text, edited?.edited, edited?.reactions], ["after", true, { tada: 1 }]);
  assert.deepEqual([joined?.subtype, left?.subtype], ["channel_join", "channel_leave"]);
  assert.deepEqual(rest, []);
});

Deno.test("the truth names authors by display name, else real name, else a webhook's own name", () => {
  const chat = found();
  for (const member of chat.members) {
    const { ts } = chat.post({ channel: "random", by: member.key, text: "me" });
    const told = chat.truth("random").find((message) => message.ts === ts);
    assert.equal(told?.author.name, member.displayName === "" ? member.name : member.displayName);
    assert.equal(told?.author.isBot, member.bot !== undefined);
  }
  chat.post({ channel: "random", by: "deploys", username: "CI", text: "built" });
  assert.equal(chat.truth("random").at(-1)?.author.name, "CI");
});

Deno.test("a wrong name is a mistake of the test and says which", () => {
  const chat = found();
  assert.throws(() => chat.post({ channel: "nowhere", by: "pager", text: "" }), /no channel 'nowhere'/);
  assert.throws(() => chat.post({ channel: "random", by: "nobody", text: "" }), /nobody called 'nobody'/);
  assert.throws(() => chat.edit({ channel: "random", ts: "1.000000", text: "" }), /no message 1.000000/);
});
