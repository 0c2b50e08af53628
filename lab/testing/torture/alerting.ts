import { createDatabase } from '#lib/platform/database.ts'
import { compare } from '../../freezes/compare.ts'
import type { Receiver } from '../../freezes/receiver.ts'
import { recordedIncidents } from '../../freezes/recorded.ts'
import type { Facts } from './audit.ts'

/** Maximum delivery time of a notification. A digest takes two minutes, and a frozen process sends nothing. */
export const DELIVERED_WITHIN_MS = 180_000

/**
 * Compares the received notifications with the incidents that opened since a time.
 * @param until incidents that settled or closed after this time may lack the notification
 */
export async function notificationsOf(
  adminUrl: string,
  { notices }: Receiver,
  since: number,
  until: number,
): Promise<Facts['notifications']> {
  const db = createDatabase(adminUrl, { max: 1, applicationName: 'peerwatch-torture' })
  try {
    const incidents = await recordedIncidents(db, since)
    const ids = new Set(incidents.map(({ id }) => id))
    return compare(
      incidents,
      notices.filter(({ incidentId }) => ids.has(incidentId)),
      until,
    )
  } finally {
    await db.close()
  }
}
