import type { Database } from '../database.ts'
import { type SqlExecutor, getSqlExecutor } from '../queryable.ts'

/** Maximum size of a payload in bytes. Postgres refuses 8,000 bytes or more. */
export const MAX_PAYLOAD_BYTES = 7_999

/**
 * Sends a message to the listeners of a channel. They get it when the surrounding transaction commits; outside a
 * transaction, immediately. The message should name the data that changed, and not contain the data.
 * @throws RangeError if the payload is longer than {@link MAX_PAYLOAD_BYTES}
 */
export async function sendMessageToPostgresChannel(
  db: Database | SqlExecutor,
  channel: string,
  payload: string,
): Promise<void> {
  await sendMessagesToPostgresChannel(db, channel, [payload])
}

/** Sends several messages to the listeners of a channel in one statement. See {@link sendMessageToPostgresChannel}. */
export async function sendMessagesToPostgresChannel(
  db: Database | SqlExecutor,
  channel: string,
  payloads: readonly string[],
): Promise<void> {
  for (const payload of payloads) {
    const bytes = Buffer.byteLength(payload)
    if (bytes > MAX_PAYLOAD_BYTES) {
      throw new RangeError(
        `a notification on ${channel} has ${bytes} bytes, more than ${MAX_PAYLOAD_BYTES}: send ids only`,
      )
    }
  }
  await getSqlExecutor(db).query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [
    channel,
    payloads,
  ])
}
