import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type Cause,
  type EpochMs,
  type Evidence,
  type FailoverTimes,
  WHOLE_ESTATE,
  findCauseOwnerName,
} from '#lib/contract/index.ts'
import type { EventsParameters, IncidentsEndpointResponse } from '../api/index.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import { readEventRepeats, type EventRepetition } from '../store/index.ts'
import { listEvents, countEventParts, type SourceStatus, type StoredEvent } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  readCoverageBetween,
  type ReadableDatabase,
  buildFreshnessFields,
  convertBoundsToIso,
  readTopology,
  type OtherCustomersPaths,
  findOtherCustomersPaths,
  findSupportingPolls,
  getSqlExecutor,
  readSources,
  resolveEventResourceId,
  maskOtherCustomersPathNames,
} from '#lib/questions/index.ts'
import { listPollKindsOfEvents, findEventProvenUntil, findUnobservedTimes } from '#lib/questions/event-sources.ts'

type Event = IncidentsEndpointResponse<'events'>['data'][number]

/** Returns events that may have started in the requested time, newest first. */
export async function getEvents(
  db: ReadableDatabase,
  parameters: EventsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'events'>> {
  const q = getSqlExecutor(db)
  const scope = await resolveEventResourceId(q, parameters.scope)
  // Events about the whole estate depend on the polls of every resource, so the freshness covers all of them.
  const polled = scope === WHOLE_ESTATE ? undefined : scope
  const { from, to, kind, severity, owner, partOf, incident, text, limit, cursor } = parameters
  const { rows, nextCursor } = await listEvents(q, {
    kinds: kind,
    severities: severity,
    owners: owner,
    partOf: partOf === 'none' ? null : partOf,
    scope,
    incident,
    text,
    from,
    to,
    limit,
    cursor,
  })
  const all = await readSources(q)
  const sources = polled === undefined ? all : all.filter((source) => source.scope === polled)
  const kinds = listPollKindsOfEvents(kind)
  const range = { scope: polled, kinds, from: from ?? 0, to: to ?? now, now }
  const views = await buildApiEvents(q, rows, {
    unseenOf: await findUnobservedTimes(q, rows, all, now),
    sources: all,
    now,
  })
  return {
    data: views.filter((view, at) => rows[at] && isFound(view, rows[at], text)),
    ...buildFreshnessFields(findSupportingPolls(sources, kinds, now), now),
    ...(from === undefined && to === undefined ? {} : await readCoverageBetween(q, range)),
    nextCursor,
  }
}

const unknownCause: Event['cause'] = {
  class: 'unknown_cause',
  owner: 'unknown',
  confidence: 0,
  evidence: [],
  nextStep: 'No poll shows the cause. Compare with the events around it.',
}

/**
 * Converts events to the form of the API. Each contains the number of events that belong to it as parts.
 * @param seen polled sources, and a function that returns unobserved times; without it, the result has no unobserved
 *   times and no time of the last confirmation
 */
export async function buildApiEvents(q: SqlExecutor, rows: readonly StoredEvent[], seen?: Seen): Promise<Event[]> {
  const parts = await countEventParts(
    q,
    rows.map(({ id }) => id),
  )
  const others = findOtherCustomersPaths(q)
  const repeats = await readEventRepeats(
    q,
    rows.map(({ id, kind }) => ({ id, kinds: listPollKindsOfEvents([kind]) })),
  )
  const providers = await readProviderNames(
    q,
    rows.some(({ causes }) => causes.some(({ owner }) => owner === 'provider')),
  )
  const wholes = new Map(rows.map((row) => [row.id, row]))
  return rows.map((row) => {
    const known = eventView(row, parts.get(row.id) ?? 0, repeats.get(row.id) ?? RAISED_ONCE, providers)
    const view = seen ? { ...known, ...seenOf(row, known, seen, wholes.get(row.partOf ?? '')) } : known
    return others ? withoutOthers(view, others) : view
  })
}

/**
 * Returns the name of each circuit's provider by the circuit's short ID.
 * @param isNeeded whether the likely owner of a cause is a provider; if false, the result is empty
 */
export async function readProviderNames(
  q: SqlExecutor,
  isNeeded: boolean,
): Promise<ReadonlyMap<string, string | null>> {
  const { circuits } = isNeeded ? await readTopology(q) : { circuits: [] }
  return new Map(circuits.map(({ resource, config }) => [resource.id, config.provider]))
}

interface Seen {
  unseenOf: (row: StoredEvent) => readonly TimeInterval[]
  /** polled sources of the whole estate */
  sources: readonly SourceStatus[]
  now: EpochMs
}

/**
 * Returns the times in which no poll observed an event, and the time of its last confirmation. Its minimum duration is
 * reduced by the unobserved times.
 * @param whole event of which it is a part; undefined = none, or not among the read events
 */
function seenOf(
  row: StoredEvent,
  { duration }: Event,
  { unseenOf, sources, now }: Seen,
  whole: StoredEvent | undefined,
): Pick<Event, 'notObserved' | 'confirmedAt' | 'duration'> {
  const notObserved = [...unseenOf(row)]
  const unseenMs = notObserved.reduce((sum, { from, to }) => sum + (to - from), 0)
  return {
    notObserved,
    confirmedAt: findEventProvenUntil(row, notObserved, sources, now, whole),
    duration: duration && { ...duration, minMs: Math.max(0, duration.minMs - unseenMs) },
  }
}

/**
 * Hides the names of other customers' circuits and gateways, for example if prefixes have moved to another customer's
 * path.
 */
function withoutOthers(view: Event, others: OtherCustomersPaths): Event {
  const { causes, ...rest } = maskOtherCustomersPathNames(view, others)
  return { ...rest, causes, cause: causes[0] ?? view.cause }
}

/**
 * Reports whether an event still matches the searched text after names of other customers were hidden. Otherwise a
 * search could confirm a guessed name.
 */
function isFound(view: Event, stored: StoredEvent, text: string | undefined): boolean {
  if (text === undefined || view.subject === stored.subject) return true
  const words = [view.kind, view.scopeName, view.subject, ...view.causes.map(({ class: name }) => name)].join(' ')
  return [words, words.replaceAll(/[_~]/g, ' ')].some((one) => one.toLowerCase().includes(text.toLowerCase()))
}

const RAISED_ONCE: EventRepetition = { count: 1, polledAt: null }

function eventView(
  stored: StoredEvent,
  parts: number,
  repeats: EventRepetition,
  providers: ReadonlyMap<string, string | null>,
): Event {
  const causes = stored.causes.map((cause) => causeView(cause, providers.get(stored.scope)))
  return {
    ...stored,
    startedBetween: stored.started,
    endedBetween: stored.ended,
    cause: causes[0] ?? unknownCause,
    causes,
    evidence: stored.evidence.map(shownEvidence),
    parts,
    count: restartsOf(stored) ?? repeats.count,
    lastSeenAt: lastSeenOf(stored, repeats),
    failover: stored.failover && shownFailover(stored.failover),
    forwardingLoss: stored.forwardingLoss && {
      ...stored.forwardingLoss,
      startedBetween: stored.forwardingLoss.started,
    },
  }
}

/** Returns the number of restarts of a session, if one event combines them; null for other events. */
const restartsOf = ({ evidence }: StoredEvent): number | null =>
  evidence.find(({ restarts }) => restarts !== undefined)?.restarts ?? null

/**
 * Returns when an event was last seen: the earliest possible end of an ended event, or the last successful poll that
 * confirmed an ongoing event.
 */
function lastSeenOf({ ended, started, detectedAt }: StoredEvent, { polledAt }: EventRepetition): EpochMs {
  return ended === null ? Math.max(detectedAt, polledAt ?? detectedAt) : Math.max(ended.earliest, started.earliest)
}

function causeView({ evidence = [], ...cause }: Cause, provider: string | null | undefined): Event['cause'] {
  const ownerName = findCauseOwnerName(cause, provider)
  return { ...cause, ...(ownerName && { ownerName }), evidence: evidence.map(shownEvidence) }
}

/** Converts evidence to the form of the API; a missing value becomes null. */
const shownEvidence = ({ before = null, after = null, ...evidence }: Evidence): Event['evidence'][number] => ({
  ...evidence,
  before: plain(before),
  after: plain(after),
})

/** Converts a value with an earliest and a latest time to ISO times; returns any other value unchanged. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('earliest' in value && 'latest' in value)) return value
  const { earliest, latest } = value
  return typeof earliest === 'number' && typeof latest === 'number' ? convertBoundsToIso({ earliest, latest }) : value
}

const shownFailover = (detail: FailoverTimes) => ({
  ...detail,
  expectations: detail.expectations.map((one) => ({ ...one, budgetSeconds: one.budgetMs / 1_000 })),
  revisions: detail.revisions ?? [],
})
