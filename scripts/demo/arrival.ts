/** What arrived: the mail in the emulated inbox, and the message of the workplace that it quotes. */
import type { MailServer } from "../local/emulators/mail.ts";
import type { Stack } from "../local/stack.ts";
import type { Workplace } from "../local/workplace/workplace.ts";
import type { Show } from "./show.ts";

export interface Arrival {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** How many mails the inbox holds in all. */
  readonly mails: number;
  readonly quoted: Quoted | undefined;
}

export interface Quoted {
  readonly author: string;
  readonly channel: string;
  readonly at: string;
  readonly text: string;
  readonly permalink: string | null;
}

/** Finds the mail of a delivery, and the workplace's own record of a message that it quotes word for word. */
export async function arrivalOf(
  { stack, workplace, mail: server }: { stack: Stack; workplace: Workplace; mail: MailServer },
  deliveryId: string,
): Promise<Arrival> {
  const { accepted } = server;
  const mail = accepted.find(({ idempotencyKey }) => idempotencyKey === deliveryId);
  if (mail === undefined) {
    throw new Error("The delivery is recorded as accepted, but the inbox does not hold its mail");
  }
  const { subject, text = "", html = "" } = mail.send;
  const citations = await stack.database.query<
    { quote: string; permalink: string | null; ts: string; channel: string }
  >(
    `select c.quote, c.permalink, p.item_id as ts, p.container_id as channel
       from public.version_citations c join public.deliveries o on o.version_id = c.version_id join public.platform_content p on p.id = c.content_id
      where o.id = $1 and p.platform = 'slack' order by c.number`,
    [deliveryId],
  );
  const flat = (words: string) => words.replace(/\s+/g, " ");
  const quoted = citations.filter(({ quote }) => flat(text).includes(flat(quote))).flatMap(
    ({ ts, channel, permalink }): Quoted[] => {
      const { chat } = workplace.team;
      const message = chat.truth(channel).find((one) => one.ts === ts);
      if (message === undefined) return [];
      return [{
        author: message.author.name,
        channel: `#${message.channelName}`,
        at: new Date(Number(ts) * 1000).toISOString().slice(0, 16).replace("T", " "),
        text: message.text,
        permalink,
      }];
    },
  );
  return { subject, text, html, mails: accepted.length, quoted: quoted[0] };
}

const folder = new URL("../../.cache/demo/", import.meta.url);

export async function printArrival(arrival: Arrival, show: Show): Promise<void> {
  show.heading(arrival.subject);
  show.line();
  show.line(arrival.text.trimEnd().split("\n").map((line) => `  ${line}`).join("\n"));
  show.heading("where it comes from");
  if (arrival.quoted !== undefined) {
    const { author, channel, at, text, permalink } = arrival.quoted;
    show.line(`\n  It quotes what ${author} wrote in ${channel} on ${at} UTC:`);
    show.line(`  “${text}”`);
    if (permalink !== null) show.line(`  ${permalink}`);
  }
  await Deno.mkdir(folder, { recursive: true });
  const file = new URL("report.html", folder);
  await Deno.writeTextFile(file, arrival.html);
  show.line(`\n  The mail as HTML: ${file.pathname}\n`);
}
