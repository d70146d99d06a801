/** What the people of the benchmark have on each platform: as much as their tier lets them select. */

export interface BenchPerson {
  readonly tier: "free" | "starter" | "pro";
  readonly channels: number;
  readonly messagesAChannel: number;
  readonly threadsAChannel: number;
  readonly labels: number;
  /** Mails under each label. */
  readonly mailsALabel: number;
  readonly pages: number;
  readonly databases: number;
  readonly rowsADatabase: number;
  /**
   * How many times as fast the platforms' time goes by in the first sync. What this machine takes for a call counts as many
   * times too, and a minute's margin of a second is as much shorter, so that whoever has less to wait for is measured more
   * slowly. An incremental sync meets hardly a limit and is measured in real time.
   */
  readonly scale: number;
}

/** Two weeks of a small, a middling and a large team. */
export const PEOPLE: readonly BenchPerson[] = [
  {
    tier: "free",
    scale: 1,
    ...{ channels: 5, messagesAChannel: 150, threadsAChannel: 8 },
    ...{ labels: 5, mailsALabel: 60 },
    ...{ pages: 10, databases: 0, rowsADatabase: 0 },
  },
  {
    tier: "starter",
    scale: 2,
    ...{ channels: 15, messagesAChannel: 150, threadsAChannel: 8 },
    ...{ labels: 10, mailsALabel: 60 },
    ...{ pages: 23, databases: 2, rowsADatabase: 100 },
  },
  {
    tier: "pro",
    scale: 4,
    ...{ channels: 50, messagesAChannel: 150, threadsAChannel: 8 },
    ...{ labels: 30, mailsALabel: 40 },
    ...{ pages: 46, databases: 4, rowsADatabase: 150 },
  },
];
