/** The access token of a connection, however often the provider wants it renewed. */
export interface AccessToken {
  /** The token to call with; renewed first when it is about to expire. */
  current(): Promise<string>;
  /**
   * A token to try once more with, after the provider refused `refused`: the one that somebody else has renewed since, or
   * a new one.
   *
   * @throws {PipelineError} `needs_reauth` when there is nothing to renew it with, or the provider refused that too.
   */
  renewed(refused: string): Promise<string>;
}
