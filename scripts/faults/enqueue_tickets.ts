import type { Database } from "../local/database/database.ts";
import type { PlannedTicket } from "./planned_ticket.ts";

/** Signs the people up and enqueues the tickets, all in one transaction. Returns the tickets' ids by their numbers. */
export async function enqueueTickets(
  database: Database,
  tickets: readonly PlannedTicket[],
  people: number,
): Promise<Map<number, number>> {
  const ids = Array.from({ length: people }, () => crypto.randomUUID());
  return await database.transaction(async (transaction) => {
    await transaction.query(
      `insert into auth.users (id, email, aud, role, raw_user_meta_data)
       select id::uuid, id || '@faults.example', 'authenticated', 'authenticated', '{}'
         from jsonb_array_elements_text($1::jsonb) id`,
      [JSON.stringify(ids)],
    );
    const rows = await transaction.query<{ number: number; ticket_id: number }>(
      `select t.number, e.ticket_id
         from jsonb_to_recordset($1::jsonb)
              as t(number int, kind text, steps int, person uuid, platform text, priority int)
        cross join lateral pipeline.enqueue(t.kind, jsonb_build_object('number', t.number, 'steps', t.steps), t.person,
              t.platform, 'number:' || t.number, t.priority) e
        order by t.number`,
      [JSON.stringify(tickets.map((ticket) => ({ ...ticket, person: ids[ticket.person] })))],
    );
    return new Map(rows.map(({ number, ticket_id }) => [number, ticket_id]));
  });
}
