import { type EpochMs, incidentRoleOf, kindsOfPolls, kindsOfRecovery, severities } from '#lib/contract/index.ts'
import type { AroundEvent, AroundIncident } from '../api/index.ts'
import { eventsById, incidentById, type Period, type StoredEvent } from '#lib/history/index.ts'
import { eventIdsAround } from '../store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { isoBounds, isoBoundsOrNull } from '#lib/questions/index.ts'
import { type CarryingPath, isOnPath } from './around-path.ts'

/** Events of a path within half an hour; more than these nobody reads. */
const MOST_READ = 500
const MOST_LISTED = 100
const MOST_INCIDENTS = 10

/** What happened on a path in a period. */
interface Happened {
  incidents: AroundIncident[]
  events: AroundEvent[]
  /** an event beyond information began or ended then, in no incident */
  isBeside: boolean
}

/** Events and incidents of what carried the address that may have been within the period. Failing polls are gaps, and no events here. */
export async function happenedOn(q: Queryable, path: CarryingPath, period: Period): Promise<Happened> {
  const scopes = [
    ...path.circuits.map(({ resource }) => resource.id),
    ...[...path.gateways, ...path.connections].map(({ scope }) => scope),
  ]
  const ids = await eventIdsAround(q, { scopes, ...period, limit: MOST_READ })
  const place = new Map(ids.map((id, at) => [id, at]))
  const all = (await eventsById(q, ids))
    .filter((event) => !kindsOfPolls.has(event.kind) && isOnPath(path, event))
    .toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
  const lost = Map.groupBy(
    all.filter(({ kind, incidentId }) => incidentId !== null && !kindsOfRecovery.has(kind)),
    ({ incidentId }) => incidentId ?? '',
  )
  const incidents = await Promise.all(
    [...lost].slice(-MOST_INCIDENTS).map(async ([id, own]) => incidentOf(q, id, own, path)),
  )
  const inside = all.filter(({ started, ended }) => touches(started, period) || (ended && touches(ended, period)))
  return {
    incidents: incidents.toSorted(
      (a, b) => rankOf(a) - rankOf(b) || (a.startedBetween[0] < b.startedBetween[0] ? -1 : 1),
    ),
    events: inside.slice(0, MOST_LISTED).map(eventView),
    isBeside: inside.some(({ incidentId, severity }) => incidentId === null && severity !== 'info'),
  }
}

const touches = ({ earliest, latest }: { earliest: EpochMs; latest: EpochMs }, { from, to }: Period) =>
  earliest <= to && latest >= from

const rankOf = ({ severity }: { severity: StoredEvent['severity'] }) => severities.indexOf(severity)

/** By its root where that is on the path and in the time, else by the worst and widest of its own events there. */
async function incidentOf(
  q: Queryable,
  id: string,
  own: readonly StoredEvent[],
  path: CarryingPath,
): Promise<AroundIncident> {
  const found = await incidentById(q, id)
  const root = own.find((event) => event.id === found?.incident.rootEventId)
  const weight = ({ kind }: StoredEvent) => {
    return incidentRoleOf(kind)?.rank ?? Number.POSITIVE_INFINITY
  }
  const [worst] = own.toSorted((a, b) => rankOf(a) - rankOf(b) || weight(a) - weight(b))
  const shown = root ?? worst
  if (!shown) throw new RangeError(`incident ${id} has no event`)
  const cause = (root ?? found?.events.find((event) => event.id === found.incident.rootEventId) ?? shown).causes[0]
  const circuit = path.circuits.find(({ resource }) => resource.id === shown.scope) ?? path.circuits[0]
  const owner = cause?.owner ?? 'unknown'
  return {
    ...placeOf(shown),
    id,
    severity: found?.incident.severity ?? shown.severity,
    owner,
    ownerName: owner === 'provider' ? (circuit?.config.provider ?? null) : null,
    confidence: cause?.confidence ?? 0,
    nextStep: cause?.nextStep ?? '',
  }
}

const placeOf = ({ kind, severity, scope, scopeName, subject, started, ended }: StoredEvent) => ({
  kind,
  severity,
  scope,
  scopeName,
  subject,
  startedBetween: isoBounds(started),
  endedBetween: isoBoundsOrNull(ended),
})

const eventView = (event: StoredEvent): AroundEvent => ({
  id: event.id,
  ...placeOf(event),
  incidentId: event.incidentId,
})
