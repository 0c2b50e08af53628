import type { PoolClient } from 'pg'
import type { Cause, DetectedEvent, DetectedIncident, EpochMs, Severity } from '#lib/contract/index.ts'
import { getOrCreateSourceId, computeEventId, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { requestIncidentEvaluation } from '../index.ts'

const GATEWAY =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/edge/providers/Microsoft.Network/virtualNetworkGateways/gw'

export interface IncidentSpec {
  name: string
  severity?: Severity
  at: EpochMs
  flags?: string[]
  /** name of the event, if the incident has several; absent = the name of the incident */
  event?: string
  causes?: Cause[]
  closedAt?: EpochMs | null
}

/** Returns an incident with one event, as detection writes it. */
export function createTestIncident({
  name,
  severity = 'major',
  at,
  flags = [],
  event: eventName = name,
  causes = [],
  closedAt = null,
}: IncidentSpec) {
  const started = { earliest: at - 60_000, latest: at }
  const ended = closedAt === null ? null : { earliest: closedAt - 180_000, latest: closedAt - 120_000 }
  const event: DetectedEvent = {
    key: `event ${eventName}`,
    kind: 'peer_lost',
    severity,
    scope: 'gw',
    subject: name,
    started,
    ended,
    duration: null,
    detectedAt: at,
    evidence: [],
    causes,
    flags,
    partOf: null,
    incident: `incident ${name}`,
  }
  const incident: DetectedIncident = {
    key: `incident ${name}`,
    scope: 'gw',
    root: event.key,
    severity,
    members: [event.key],
    started,
    ended,
    openedAt: at,
    closedAt,
  }
  return { event, incident, id: computeEventId(incident.key) }
}

/** Writes an incident in one transaction with its request for evaluation, as a poll does. Returns its ID. */
export async function recordTestIncident(db: Database, spec: IncidentSpec): Promise<string> {
  return db.transaction((client) => recordTestIncidentInTransaction(client, spec))
}

export async function recordTestIncidentInTransaction(client: PoolClient, spec: IncidentSpec): Promise<string> {
  const { event, incident, id } = createTestIncident(spec)
  const sourceId = await getOrCreateSourceId(client, { resourceId: GATEWAY, subresource: '' })
  await upsertEvents(client, sourceId, [event])
  await upsertIncidents(client, [incident])
  await requestIncidentEvaluation(client, [id], spec.closedAt ?? spec.at)
  return id
}
