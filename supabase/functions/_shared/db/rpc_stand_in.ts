/** The database for unit tests: the RPCs that a test answers, and what was asked of them. No function imports it. */
import type { PipelineDatabase, RpcArguments, RpcName, RpcResult } from "./pipeline_database.ts";

export type RpcAnswers = {
  readonly [N in RpcName]?: (args: RpcArguments<N>) => RpcResult<N> | Promise<RpcResult<N>>;
};

export interface RpcStandIn extends PipelineDatabase {
  /** Every call in the order of arrival. */
  readonly asked: readonly { readonly name: RpcName; readonly args: unknown }[];
  /** The arguments of each call of one function. */
  argumentsOf(name: RpcName): unknown[];
}

/** A call that no answer was given for is a fault of the code under test and rejects. */
export function rpcStandIn(answers: RpcAnswers): RpcStandIn {
  const asked: { name: RpcName; args: unknown }[] = [];
  return {
    asked,
    argumentsOf: (name) => asked.filter((one) => one.name === name).map(({ args }) => args),
    async call(name, args, signal) {
      signal?.throwIfAborted();
      asked.push({ name, args });
      const answer = answers[name];
      if (answer === undefined) throw new Error(`Nobody expected a call of '${name}'`);
      return await answer(args);
    },
  };
}
