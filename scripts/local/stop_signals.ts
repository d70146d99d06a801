import { watchLaunchers } from "../postgres/launcher_watch.ts";

export interface StopSignals {
  /** Aborted at Ctrl-C, SIGTERM, SIGHUP, or when one of the programs that launched us has gone. */
  readonly signal: AbortSignal;
  /** Gives the signals back their usual effect. */
  dispose(): void;
}

/** Collects every way in which a person or a script ends us into one AbortSignal. */
export function stopSignals(): StopSignals {
  const stop = new AbortController();
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  const listeners = names.map((name) => ({
    name,
    listener: () => stop.abort(new Error(`Ended by ${name}`)),
  }));
  for (const { name, listener } of listeners) Deno.addSignalListener(name, listener);
  const watch = watchLaunchers(() => stop.abort(new Error("Ended because what launched us has gone")));
  return {
    signal: stop.signal,
    dispose() {
      watch.stop();
      for (const { name, listener } of listeners) Deno.removeSignalListener(name, listener);
    },
  };
}
