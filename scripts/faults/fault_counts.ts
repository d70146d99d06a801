/** How often each fault really happened in a run. */
export interface FaultCounts {
  kills: number;
  /** Of them by a ticket that kills its process whenever it begins. */
  poisonKills: number;
  drops: number;
  doubles: number;
  /** Batches of pg_net that were sent a second time because the first sending was broken off. */
  resentBatches: number;
  resentRequests: number;
  /** Processes that stood still until another worker had done their ticket's step, and then came back. */
  stalls: number;
  /** Writes that the database refused because their lease was lost. */
  zombieWritesRefused: number;
  lostAnswers: number;
  throws: number;
  yields: number;
  cancellations: number;
  databaseCrashes: number;
}

export const noFaults = (): FaultCounts => ({
  kills: 0,
  poisonKills: 0,
  drops: 0,
  doubles: 0,
  resentBatches: 0,
  resentRequests: 0,
  stalls: 0,
  zombieWritesRefused: 0,
  lostAnswers: 0,
  throws: 0,
  yields: 0,
  cancellations: 0,
  databaseCrashes: 0,
});
