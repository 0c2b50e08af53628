import {
  type TimestampBounds,
  type EpochMs,
  getIncidentRoleOfEventKind,
  monitoringEventKinds,
  recoveryEventKinds,
  outageEventKinds,
  findOutages,
  findCauseOwnerName,
  severities,
} from '#lib/contract/index.ts'
import { readEventsById, readIncidentById, type Period, type StoredEvent } from '#lib/history/index.ts'
import { readEventIdsInPeriod } from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type StoredLookupContext, type ResourcesOnPathOfAddress, isEventOnPath } from './carrying-path.ts'

/** Maximum number of events on a path that are read for the half hour around a queried time. */
const MAX_READ = 500
const MAX_LISTED = 100
const MAX_INCIDENTS = 10

/** Events and incidents of the resources on the path of an address, in a period. */
interface Happened {
  incidents: StoredLookupContext['incidents']
  events: StoredLookupContext['events']
  /** true if an event with a severity above `info` that belongs to no incident began or ended in the period */
  isBeside: boolean
}

/**
 * Returns the incidents and events of the resources on the path of an address that may overlap a period. Events about
 * failing polls are left out, because the caller reports failing polls as gaps.
 * @param at the queried time. The name and times of an incident come from its outage at this time, or otherwise from
 *   its outage that is nearest to it
 */
export async function readPathEvents(
  q: SqlExecutor,
  path: ResourcesOnPathOfAddress,
  period: Period,
  at: EpochMs,
): Promise<Happened> {
  const scopes = [
    ...path.circuits.map(({ resource }) => resource.id),
    ...[...path.gateways, ...path.connections].map(({ scope }) => scope),
  ]
  const ids = await readEventIdsInPeriod(q, { scopes, ...period, limit: MAX_READ })
  const place = new Map(ids.map((id, at) => [id, at]))
  const all = (await readEventsById(q, ids))
    .filter((event) => !monitoringEventKinds.has(event.kind) && isEventOnPath(path, event))
    .toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
  const lost = Map.groupBy(
    all.filter(({ kind, incidentId }) => incidentId !== null && !recoveryEventKinds.has(kind)),
    ({ incidentId }) => incidentId ?? '',
  )
  const incidents = await Promise.all(
    [...lost].slice(-MAX_INCIDENTS).map(async ([id, own]) => incidentOf(q, id, { own, path, period, at })),
  )
  const inside = all.filter(({ started, ended }) => touches(started, period) || (ended && touches(ended, period)))
  return {
    incidents: incidents.toSorted(
      (a, b) =>
        rankOf(a) - rankOf(b) ||
        Number(a.owner === 'unknown') - Number(b.owner === 'unknown') ||
        roleOf(a.kind) - roleOf(b.kind) ||
        a.startedBetween.earliest - b.startedBetween.earliest,
    ),
    events: inside.slice(0, MAX_LISTED).map((event) => ({ ...event, ...placeOf(event, period) })),
    isBeside: inside.some(({ incidentId, severity }) => incidentId === null && severity !== 'info'),
  }
}

const touches = ({ earliest, latest }: { earliest: EpochMs; latest: EpochMs }, { from, to }: Period) =>
  earliest <= to && latest >= from

const roleOf = (kind: StoredEvent['kind']) => getIncidentRoleOfEventKind(kind)?.rank ?? Number.MAX_SAFE_INTEGER

const rankOf = ({ severity }: { severity: StoredEvent['severity'] }) => severities.indexOf(severity)

/**
 * Returns the time between a moment and an event in milliseconds; 0 = the event may have been ongoing at the moment.
 */
const distanceTo = (at: EpochMs, { started, ended }: { started: TimestampBounds; ended: TimestampBounds | null }) =>
  Math.max(0, started.earliest - at, ended === null ? 0 : at - ended.latest)

/**
 * Returns the event from which the name of an incident is taken. It is the most severe event of the incident's outage
 * at the queried time, or otherwise of the outage that is nearest to this time. If several events are equally severe,
 * the root event of the incident is preferred, then an event of the same kind as the root event. Outages are separate
 * if the resource was healthy between them.
 */
function eventAt(own: readonly StoredEvent[], root: StoredEvent | undefined, at: EpochMs): StoredEvent | undefined {
  const [nearest] = findOutages(own).toSorted((a, b) => distanceTo(at, a) - distanceTo(at, b))
  const inside = own.filter(
    ({ kind, started, ended }) =>
      nearest !== undefined &&
      outageEventKinds.includes(kind) &&
      started.latest <= (nearest.ended?.latest ?? Number.POSITIVE_INFINITY) &&
      (ended?.latest ?? Number.POSITIVE_INFINITY) >= nearest.started.latest,
  )
  const weight = (event: StoredEvent) =>
    event.id === root?.id ? -2 : event.kind === root?.kind ? -1 : roleOf(event.kind)
  const worstOf = (events: readonly StoredEvent[]) =>
    events.toSorted((a, b) => rankOf(a) - rankOf(b) || weight(a) - weight(b))[0]
  const known = root && own.includes(root) ? root : undefined
  return worstOf(inside) ?? known ?? worstOf(own)
}

async function incidentOf(
  q: SqlExecutor,
  id: string,
  {
    own,
    path,
    period,
    at,
  }: { own: readonly StoredEvent[]; path: ResourcesOnPathOfAddress; period: Period; at: EpochMs },
): Promise<StoredLookupContext['incidents'][number]> {
  const found = await readIncidentById(q, id)
  const root = [...own, ...(found?.events ?? [])].find((event) => event.id === found?.incident.rootEventId)
  const shown = eventAt(own, root, at)
  if (!shown) throw new RangeError(`incident ${id} has no event`)
  const cause = (root ?? shown).causes[0]
  const circuit = path.circuits.find(({ resource }) => resource.id === shown.scope) ?? path.circuits[0]
  const owner = cause?.owner ?? 'unknown'
  return {
    ...placeOf(shown, period),
    id,
    severity: found?.incident.severity ?? shown.severity,
    owner,
    ownerName: cause ? findCauseOwnerName(cause, circuit?.config.provider) : null,
    confidence: cause?.confidence ?? 0,
    nextStep: cause?.nextStep ?? '',
  }
}

/**
 * Returns the fields of an event for a response. If the event ended after the period, its end is null, because it was
 * ongoing at the end of the period.
 */
const placeOf = ({ kind, severity, scope, scopeName, subject, started, ended }: StoredEvent, { to }: Period) => ({
  kind,
  severity,
  scope,
  scopeName,
  subject,
  startedBetween: started,
  endedBetween: ended && ended.earliest <= to ? ended : null,
})
