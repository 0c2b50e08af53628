import { createDatabase } from '#lib/platform/database.ts'
import { compareNoticesWithIncidents } from '../../freezes/compare.ts'
import type { NoticeReceiver } from '../../freezes/receiver.ts'
import { recordedIncidents } from '../../freezes/recorded.ts'
import type { TortureRunFacts } from './audit.ts'

/** Maximum delivery time of a notification. A digest takes two minutes, and a frozen process sends nothing. */
export const DELIVERED_WITHIN_MS = 180_000

/**
 * Compares the received notifications with the incidents that opened since a time.
 * @param until incidents that settled or closed after this time may lack the notification
 */
export async function compareNotificationsWithIncidents(
  adminUrl: string,
  { notices }: NoticeReceiver,
  since: number,
  until: number,
): Promise<TortureRunFacts['notifications']> {
  const db = createDatabase(adminUrl, { max: 1, applicationName: 'peerwatch-torture' })
  try {
    const incidents = await recordedIncidents(db, since)
    const ids = new Set(incidents.map(({ id }) => id))
    return compareNoticesWithIncidents(
      incidents,
      notices.filter(({ incidentId }) => ids.has(incidentId)),
      until,
    )
  } finally {
    await db.close()
  }
}
