import { createHash } from 'node:crypto'
import {
  normalizeArmId,
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type CauseOwner,
  type EpochMs,
  type EventKind,
  computeIncidentTimes,
  monitoringEventKinds,
  type OutageTimingEvent,
  findLastRecovery,
  isPollFailureKind,
  userActionEventKinds,
} from '#lib/contract/index.ts'
import type { PrefixesLostByGateway, PrefixUnreachableTime, RouteEffectKind } from '../rules/impact-routes.ts'
import { impactEventKinds, computeIncidentImpact } from '../rules/impact.ts'
import { neededEventKinds, type UserActionNeedInput, type AnnouncedWorkWindow } from '../rules/needs-you.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import {
  readEventsById,
  readEventsOfIncidents,
  readExpectedMaintenance,
  readIncidentById,
  listIncidents,
  listSources,
  type SourceStatus,
  type StoredEvent,
  type StoredIncident,
  readIncidentEventTimes,
} from '#lib/history/index.ts'
import { formatCircuitPlace, parseLearnedSitePlaces } from '#lib/contract/words/site-states.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  findNotPolledSince,
  getHistoryRetentionMs,
  hasCurrentSessions,
  judgePollFreshness,
  findOtherCustomersPaths,
  maskOtherCustomersPathNames,
  listCircuitGateways,
  listOutageEvents,
  type Period,
  readTopology,
  type EstateTopology,
} from '#lib/questions/index.ts'

import {
  IMPACT_RULES_VERSION,
  readStoredImpacts,
  storeImpacts,
  type RouteTableImpact,
  type StoredImpact,
  type UnstoredIncident,
  readIncidentsWithoutStoredImpact,
} from '../store/index.ts'
import { type RouteComparisonIncident, compareTablesOfIncidents, wholeGatewayEventKinds } from './impact-tables.ts'
import { readIncidentTraffic } from './incident-traffic.ts'

/** Event kinds that determine which routes belong to an incident. */
const AFFECTING_KINDS: readonly EventKind[] = [...impactEventKinds, ...wholeGatewayEventKinds, 'resource_removed']
/** Kind of the event about a customer's router that changed its announcements, which may cut off prefixes. */
const REPORTED_CHANGE_KIND: EventKind = 'announcement_changed'
/** Event kinds that are read to compute the impact of incidents. */
const READ_KINDS: readonly EventKind[] = [
  ...new Set([...AFFECTING_KINDS, ...userActionEventKinds, ...neededEventKinds]),
]

/**
 * Reads the data for the impact of incidents. The result contains only data that the caller may see. Every response and
 * message uses this function, so that all of them show the same numbers.
 * @param known.events all events of the incidents; if absent, they are read
 * @returns a function that computes the impact of each incident
 */
export async function readIncidentImpactInputs(
  q: SqlExecutor,
  incidents: readonly StoredIncident[],
  { sources, now }: { sources: readonly SourceStatus[]; now: EpochMs },
  known: { events?: readonly StoredEvent[]; topology?: EstateTopology | undefined; withTraffic?: boolean } = {},
): Promise<(incident: StoredIncident) => ReturnType<typeof computeIncidentImpact> & { evidence: ImpactEvidence }> {
  const { topology, eventsOf, reportsOf, byIncident } = await readIncidents(q, incidents, known)
  const timed = incidents.map((incident) => ({
    id: incident.id,
    scopes: scopesOf(incident, eventsOf(incident), topology),
    started: incident.started,
    end: incident.ended?.earliest ?? incident.closedAt,
  }))
  const traffic =
    topology && known.withTraffic !== false ? await readIncidentTraffic(q, timed, { topology, sources, now }) : null
  const tables = topology
    ? await tableImpacts(q, incidents, { topology, sources, eventsOf, reportsOf, now }, { withAbsences: false })
    : new Map<string, WithAbsences>()
  const windows = await readOpenWork(q, incidents, now)
  const isBlind = !hasCurrentSessions(sources, now)
  const learned = sources.filter(({ poll }) => poll.kind === 'learned')
  return (incident) => {
    const { routes, unread, counts, isStillLost } = tables.get(incident.id) ?? UNKNOWN_TABLES
    const events = eventsOf(incident)
    // An overloaded path (`bandwidth_high`) changes no route.
    const moving = events.filter(({ kind }) => kind !== 'bandwidth_high')
    const last = Math.max(incident.started.latest, ...moving.map(({ started }) => started.latest))
    const gateways =
      incident.closedAt === null && topology ? gatewaysOf(scopesOf(incident, events, topology), topology) : null
    const sinceLast = routesSince(gateways, learned, { since: last, isOver: false, now })
    const unreadSince = findNotPolledSince(
      learned.filter(({ scope }) => gateways?.includes(scope)),
      now,
    )
    const impact = computeIncidentImpact(byIncident.get(incident.id) ?? [], {
      isOver: isOver(incident),
      routes,
      unread,
      unreadSince,
      now,
      traffic: traffic?.get(incident.id) ?? null,
      tables: counts,
    })
    const pathsLeft = counts?.pathsLeft ?? null
    const isReadSinceLast = sinceLast.routes === 'read'
    // `isOver` ignores the age of the tables
    const isEffectLastKnown =
      unreadSince === null ? null : routesSince(gateways, learned, { since: last, isOver: true, now }).routes === 'read'
    const reported = { lost: countReported(counts, 'lost'), onDefault: countReported(counts, 'internet') }
    const evidence = { events, windows, reported, isBlind, isReadSinceLast, isEffectLastKnown, pathsLeft, isStillLost }
    return { ...impact, evidence }
  }
}

/** Facts behind an impact that decide, together with the impact, whether the incident needs a person. */
type ImpactEvidence = Pick<
  UserActionNeedInput,
  'events' | 'windows' | 'reported' | 'isBlind' | 'isReadSinceLast' | 'isEffectLastKnown' | 'pathsLeft' | 'isStillLost'
>

/** Returns the number of prefixes with an effect that is certain by the reports of customers' routers only. */
const countReported = (counts: RouteTableImpact['counts'], of: RouteEffectKind): number =>
  (counts?.effects ?? []).find(({ kind, isCertain, isReported }) => kind === of && isCertain && isReported)?.count ?? 0

const UNKNOWN_TABLES: RouteTableImpact & { isStillLost: boolean } = {
  routes: 'unknown',
  unread: [],
  counts: null,
  isStillLost: false,
}

/** Reads the windows of announced work that are open now, if maintenance explains one of the incidents. */
async function readOpenWork(
  q: SqlExecutor,
  incidents: readonly StoredIncident[],
  now: EpochMs,
): Promise<AnnouncedWorkWindow[]> {
  if (!incidents.some((one) => one.maintenance && !isOver(one))) return []
  const windows = await readExpectedMaintenance(q, { from: now, to: now + 1 }, decodeResourceConfig)
  return windows.map(({ id, to, scopes }) => ({ id, to: Date.parse(to), scopes }))
}

/**
 * Returns an incident with its start and end derived from the times of its events. An incident may stay open only in
 * case it recurs. Its end is then the end of its last outage.
 */
export const addIncidentTimes = (incident: StoredIncident, events: readonly OutageTimingEvent[]): StoredIncident => {
  const ended = incident.closedAt === null && incident.ended === null ? findLastRecovery(events) : incident.ended
  return { ...incident, ...computeIncidentTimes(events, { started: incident.started, ended }) }
}

/** Reads the incidents' events as far as the caller may see them, and the topology. */
async function readIncidents(
  q: SqlExecutor,
  incidents: readonly StoredIncident[],
  known: { events?: readonly StoredEvent[]; topology?: EstateTopology | undefined },
) {
  const ids = incidents.map(({ id }) => id)
  const stored = known.events ?? (await readEventsOfIncidents(q, ids, [...READ_KINDS, REPORTED_CHANGE_KIND]))
  const others = findOtherCustomersPaths(q)
  const shown = others ? stored.map((event) => maskOtherCustomersPathNames(event, others)) : stored
  const byIncident = Map.groupBy(shown, ({ incidentId }) => incidentId)
  const eventsOf = ({ id }: StoredIncident) =>
    (byIncident.get(id) ?? []).filter(({ kind }) => READ_KINDS.includes(kind))
  const topology = known.topology ?? (incidents.length > 0 ? await readTopology(q) : null)
  const reportsOf = (incident: StoredIncident) =>
    (byIncident.get(incident.id) ?? []).filter(
      ({ kind, ended }) => kind === REPORTED_CHANGE_KIND && ended === null && !isOver(incident),
    )
  return { topology, eventsOf, reportsOf, byIncident }
}

/** Returns the scopes of an incident, of its events, and of the other home circuits of its learned sites. */
const scopesOf = (incident: StoredIncident, events: readonly StoredEvent[], topology: EstateTopology | null) => [
  ...new Set([incident, ...events, ...listEventsOfOtherHomes(events, topology)].map(({ scope }) => scope)),
]

const siteEventKinds: ReadonlySet<EventKind> = new Set<EventKind>(['site_state_changed', 'no_path'])

/**
 * Returns the events about learned sites once more for each other home circuit of the site, because the scope of such
 * an event is only the first one. Empty if another event of the incident reports the failed element, because the other
 * circuits may have faults of their own.
 */
function listEventsOfOtherHomes(events: readonly StoredEvent[], topology: EstateTopology | null): StoredEvent[] {
  const isFailure = ({ kind, partOf }: StoredEvent) =>
    !partOf && AFFECTING_KINDS.includes(kind) && !siteEventKinds.has(kind)
  if (events.some(isFailure)) return []
  const circuits = (topology?.circuits ?? []).map(({ resource: { id, name }, config }) => ({
    id,
    place: formatCircuitPlace({ name, provider: config.provider, location: config.peeringLocation }),
  }))
  return events.flatMap((event) => {
    const places = siteEventKinds.has(event.kind) ? parseLearnedSitePlaces(event.subject) : []
    const others = circuits.filter(({ id, place }) => id !== event.scope && places.includes(place))
    return others.map(({ id }) => ({ ...event, scope: id }))
  })
}

interface Reading {
  topology: EstateTopology
  sources: readonly SourceStatus[]
  eventsOf: (incident: StoredIncident) => readonly StoredEvent[]
  /** returns the open events about changed announcements of an ongoing incident; absent = they are not used */
  reportsOf?: (incident: StoredIncident) => readonly StoredEvent[]
  now: EpochMs
}

type WithAbsences = RouteTableImpact & { absences: readonly PrefixesLostByGateway[]; isStillLost: boolean }

/**
 * Returns the impact of incidents as route tables show it. An incident with a stored impact that is still valid is not
 * computed again.
 */
async function tableImpacts(
  q: SqlExecutor,
  incidents: readonly StoredIncident[],
  { topology, sources, eventsOf, reportsOf, now }: Reading,
  { withAbsences, ignoresStored = false }: { withAbsences: boolean; ignoresStored?: boolean },
): Promise<Map<string, WithAbsences>> {
  const others = findOtherCustomersPaths(q)
  // A caller with limited access does not get the stored impact, because it counts the routes of all customers. An
  // exception is a stored impact without lost prefixes: if no customer lost a prefix, the caller did not lose one
  // either.
  const closed = incidents.filter(({ closedAt }) => closedAt !== null).map(({ id }) => id)
  const isStored = !ignoresStored && (others === null || withAbsences)
  const all = await readStoredImpacts(others?.whole ?? q, isStored ? closed : [], { withAbsences })
  const stored = others === null ? all : new Map([...all].filter(([, { absences }]) => absences.length === 0))
  const learned = sources.filter(({ poll }) => poll.kind === 'learned')
  const asked = incidents.flatMap((incident) => {
    const events = eventsOf(incident)
    const one = addReports(comparedIncident(incident, events), reportsOf?.(incident) ?? [])
    const read = () => {
      const gateways = hasTables(one)
        ? gatewaysOf([...scopesOf(incident, events, topology), ...one.reportedAt], topology)
        : null
      const seen = { since: incident.started.latest, isOver: isOver(incident), now }
      return { gateways, ...routesSince(gateways, learned, seen) }
    }
    const known = stored.get(one.id)
    return known && isStoredUsable(known, one, () => read().routes, now)
      ? []
      : [{ ...one, about: [...one.about, ...listEventsOfOtherHomes(events, topology)], ...read() }]
  })
  const differences = await compareTablesOfIncidents(
    q,
    asked.map(
      ({ routes, unread: _, began: __, scopes: ___, ...one }): RouteComparisonIncident => ({
        ...one,
        isWhole: routes === 'read',
      }),
    ),
    { topology, sources, now },
  )
  const fresh = asked.map(({ id, routes, unread }): [string, WithAbsences] => {
    const difference = differences.get(id) ?? null
    // If some tables were not read since the incident began, the result is used only if it shows an effect. A result
    // without an effect is then "unknown" and not "no effect".
    const isKnown = routes === 'read' || (difference?.effects.length ?? 0) > 0
    const { absences = [], ...counted } = difference ?? {}
    const counts =
      difference && isKnown ? { ...counted, isWhole: difference.isWhole, effects: difference.effects } : null
    return [id, { routes, unread, counts, absences, isStillLost: hasOpenAbsence({ absences }) }]
  })
  return new Map<string, WithAbsences>([...stored, ...fresh])
}

/**
 * Reports whether retention still keeps all tables since the start of an incident. Without them, a comparison would find
 * less than the incident lost. Uses the present time also in an answer about the past, because the tables are deleted
 * now.
 */
const hasTables = ({ from }: Pick<RouteComparisonIncident, 'from'>) =>
  from === INSTANT_BEFORE_MONITORING || from >= getDatabaseNow() - getHistoryRetentionMs()

/**
 * Reports whether a stored impact equals the impact that would be computed at a time (ADR 0388).
 * @param readRoutes returns whether the tables of the incident were read since it began, as known at `now`
 * @param now time of the question; may be in the past
 */
function isStoredUsable(
  known: StoredImpact,
  compared: ReturnType<typeof comparedIncident>,
  readRoutes: () => RouteTableImpact['routes'],
  now: EpochMs,
): boolean {
  if (!hasTables(compared)) return true
  if (known.of !== digestOf(compared) || known.rules < IMPACT_RULES_VERSION) return false
  // A lost prefix may have returned since the impact was stored.
  if (known.isStillLost && now < (compared.followedTo ?? 0) + RESTORED_AFTER_MS) return false
  // An answer about the past does not contain data that were observed later.
  if (now < known.storedAt)
    return now >= Math.max(compared.to ?? now, known.lastReturn ?? 0) && readRoutes() === known.routes
  if (known.routes === 'read') return true
  const routes = readRoutes()
  // Numbers of tables that were read in part are kept if the gateways are unknown now.
  return known.routes === 'not_read' ? routes !== 'read' : routes === known.routes
}

/**
 * Time in ms after the end of an incident until the results of all polls that began before the end are certainly
 * stored.
 */
const SETTLES_AFTER_MS = 10 * 60_000
const STORED_AT_ONCE = 20
/** Maximum time in ms after the end of an incident during which prefixes of a removed resource count as lost. */
const MAX_ABSENCE_MS = 7 * MS_PER_DAY
/** Time in ms that the search continues after the last return of a prefix, until this return is certainly stored. */
const RESTORED_AFTER_MS = MS_PER_HOUR

const hasOpenAbsence = ({ absences }: Pick<WithAbsences, 'absences'>) =>
  absences.some((one) => one.absences.some(({ ended }) => ended === null))

/** Reports whether an event ended although its routes did not return, because a resource was removed. */
const isRemoval = ({ kind, flags }: StoredEvent) => kind === 'resource_removed' || flags.includes('removed')

/** Kinds of events that end when sessions or routes return. */
const returningKinds: ReadonlySet<EventKind> = new Set<EventKind>([
  'session_down',
  'peer_lost',
  'path_down',
  'circuit_down',
  'connection_down',
  'failover',
  'mass_withdraw',
  'no_path',
  'n1_stranding',
])

/**
 * Reports whether a removed resource exists again: an event of the incident that the removal did not end itself ended
 * later, because its sessions or routes returned.
 */
function hasReturned(events: readonly StoredEvent[]): boolean {
  const removedBy = Math.max(...events.filter(isRemoval).flatMap(({ ended }) => ended?.latest ?? []))
  return events.some(
    (event) =>
      returningKinds.has(event.kind) && !isRemoval(event) && event.ended !== null && event.ended.latest > removedBy,
  )
}

/**
 * Returns the time up to which tables are compared, and the time up to which the return of lost prefixes is searched. A
 * removal is dated by the inventory poll that shows it, so the first poll of the tables that shows the loss may follow
 * later. No time is added if the resource exists again, because a table that is polled after that does not show the
 * loss for the first time.
 * @param end end of the incident; null = it is ongoing
 * @param events events of the incident
 * @param ends ends of its events. If a removed resource exists again, they are later than the end of the incident, which
 *   had closed with the removal
 */
function comparedUntil(
  end: EpochMs | null,
  events: readonly StoredEvent[],
  ends: readonly EpochMs[] = [],
): Pick<RouteComparisonIncident, 'to' | 'followedTo'> {
  if (end === null) return { to: null, followedTo: null }
  const last = Math.max(end, ...ends)
  if (!events.some(isRemoval)) return { to: last, followedTo: last + SETTLES_AFTER_MS }
  const to = hasReturned(events) ? last : Math.max(end + SETTLES_AFTER_MS, last)
  return { to, followedTo: last + MAX_ABSENCE_MS }
}

/**
 * Stores the impact of incidents that have been closed for ten minutes, so that lists of old incidents need not compare
 * tables. The stored impact remains after retention has deleted the tables, and is deleted together with its incident.
 * If a resource was removed, the times of its lost prefixes are stored again until the prefixes return.
 * @param isWhole false = only incidents that closed or changed in the last 8 days
 * @returns true if no incident remains
 */
export async function storeClosedImpacts(
  db: Database,
  now: EpochMs,
  signal: AbortSignal,
  { isWhole = true }: { isWhole?: boolean } = {},
): Promise<boolean> {
  const q = db.pool
  const query = { closedBy: now - SETTLES_AFTER_MS, limit: STORED_AT_ONCE, isWhole }
  for (let after: UnstoredIncident | undefined; !signal.aborted; ) {
    const unstored = await readIncidentsWithoutStoredImpact(q, { ...query, after })
    after = unstored.at(-1)
    if (after === undefined) return true
    const found = (await Promise.all(unstored.map(({ id }) => readIncidentById(q, id)))).flatMap((one) => one ?? [])
    const incidents = found.map(({ incident, events }) => addIncidentTimes(incident, events))
    const { topology, eventsOf } = await readIncidents(q, incidents, {})
    if (topology === null) continue
    const sources = await listSources(q, { kinds: ['learned'] })
    const impacts = await tableImpacts(
      q,
      incidents,
      { topology, sources, eventsOf, now },
      { withAbsences: true, ignoresStored: true },
    )
    await storeImpacts(
      q,
      incidents.flatMap((incident) => {
        const impact = impacts.get(incident.id)
        const compared = comparedIncident(incident, eventsOf(incident))
        const inputs = { id: incident.id, of: digestOf(compared), hasTables: hasTables(compared) }
        return impact && incident.closedAt !== null
          ? [{ ...inputs, closedAt: incident.closedAt, ...impact, absences: [...impact.absences] }]
          : []
      }),
      after.readAt,
    )
  }
  return false
}

/** Returns a hash of an incident's events and compared times. If it changes, the stored impact is out of date. */
function digestOf({ about, scopes, ...times }: ReturnType<typeof comparedIncident>): string {
  const { began, from, startedBy, laterStarts, to, followedTo } = times
  const events = about.map(({ kind, scope, subject }) => `${kind} ${scope} ${subject}`).toSorted()
  return createHash('sha256')
    .update(JSON.stringify([events, scopes, began, from, startedBy, laterStarts, to, followedTo]))
    .digest('base64')
}

/**
 * Time in which prefixes were lost because of an incident or because of an event that belongs to no incident, with the
 * owner of the cause.
 */
interface PrefixLoss extends PrefixesLostByGateway {
  owner: CauseOwner
  /** class of the cause; null = no cause was found, or the incident's root event is about monitoring */
  cause: string | null
  /** null = the event belongs to no incident */
  incidentId: string | null
  /** end of an absence if no return of its prefix is known; null = ongoing */
  ended: TimestampBounds | null
}

const PAGE = 200

/**
 * Returns the times in which prefixes had at most a default route, for every incident that may overlap a period, and
 * for losses without an incident. They are the same prefixes that the impact of incidents counts.
 */
export async function readPrefixLosses(
  q: SqlExecutor,
  { from, to }: Period,
  { topology, sources, now }: Pick<Reading, 'topology' | 'sources' | 'now'>,
): Promise<PrefixLoss[]> {
  const listed: StoredIncident[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listIncidents(q, { from: from - MAX_ABSENCE_MS, to, limit: PAGE, cursor })
    listed.push(...page.rows)
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  const ids = listed.map(({ id }) => id)
  const times = Map.groupBy(await readIncidentEventTimes(q, ids), ({ incidentId }) => incidentId)
  const incidents = listed.map((incident) => addIncidentTimes(incident, times.get(incident.id) ?? []))
  const { eventsOf } = await readIncidents(q, incidents, { topology })
  const roots = await readEventsById(
    q,
    incidents.map(({ rootEventId }) => rootEventId),
  )
  const causeOf = ([first]: StoredEvent['causes'] = []) => ({
    owner: first?.owner ?? 'unknown',
    cause: first?.class ?? null,
  })
  // a root event about monitoring, for example about throttled polls, did not cause a loss of prefixes, so that its
  // cause is left out
  const causes = new Map(roots.map(({ id, kind, causes: own }) => [id, monitoringEventKinds.has(kind) ? [] : own]))
  const found = await tableImpacts(q, incidents, { topology, sources, eventsOf, now }, { withAbsences: true })
  const ofIncidents = incidents.flatMap((incident) => {
    const { followedTo } = comparedIncident(incident, eventsOf(incident))
    const isFollowed = eventsOf(incident).some(isRemoval) && followedTo !== null
    const last = isFollowed && followedTo < now ? { earliest: followedTo, latest: followedTo } : null
    const ended = isFollowed ? last : incident.ended
    const of = { ...causeOf(causes.get(incident.rootEventId)), incidentId: incident.id }
    const isWithin = (one: PrefixUnreachableTime) => (one.ended ?? ended ?? { latest: to }).latest > from
    return (found.get(incident.id)?.absences ?? [])
      .map((one) => ({ ...one, absences: one.absences.filter(isWithin), ...of, ended }))
      .filter(({ absences }) => absences.length > 0)
  })
  // Events without an incident are included, because an action of the operator does not open an incident.
  const alone = (await listOutageEvents(q, { from, to }, ['no_path', 'mass_withdraw'])).filter(
    (one) => one.incidentId === null,
  )
  const differences = await compareTablesOfIncidents(
    q,
    alone.map((event): RouteComparisonIncident => {
      const { id, kind, scope, subject, started, ended } = event
      const others = listEventsOfOtherHomes([event], topology)
      return {
        id,
        about: [{ kind, scope, subject }, ...others],
        gateways: gatewaysOf([scope, ...others.map((other) => other.scope)], topology),
        from: started.earliest,
        startedBy: started.latest,
        ...comparedUntil(ended?.latest ?? null, [event]),
        isWhole: true,
      }
    }),
    { topology, sources, now },
  )
  const ofEvents = alone.flatMap(({ id, causes: own, ended }) =>
    (differences.get(id)?.absences ?? []).map((one) => ({ ...one, ...causeOf(own), incidentId: null, ended })),
  )
  return [...ofIncidents, ...ofEvents]
}

const isOver = ({ ended, closedAt }: StoredIncident) => ended !== null || closedAt !== null

/**
 * Reports whether the start of an event may be exact only to within minutes. This is the case if the event is about
 * failing polls, or about a deliberate change that only the inventory shows.
 */
const isDatedByRarePolls = ({ kind }: StoredEvent) => userActionEventKinds.has(kind) || isPollFailureKind(kind)

/**
 * Returns the events of an incident that determine its routes, and the time range for which tables are compared, from
 * the start of the incident (`began`) to its end. If a rare poll determined the start, the start is inexact and may be
 * within an earlier fault. In this case, tables are compared from the start of the other events (`from`), if there are
 * any.
 */
function comparedIncident({ id, scope, started, ended, closedAt }: StoredIncident, events: readonly StoredEvent[]) {
  const affecting = events.filter(({ kind }) => AFFECTING_KINDS.includes(kind))
  const begin = (of: readonly Pick<StoredEvent, 'started'>[]) => {
    const known = of.map((one) => one.started.earliest).filter((at) => at !== INSTANT_BEFORE_MONITORING)
    return started.earliest === INSTANT_BEFORE_MONITORING || known.length === 0
      ? INSTANT_BEFORE_MONITORING
      : Math.min(...known)
  }
  const began = begin([{ started }, ...affecting])
  const others = affecting.filter((event) => !isDatedByRarePolls(event))
  const startedBy = (of: readonly Pick<StoredEvent, 'started'>[]) => Math.min(...of.map((one) => one.started.latest))
  const isByRarePoll = events.some((event) => isDatedByRarePolls(event) && event.started.earliest <= began)
  const isFromOthers = isByRarePoll && others.length > 0
  const ends = affecting.flatMap((event) => event.ended?.latest ?? [])
  const own = affecting.some((event) => event.scope === scope) ? [] : [{ kind: null, scope, subject: '' }]
  return {
    id,
    about: [...own, ...affecting],
    scopes: [...new Set([scope, ...events.map((event) => event.scope)])].toSorted(),
    began,
    from: isFromOthers ? begin(others) : began,
    startedBy: startedBy(isFromOthers ? others : [{ started }, ...affecting]),
    laterStarts: laterStartsOf(others),
    ...comparedUntil(ended?.latest ?? closedAt, events, ends),
  }
}

/** Adds the resources of open events about changed announcements to the resources whose tables are compared. */
function addReports(one: ReturnType<typeof comparedIncident>, reports: readonly StoredEvent[]) {
  const reportedAt = [...new Set(reports.map(({ scope }) => scope))]
  return { ...one, reportedAt, scopes: [...new Set([...one.scopes, ...reportedAt])].toSorted() }
}

/** Maximum number of later outages whose starts are compared, because each comparison evaluates all changed prefixes. */
const MAX_LATER_STARTS = 10

/**
 * Returns the starts of the latest events before which all earlier events had ended, without the first event of the
 * incident.
 */
function laterStartsOf(events: readonly Pick<StoredEvent, 'started' | 'ended'>[]): TimestampBounds[] {
  let until = Number.NEGATIVE_INFINITY
  return events
    .toSorted((a, b) => a.started.earliest - b.started.earliest)
    .flatMap(({ started, ended }, n) => {
      const isLater = n > 0 && started.earliest > until
      until = Math.max(until, ended?.latest ?? Number.POSITIVE_INFINITY)
      return isLater ? [started] : []
    })
    .slice(-MAX_LATER_STARTS)
}

/**
 * Returns the gateways among these resources, and the gateways that are connected to the circuits and VPN connections
 * among them. Null if there is none, or if one of them is unknown.
 */
function gatewaysOf(scopes: readonly string[], topology: EstateTopology): string[] | null {
  const own = new Set(scopes)
  const isOwn = ({ resource }: { resource: { id: string } }) => own.has(resource.id)
  const at = topology.gateways.filter(isOwn).map(({ resource }) => resource.id)
  const behind = topology.circuits
    .filter(isOwn)
    .flatMap(({ resource }) => listCircuitGateways(topology, resource.resourceId))
    .map((gateway) => gateway?.id ?? null)
  const ends = new Set(topology.connections.filter(isOwn).flatMap(({ config }) => config.gatewayKeys))
  const ofConnections = topology.gateways.filter(({ resource }) => ends.has(normalizeArmId(resource.resourceId)))
  const all = [...new Set([...at, ...behind, ...ofConnections.map(({ resource }) => resource.id)])]
  const found = all.filter((id) => id !== null)
  return found.length === 0 || found.length < all.length ? null : found
}

function routesSince(
  gateways: readonly string[] | null,
  tables: readonly SourceStatus[],
  { since, isOver, now }: { since: EpochMs; isOver: boolean; now: EpochMs },
): Pick<RouteTableImpact, 'routes' | 'unread'> {
  if (gateways === null) return { routes: 'unknown', unread: [] }
  const own = tables.filter(({ scope }) => gateways.includes(scope))
  if (own.length === 0) return { routes: 'not_polled', unread: [] }
  const isRead = ({ poll }: SourceStatus) =>
    (poll.lastReadAt ?? 0) > since && (isOver || isFreshnessUsable(judgePollFreshness(poll, now)))
  const isWhole = gateways.every((id) => own.some(({ scope }) => scope === id))
  const unread = [...new Set(own.filter((source) => !isRead(source)).map(({ scopeName }) => scopeName))]
  return { routes: isWhole && unread.length === 0 ? 'read' : 'not_read', unread }
}
