/** Things in a channel of the simulated workplace that change later, for tests. No function imports it. */
import type { Workplace } from "./workplace_channel.ts";

/**
 * Messages and threads of an age (milliseconds), and the hand that changes them: replies, edits, deletions, threads that
 * lose their parent, their only reply, or everything.
 */
export function layOut(workplace: Workplace, channel: string, age: number): { change(): void } {
  const { chat } = workplace.team;
  const [by = "", other = ""] = workplace.team.company.people.filter(({ active }) => active).map(({ key }) =>
    key
  );
  const from = workplace.clock.now().getTime() - age;
  let minutes = 0;
  const at = () => new Date(from + (minutes++) * 10_000);
  const post = (text: string) => chat.post({ channel, by, at: at(), text });
  const reply = (threadTs: string, text: string) =>
    chat.reply({ channel, by: other, threadTs, at: at(), text });
  const [answered, lonely, edited, deleted, changing, headless, vanishing, only] = [
    post("Answered"),
    post("Lonely"),
    post("Tpyo"),
    post("Wrong channel"),
    post("A thread that changes"),
    post("A parent that goes"),
    post("A thread that goes as a whole"),
    post("A thread whose only reply goes"),
  ];
  reply(answered.ts, "First");
  const [replyEdited, replyDeleted] = [reply(changing.ts, "Tpyo"), reply(changing.ts, "Wrong thread")];
  reply(changing.ts, "Stays");
  reply(headless.ts, "Stays, too");
  const vanishingReply = reply(vanishing.ts, "Goes with its parent");
  const onlyReply = reply(only.ts, "Goes alone");
  return {
    change() {
      const at = (text: string) => ({ channel, by, text });
      chat.reply({ ...at("Late"), threadTs: answered.ts });
      chat.reply({ ...at("First, late, and shown to all"), threadTs: lonely.ts, broadcast: true });
      chat.edit({ channel, ts: edited.ts, text: "Typo" });
      chat.edit({ channel, ts: replyEdited.ts, text: "Typo" });
      for (const { ts } of [deleted, replyDeleted, headless, vanishingReply, vanishing, onlyReply]) {
        chat.remove({ channel, ts });
      }
    },
  };
}
