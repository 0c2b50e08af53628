import type { EpochMs } from '#lib/contract/index.ts'
import { readIncidentById } from '#lib/history/index.ts'
import { incidentMessageReaders } from '#lib/incidents/answers/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { createMail } from '../channels/email.ts'
import { createIncidentContent } from '../jobs/alerts/incident-summary.ts'
import { readIncidentSummary } from '../jobs/digests/read-summary.ts'

/**
 * Returns subject and text of the mail for an incident that a user sends manually now.
 * @param id ID of the incident in the API
 */
export async function mailOfIncident(
  db: Database,
  id: string,
  now: EpochMs,
): Promise<{ subject: string; text: string }> {
  const found = await readIncidentById(db.pool, id)
  const summary = found && (await readIncidentSummary(db.pool, found, now, incidentMessageReaders))
  if (!summary) throw new Error(`there is no incident ${id}`)
  const reason = found.incident.closedAt === null ? 'sent' : 'closed'
  const content = createIncidentContent(summary, { reason, severity: found.incident.severity }, null, now)
  return createMail({ id: 'm', inReplyTo: null, content }, 'noc@example.com', null)
}
