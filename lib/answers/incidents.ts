import type { EpochMs, Incident, IncidentDetail, IncidentsParameters, ResponseOf } from '#lib/contract/index.ts'
import {
  acknowledgeIncident,
  eventById,
  incidentById,
  listIncidents as readIncidents,
  type StoredEvent,
  type StoredIncident,
} from '#lib/history/index.ts'
import { type Db, queryable } from './db.ts'
import { NotFoundError } from './errors.ts'
import { eventKindsRestOn, eventView } from './events.ts'
import { freshnessOf, pollsOf, readSources } from './freshness.ts'
import { iso, isoBounds, isoBoundsOrNull, isoOrNull } from './wire.ts'

/** Until there is a sign-in, whoever reaches the API is one and the same. */
const LOCAL_ACTOR = 'local'

/** Incidents, the newest first. */
export async function getIncidents(
  db: Db,
  { state, limit, cursor }: IncidentsParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'incidents'>> {
  const q = queryable(db)
  const open = state === undefined ? undefined : state === 'open'
  const { rows, nextCursor } = await readIncidents(q, { open, limit, cursor })
  const roots = await Promise.all(rows.map(({ rootEventId }) => eventById(q, rootEventId)))
  return {
    data: rows.map((row, index) => incidentView(row, roots[index] ?? null)),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(await readSources(q, undefined), eventKindsRestOn), now),
    nextCursor,
  }
}

/**
 * One incident with all of its events.
 * @throws NotFoundError when there is none of that id
 */
export async function getIncident(db: Db, id: string, now: EpochMs = Date.now()): Promise<ResponseOf<'incident'>> {
  const q = queryable(db)
  return {
    data: await detailOf(db, id),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(await readSources(q, undefined), eventKindsRestOn), now),
  }
}

/**
 * Notes that somebody takes an incident on.
 * @throws NotFoundError when there is none of that id
 */
export async function acknowledge(
  db: Db,
  id: string,
  note: string | null,
  now: EpochMs = Date.now(),
): Promise<IncidentDetail> {
  if (!(await acknowledgeIncident(queryable(db), id, { by: LOCAL_ACTOR, note, at: now }))) throw noIncident(id)
  return detailOf(db, id)
}

async function detailOf(db: Db, id: string): Promise<IncidentDetail> {
  const found = await incidentById(queryable(db), id)
  if (!found) throw noIncident(id)
  const { incident, events } = found
  const root = events.find((event) => event.id === incident.rootEventId) ?? null
  return { ...incidentView(incident, root), timeline: events.map(eventView) }
}

const noIncident = (id: string) => new NotFoundError(`no incident ${id}: /api/v1/incidents lists those that there are`)

function incidentView(stored: StoredIncident, root: StoredEvent | null): Incident {
  const event = root && eventView(root)
  return {
    id: stored.id,
    scope: stored.scope,
    scopeName: stored.scopeName,
    severity: stored.severity,
    state: stored.closedAt === null ? 'open' : 'closed',
    title: event ? `${event.kind} ${event.scopeName} ${event.subject}` : stored.scopeName,
    root: event,
    cause: event?.cause ?? null,
    startedBetween: isoBounds(stored.started),
    endedBetween: isoBoundsOrNull(stored.ended),
    openedAt: iso(stored.openedAt),
    closedAt: isoOrNull(stored.closedAt),
    acknowledged: stored.acknowledged && {
      at: iso(stored.acknowledged.at),
      by: stored.acknowledged.by,
      note: stored.acknowledged.note,
    },
    events: stored.events,
  }
}
