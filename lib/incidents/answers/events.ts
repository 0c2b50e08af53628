import { databaseNow } from '#lib/platform/database-clock.ts'
import { type Cause, type EpochMs, type Evidence, type FailoverDetail, WHOLE_ESTATE } from '#lib/contract/index.ts'
import type { EventsParameters, ResponseOf } from '../api/index.ts'
import type { TimeSpan } from '#lib/contract/time/spans.ts'
import { eventRepeats, type Repeats } from '../store/index.ts'
import { listEvents, eventParts, type SourceStatus, type StoredEvent } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  coveredBetween,
  type Db,
  ageOf,
  isoBounds,
  readTopology,
  type OthersPaths,
  othersPaths,
  pollsUnder,
  queryable,
  readSources,
  resolveEventScope,
  withoutOthersCarriers,
} from '#lib/questions/index.ts'
import { pollsBehind, provenUntil, unseenDuring } from './event-sources.ts'

type Event = ResponseOf<'events'>['data'][number]

/** Events that may have started in the asked time, newest first. */
export async function getEvents(
  db: Db,
  parameters: EventsParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'events'>> {
  const q = queryable(db)
  const scope = await resolveEventScope(q, parameters.scope)
  // what all of the estate rests on is every poll
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
  const kinds = pollsBehind(kind)
  const range = { scope: polled, kinds, from: from ?? 0, to: to ?? now, now }
  const views = await eventViews(q, rows, { unseenOf: await unseenDuring(q, rows, all, now), sources: all, now })
  return {
    data: views.filter((view, at) => rows[at] && isFound(view, rows[at], text)),
    ...ageOf(pollsUnder(sources, kinds, now), now),
    ...(from === undefined && to === undefined ? {} : await coveredBetween(q, range)),
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
 * Events as the API writes them, each with how many were folded into it.
 * @param seen when no poll would have seen one end, and the polls that prove what goes on; absent = not read
 */
export async function eventViews(q: Queryable, rows: readonly StoredEvent[], seen?: Seen): Promise<Event[]> {
  const parts = await eventParts(
    q,
    rows.map(({ id }) => id),
  )
  const others = othersPaths(q)
  const repeats = await eventRepeats(
    q,
    rows.map(({ id, kind }) => ({ id, kinds: pollsBehind([kind]) })),
  )
  const providers = await providersOf(q, rows)
  return rows.map((row) => {
    const known = eventView(row, parts.get(row.id) ?? 0, repeats.get(row.id) ?? RAISED_ONCE, providers)
    const view = seen ? { ...known, ...seenOf(row, known, seen) } : known
    return others ? withoutOthers(view, others) : view
  })
}

/** Providers by their circuits' short ids, where a cause names one. */
async function providersOf(q: Queryable, rows: readonly StoredEvent[]): Promise<ReadonlyMap<string, string | null>> {
  const isNamed = rows.some(({ causes }) => causes.some(({ owner }) => owner === 'provider'))
  const { circuits } = isNamed ? await readTopology(q) : { circuits: [] }
  return new Map(circuits.map(({ resource, config }) => [resource.id, config.provider]))
}

interface Seen {
  unseenOf: (row: StoredEvent) => readonly TimeSpan[]
  /** of the whole estate */
  sources: readonly SourceStatus[]
  now: EpochMs
}

/** What was not seen of an event is no part of what it lasted for certain, nor is what no poll proves yet. */
function seenOf(
  row: StoredEvent,
  { duration }: Event,
  { unseenOf, sources, now }: Seen,
): Pick<Event, 'notObserved' | 'confirmedAt' | 'duration'> {
  const notObserved = [...unseenOf(row)]
  const unseenMs = notObserved.reduce((sum, { from, to }) => sum + (to - from), 0)
  return {
    notObserved,
    confirmedAt: provenUntil([row], sources, now),
    duration: duration && { ...duration, minMs: Math.max(0, duration.minMs - unseenMs) },
  }
}

/** Where a path change names what carries its prefixes instead, it may be another customer's. */
function withoutOthers(view: Event, others: OthersPaths): Event {
  const { causes, ...rest } = withoutOthersCarriers(view, others)
  return { ...rest, causes, cause: causes[0] ?? view.cause }
}

/** Whether a text that was asked for is still found in what is shown: else asking would confirm a guess. */
function isFound(view: Event, stored: StoredEvent, text: string | undefined): boolean {
  if (text === undefined || view.subject === stored.subject) return true
  const words = [view.kind, view.scopeName, view.subject, ...view.causes.map(({ class: name }) => name)].join(' ')
  return [words, words.replaceAll(/[_~]/g, ' ')].some((one) => one.toLowerCase().includes(text.toLowerCase()))
}

const RAISED_ONCE: Repeats = { count: 1, polledAt: null }

function eventView(
  stored: StoredEvent,
  parts: number,
  repeats: Repeats,
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

/** What a flapping session repeats are its restarts, which are counted in one event. */
const restartsOf = ({ evidence }: StoredEvent): number | null =>
  evidence.find(({ restarts }) => restarts !== undefined)?.restarts ?? null

/** What has ended was there at least until the earliest end; what goes on was proved again by the last good poll. */
function lastSeenOf({ ended, started, detectedAt }: StoredEvent, { polledAt }: Repeats): EpochMs {
  return ended === null ? Math.max(detectedAt, polledAt ?? detectedAt) : Math.max(ended.earliest, started.earliest)
}

const causeView = ({ evidence = [], ...cause }: Cause, provider: string | null | undefined): Event['cause'] => ({
  ...cause,
  ...(cause.owner === 'provider' && provider && { ownerName: provider }),
  evidence: evidence.map(shownEvidence),
})

/** Returns evidence as detection stored it, in which a value may be missing. */
const shownEvidence = ({ before = null, after = null, ...evidence }: Evidence): Event['evidence'][number] => ({
  ...evidence,
  before: plain(before),
  after: plain(after),
})

/** Bounds among the values are instants too. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('earliest' in value && 'latest' in value)) return value
  const { earliest, latest } = value
  return typeof earliest === 'number' && typeof latest === 'number' ? isoBounds({ earliest, latest }) : value
}

const shownFailover = (detail: FailoverDetail) => ({
  ...detail,
  expectations: detail.expectations.map((one) => ({ ...one, budgetSeconds: one.budgetMs / 1_000 })),
  revisions: detail.revisions ?? [],
})
