import type { Database } from '../database.ts'
import { type Queryable, queryable } from '../queryable.ts'

/** Postgres refuses a payload of 8000 bytes or more. */
export const MAX_PAYLOAD_BYTES = 7_999

/**
 * Notifies listeners of `channel` when the surrounding transaction commits (at once outside of one).
 * Send what to refetch, not the data.
 * @throws RangeError if the payload is longer than {@link MAX_PAYLOAD_BYTES}
 */
export async function notifyListeners(db: Database | Queryable, channel: string, payload: string): Promise<void> {
  await notifyAll(db, channel, [payload])
}

/** The same for several payloads, in one statement. */
export async function notifyAll(db: Database | Queryable, channel: string, payloads: readonly string[]): Promise<void> {
  for (const payload of payloads) {
    const bytes = Buffer.byteLength(payload)
    if (bytes > MAX_PAYLOAD_BYTES) {
      throw new RangeError(
        `a notification on ${channel} has ${bytes} bytes, more than ${MAX_PAYLOAD_BYTES}: send ids only`,
      )
    }
  }
  await queryable(db).query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [channel, payloads])
}
