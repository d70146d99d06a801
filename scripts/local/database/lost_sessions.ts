import type { createPostgresConnection } from "@supabase/lite/postgres";

type Driver = ReturnType<typeof createPostgresConnection>["driver"];
type Session = Awaited<ReturnType<Driver["reserve"]>>;

/** The driver's own connection, as its option `onexecute` hands it over. */
interface DriverConnection {
  onclose: ((error: Error) => void) | null;
}

/**
 * Lets a reserved session whose server went away fail instead of ending this process.
 *
 * In postgres 3.4.9 a statement on a reserved session after its socket closed, and be it the `rollback` after the
 * error, is written to a null socket outside every promise; and `release` puts the dead connection among the open
 * ones, where the next caller meets the same. Here such a session refuses what is asked of it, and is not given back:
 * the driver has filed the connection under "closed" already and opens it anew when it is needed.
 */
export function refuseLostSessions(driver: Driver): void {
  const reserve = driver.reserve.bind(driver);
  driver.reserve = async () => guarded(await reserve());
}

function guarded(session: Session): Session {
  const { unsafe, release } = session;
  let connection: DriverConnection | undefined;
  let lost: Error | undefined;
  const learn = (executing: DriverConnection) => {
    connection = executing;
    connection.onclose = (error) => lost = error;
    return true;
  };
  const ask = (...[sql, parameters, options]: Parameters<Session["unsafe"]>) => {
    if (lost !== undefined) return refused(lost);
    const given = { ...options, ...(connection === undefined && { onexecute: learn }) };
    return unsafe(sql, parameters ?? [], given);
  };
  // Not by assignment: the method's type has a parameter for the rows, which nothing here looks at.
  Reflect.set(session, "unsafe", ask);
  session.release = () => {
    if (lost !== undefined) return;
    if (connection !== undefined) connection.onclose = null;
    release();
  };
  return session;
}

/** A query that was refused before it was sent; like a real one it may still be made `simple`. */
function refused(reason: Error) {
  const query = Promise.reject(reason);
  return Object.assign(query, { simple: () => query });
}
