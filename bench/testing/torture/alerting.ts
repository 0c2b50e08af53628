import { randomBytes } from 'node:crypto'
import { createDatabase } from '#lib/platform/database.ts'
import { compare } from '../../freezes/compare.ts'
import type { Receiver } from '../../freezes/receiver.ts'
import { recordedIncidents } from '../../freezes/recorded.ts'
import type { Facts } from './audit.ts'

/** A digest takes two minutes, and a process that is frozen sends nothing. */
const DELIVERED_WITHIN_MS = 180_000

/** A channel to a receiver, and thresholds in milliseconds under which nearly every loss is an incident of its own. */
export async function setUp(url: string, receiverUrl: string): Promise<void> {
  const channel = {
    kind: 'webhook',
    name: 'torture',
    url: receiverUrl,
    secret: `whsec_${randomBytes(32).toString('base64')}`,
    enabled: true,
    filters: { minSeverity: 'warning', scopes: [], kinds: [], owners: [] },
  }
  await put(`${url}/api/v1/channels`, { channels: [channel] })
  await put(`${url}/api/v1/settings/thresholds`, {
    version: 0,
    values: { 'incident.group': 5_000, 'incident.healthy': 15_000, 'incident.reopen': 1 },
    note: 'torture',
  })
}

async function put(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} refused: ${response.status} ${await response.text()}`)
}

/** What the receiver got, held against the incidents that opened since a moment and are old enough. */
export async function notificationsOf(
  adminUrl: string,
  { notices }: Receiver,
  since: number,
): Promise<Facts['notifications']> {
  const db = createDatabase(adminUrl, { max: 1, applicationName: 'peerwatch-torture' })
  try {
    const incidents = await recordedIncidents(db, since)
    const ids = new Set(incidents.map(({ id }) => id))
    return compare(
      incidents,
      notices.filter(({ incidentId }) => ids.has(incidentId)),
      Date.now() - DELIVERED_WITHIN_MS,
    )
  } finally {
    await db.close()
  }
}
