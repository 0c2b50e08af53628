import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  PROVED_BY_METRIC_FLAG,
  computeNotificationDelayBound,
  measureFlapping,
  type EpochMs,
  type OutageTimingEvent,
  findOutages,
  type PollKind,
  type PollKindInterval,
  severities,
} from '#lib/contract/index.ts'
import type { IncidentsParameters, IncidentsEndpointResponse } from '../api/index.ts'
import {
  acknowledgeIncident,
  readEventsById,
  readIncidentById,
  listIncidents as readIncidents,
  readManualSendsOfIncident,
  snoozeIncident,
  readIncidentEventTimes,
  type SourceStatus,
  type StoredIncident,
} from '#lib/history/index.ts'
import {
  assignIncident,
  listAssignments,
  type IncidentRecurrence,
  listRecentAssignees,
  countIncidentRecurrences,
} from '../store/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  getActorName,
  type ReadableDatabase,
  getSqlExecutor,
  NotFoundError,
  buildFreshnessFields,
  combinePollFreshness,
  judgePollFreshness,
  findSupportingPolls,
  readSources,
  announceStreamChange,
  resolveEventResourceId,
  type EstateTopology,
} from '#lib/questions/index.ts'

import { listPollKindsOfEvents, findProvenUntil, findUnobservedTimes } from '#lib/questions/event-sources.ts'
import { buildApiEvents } from './events.ts'
import { readIncidentImpactInputs, addIncidentTimes } from './incident-impact.ts'
import { judgeUserActionNeed } from '../rules/needs-you.ts'

export type IncidentResponse = IncidentsEndpointResponse<'incidents'>['data'][number]
export type EventResponse = NonNullable<IncidentResponse['root']>

/** Returns incidents, newest first. If only open incidents are requested, the most severe come first. */
export async function getIncidents(
  db: ReadableDatabase,
  { state, scope, severity, owner, kind, acknowledged, assigned, ...page }: Omit<IncidentsParameters, 'at'>,
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'incidents'>> {
  const q = getSqlExecutor(db)
  const { rows, nextCursor } = await readIncidents(q, {
    ...page,
    scope: await resolveEventResourceId(q, scope),
    open: state && state === 'open',
    severities: severity,
    owners: owner,
    kinds: kind,
    acknowledged: acknowledged && acknowledged === 'yes',
    assigned: assigned && assigned === 'yes',
  })
  const sources = await readSources(q)
  return {
    data: await buildApiIncidents(q, rows, sources, now),
    ...buildFreshnessFields(findSupportingPolls(sources, listPollKindsOfEvents(), now), now),
    nextCursor,
  }
}

/**
 * Returns one incident with all of its events.
 * @throws NotFoundError if there is no incident with this ID
 */
export async function getIncident(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'incident'>> {
  const q = getSqlExecutor(db)
  const data = await detailOf(q, id, now)
  const scopes = new Set(data.timeline.map(({ scope }) => scope))
  const sources = await readSources(q)
  const kinds = listPollKindsOfEvents([...new Set(data.timeline.map(({ kind }) => kind))])
  const own = findSupportingPolls(
    sources.filter(({ scope }) => scopes.has(scope)),
    kinds,
    now,
  )
  // If the resources of the events have no such polls, the polls of all resources are used. For example, withdrawn
  // prefixes of a circuit are polled only at its gateways.
  return { data, ...buildFreshnessFields(own.length > 0 ? own : findSupportingPolls(sources, kinds, now), now) }
}

/**
 * Records who acknowledged an incident, and notifies every open page.
 * @throws NotFoundError if there is no incident with this ID
 */
export async function acknowledgeVisibleIncident(
  db: ReadableDatabase,
  id: string,
  note: string | null,
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'incident'>> {
  return changed(db, id, await acknowledgeIncident(getSqlExecutor(db), id, { by: getActorName(), note, at: now }), now)
}

/**
 * Mutes reminders and escalations of an incident for some minutes (0 = unmutes it), and notifies every open page.
 * @throws NotFoundError if there is no incident with this ID
 */
export async function snoozeVisibleIncident(
  db: ReadableDatabase,
  id: string,
  minutes: number,
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'incident'>> {
  const snoozed = { until: now + minutes * MS_PER_MINUTE, by: getActorName(), at: now }
  return changed(db, id, await snoozeIncident(getSqlExecutor(db), id, snoozed), now)
}

/** Notifies every open page, so that pages that show incidents read them again. */
export async function publishIncidentChange(q: SqlExecutor, now: EpochMs = getDatabaseNow()): Promise<void> {
  await announceStreamChange(q, ['events', 'overview', 'circuits', 'gateways'], now)
}

/**
 * Records the new assignee of an incident, and notifies every open page.
 * @param assignee name of the assignee; null = the assignment ends
 * @throws NotFoundError if there is no incident with this ID
 */
export async function assignVisibleIncident(
  db: Database,
  id: string,
  { assignee, note }: { assignee: string | null; note: string | null },
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'incident'>> {
  const known = await db.transaction((client) =>
    assignIncident(client, id, { assignee, note, by: getActorName(), at: now }),
  )
  return changed(db, id, known, now)
}

/**
 * Notifies every open page that an incident has changed, and returns the incident.
 * @param isKnown whether an incident with this ID exists
 * @throws NotFoundError if `isKnown` is false
 */
async function changed(
  db: ReadableDatabase,
  id: string,
  isKnown: boolean,
  now: EpochMs,
): Promise<IncidentsEndpointResponse<'incident'>> {
  if (!isKnown) throw noIncident(id)
  await publishIncidentChange(getSqlExecutor(db), now)
  return getIncident(db, id, now)
}

const ASSIGNEES_SINCE_MS = 90 * 24 * 60 * 60_000
const MAX_ASSIGNEES = 100

/** Returns the names to which incidents were assigned in the last 90 days, latest first, at most 100. */
export const readRecentAssignees = (db: ReadableDatabase, now: EpochMs = getDatabaseNow()): Promise<string[]> =>
  listRecentAssignees(getSqlExecutor(db), now - ASSIGNEES_SINCE_MS, MAX_ASSIGNEES)

async function detailOf(
  q: SqlExecutor,
  id: string,
  now: EpochMs,
): Promise<IncidentsEndpointResponse<'incident'>['data']> {
  const stored = await readIncidentById(q, id)
  if (!stored) throw noIncident(id)
  const found = { ...stored, incident: addIncidentTimes(stored.incident, stored.events) }
  const sources = await readSources(q)
  const unseenOf = await findUnobservedTimes(q, found.events, sources, now)
  const timeline = await buildApiEvents(q, found.events, { unseenOf, sources, now })
  const { rootEventId } = found.incident
  const elsewhere = async () => (await buildApiEvents(q, await readEventsById(q, [rootEventId])))[0]
  const root = timeline.find((event) => event.id === rootEventId) ?? (await elsewhere()) ?? null
  const impactOf = await readIncidentImpactInputs(q, [found.incident], { sources, now }, { events: found.events })
  const view = incidentView(
    found.incident,
    root,
    {
      ...polledOf(sources),
      impactOf,
      times: found.events.map((one) => ({ ...one, unseen: unseenOf(one) })),
      recurrence: (await countIncidentRecurrences(q, [id])).get(id),
    },
    now,
  )
  const { formerRoots } = found.incident
  return {
    ...view,
    hindrance: null,
    formerRoots,
    assignments: await listAssignments(q, id),
    sent: await readManualSendsOfIncident(q, id),
    timeline,
  }
}

const noIncident = (id: string) => new NotFoundError(`no incident ${id}: /api/v1/incidents lists those that there are`)

/** Reads the root events and outage times of incidents, and derives the incidents' begin and end from them. */
async function withRoots(q: SqlExecutor, stored: readonly StoredIncident[]) {
  const lasting = await readIncidentEventTimes(
    q,
    stored.map(({ id }) => id),
  )
  const times = Map.groupBy(lasting, ({ incidentId }) => incidentId)
  const rows = stored.map((row) => addIncidentTimes(row, times.get(row.id) ?? []))
  const roots = await readEventsById(
    q,
    rows.map(({ rootEventId }) => rootEventId),
  )
  return { times, rows, views: new Map((await buildApiEvents(q, roots)).map((event) => [event.id, event])) }
}

/** Returns incidents with their phase (ongoing, recovered or closed), end and root event. */
export async function readIncidentRoots(q: SqlExecutor, stored: readonly StoredIncident[]) {
  const { times, rows, views } = await withRoots(q, stored)
  return rows.map((row) => ({
    ...row,
    ...phaseOf(row, times.get(row.id) ?? []),
    endedBetween: row.ended,
    root: views.get(row.rootEventId) ?? null,
  }))
}

function phaseOf(
  { closedAt, ended }: StoredIncident,
  times: readonly OutageTimingEvent[],
): Pick<IncidentResponse, 'phase' | 'flapping'> {
  const flapping = closedAt === null ? measureFlapping(times) : null
  return { phase: closedAt !== null ? 'closed' : ended === null || flapping ? 'ongoing' : 'recovered', flapping }
}

/**
 * Converts incidents to the form of the API.
 * @param topology configuration of the estate, if the caller has already read it
 */
export async function buildApiIncidents(
  q: SqlExecutor,
  stored: readonly StoredIncident[],
  sources: readonly SourceStatus[],
  now: EpochMs,
  topology?: EstateTopology,
): Promise<IncidentResponse[]> {
  const ids = stored.map(({ id }) => id)
  const { times, rows, views } = await withRoots(q, stored)
  const unseenOf = await findUnobservedTimes(q, [...times.values()].flat(), sources, now)
  const polled = {
    ...polledOf(sources),
    impactOf: await readIncidentImpactInputs(q, rows, { sources, now }, { topology }),
  }
  const recurrences = await countIncidentRecurrences(q, ids)
  return rows.map((row) => {
    const seen = (times.get(row.id) ?? []).map((one) => ({ ...one, unseen: unseenOf(one) }))
    const own = { times: seen, recurrence: recurrences.get(row.id) }
    return incidentView(row, views.get(row.rootEventId) ?? null, { ...polled, ...own }, now)
  })
}

const ranks = Object.fromEntries(severities.map((severity, rank) => [severity, rank]))

/**
 * Sorts incidents, the most important first: ongoing before ended; then by severity; at equal severity flapping
 * incidents, then incidents with a known cause, then the newest.
 */
export function sortIncidentsWorstFirst(incidents: readonly IncidentResponse[]): IncidentResponse[] {
  // Half a rank is subtracted, so that a flapping incident comes before the other incidents of its severity.
  const rankOf = ({ severity, flapping }: IncidentResponse) =>
    (ranks[severity] ?? severities.length) - (flapping ? 0.5 : 0)
  const isUnexplained = ({ cause }: IncidentResponse) => Number((cause?.owner ?? 'unknown') === 'unknown')
  const isOver = ({ phase }: IncidentResponse) => Number(phase !== 'ongoing')
  return incidents.toSorted(
    (a, b) =>
      isOver(a) - isOver(b) ||
      rankOf(a) - rankOf(b) ||
      isUnexplained(a) - isUnexplained(b) ||
      (a.openedAt < b.openedAt ? 1 : -1),
  )
}

/**
 * Returns the time since which an incident is not confirmed, because the polls that show its root event fail or are too
 * old; null while they succeed. If an event about a circuit was detected from gateway tables, one recent poll of these
 * kinds at any resource is sufficient. A fault of Peerwatch itself, which no poll shows, is always confirmed.
 */
function unverifiedSince(root: EventResponse, sources: readonly SourceStatus[], now: EpochMs): EpochMs | null {
  const kinds = listPollKindsOfEvents([root.kind])
  if (kinds.length === 0) return null
  const own = findSupportingPolls(
    sources.filter(({ scope }) => scope === root.scope),
    kinds,
    now,
  )
  if (
    own.length === 0 &&
    findSupportingPolls(sources, kinds, now).some((poll) => isFreshnessUsable(judgePollFreshness(poll, now)))
  )
    return null
  const { state, latePollAt, missing } = combinePollFreshness(own, now)
  return state === 'stale' || state === 'never' || missing ? (latePollAt ?? root.detectedAt) : null
}

/**
 * Kinds of polls that show that a session or a path is lost, and whether the BGP session or ARP is affected. The cause
 * is final only after these polls have finished since the start of the root event.
 */
const LAYERS: ReadonlySet<PollKind> = new Set(['peers', 'summary', 'arp'])

/**
 * Reports whether the cause of an ongoing incident may still change, because a poll on which the cause depends has not
 * finished since the root event began. Paused polls and polls that never finished are ignored.
 */
export function canCauseStillChange(root: EventResponse | null, sources: readonly SourceStatus[]): boolean {
  if (root === null || root.endedBetween !== null) return false
  const kinds = listPollKindsOfEvents([root.kind]).filter((kind) => LAYERS.has(kind))
  return sources.some(
    ({ scope, poll }) =>
      scope === root.scope &&
      kinds.includes(poll.kind) &&
      poll.lastOutcome !== 'paused' &&
      poll.lastFinishedAt !== null &&
      poll.lastFinishedAt < root.startedBetween.latest,
  )
}

/** Polled sources and their intervals, read once for all incidents of a response. */
interface Polled {
  sources: readonly SourceStatus[]
  paces: readonly PollKindInterval[]
}

const polledOf = (sources: readonly SourceStatus[]): Polled => ({
  sources,
  paces: sources.map(({ scope, poll }) => ({ ...poll, scope })),
})

/**
 * Returns the phase of an incident, whether polls confirm it and show its cause, and whether it needs a person.
 * @param event root event; null = no longer stored
 */
export function determineIncidentPhase(
  stored: StoredIncident,
  event: EventResponse | null,
  impact: ReturnType<Awaited<ReturnType<typeof readIncidentImpactInputs>>>,
  {
    times,
    recurrence,
    sources,
  }: {
    times: readonly OutageTimingEvent[]
    recurrence: IncidentRecurrence | undefined
    sources: readonly SourceStatus[]
  },
  now: EpochMs,
) {
  const { phase, flapping } = phaseOf(stored, times)
  const isOpen = stored.closedAt === null
  const isDiagnosed = stored.ended === null && isOpen && canCauseStillChange(event, sources)
  const late = event && isOpen ? unverifiedSince(event, sources, now) : null
  // The poll that showed a recovery confirmed the incident at that time.
  const unconfirmedSince = late === null ? null : Math.max(late, stored.ended?.latest ?? late)
  const needsYou = judgeUserActionNeed(
    {
      ...impact.evidence,
      impact,
      phase,
      closedAt: stored.closedAt,
      endedAt: stored.ended?.latest ?? null,
      rootKind: event?.kind ?? null,
      isFlapping: flapping !== null,
      repeats: recurrence?.count ?? 1,
      isPlanned: stored.maintenance,
      isDiagnosing: isDiagnosed,
      unconfirmedSince,
    },
    now,
  )
  return { phase, flapping, unconfirmedSince, isDiagnosed, needsYou }
}

function incidentView(
  stored: StoredIncident,
  event: EventResponse | null,
  {
    sources,
    paces,
    impactOf,
    times,
    recurrence,
  }: Polled & {
    impactOf: Awaited<ReturnType<typeof readIncidentImpactInputs>>
    times: Parameters<typeof findProvenUntil>[0]
    recurrence: IncidentRecurrence | undefined
  },
  now: EpochMs,
): IncidentResponse {
  const computed = impactOf(stored)
  const { observed: _, evidence: __, ...impact } = computed
  const isOpen = stored.closedAt === null
  const own = { times, recurrence, sources }
  const { phase, flapping, unconfirmedSince, isDiagnosed, needsYou } = determineIncidentPhase(
    stored,
    event,
    computed,
    own,
    now,
  )
  return {
    ...stored,
    // An incident is about the resource of its root event. The event that opened it may have been about another one.
    ...(event && { scope: event.scope, scopeName: event.scopeName }),
    state: isOpen ? 'open' : 'closed',
    phase,
    flapping,
    needsYou,
    title: event ? `${event.kind} ${event.scopeName} ${event.subject}` : stored.scopeName,
    root: event,
    evidence: event?.flags.includes(PROVED_BY_METRIC_FLAG) ? 'metric' : 'state',
    cause: isDiagnosed ? null : (event?.cause ?? null),
    diagnosing: isDiagnosed,
    continuedBy: event && event.incidentId !== stored.id ? event.incidentId : null,
    impact,
    startedBetween: stored.started,
    endedBetween: stored.ended,
    outages: findOutages(times).map((one) => ({ ...one, startedBetween: one.started, endedBetween: one.ended })),
    snoozed: stored.snoozed && isOpen && stored.snoozed.until > now ? stored.snoozed : null,
    unverifiedSince: unconfirmedSince,
    confirmedAt: isOpen ? findProvenUntil(times, sources, now) : null,
    // Only an open incident has a maximum delay, because it is computed from the current poll intervals.
    delay:
      event && isOpen
        ? computeNotificationDelayBound(event, { ...event, began: event.startedBetween.earliest }, paces)
        : null,
    recurrence: recurrence ?? null,
  }
}
