import {
  type EpochMs,
  type Event,
  event,
  type EventsParameters,
  type PollKind,
  type ResponseOf,
} from '#lib/contract/index.ts'
import { listEvents, type StoredEvent } from '#lib/history/index.ts'
import { coveredBetween } from './covered.ts'
import { type Db, queryable } from './db.ts'
import { freshnessOf, pollsOf, readSources } from './freshness.ts'
import { resolveScope } from './scope.ts'
import { iso, isoBounds, isoBoundsOrNull } from './wire.ts'

/** What events are detected from. */
export const eventKindsRestOn: readonly PollKind[] = ['peers', 'summary']

/** Events that may have started in the asked time, newest first. */
export async function getEvents(
  db: Db,
  parameters: EventsParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'events'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const { rows, nextCursor } = await listEvents(q, { ...parameters, scope })
  const sources = await readSources(q, scope)
  const { from, to } = parameters
  const range = { scope, kinds: eventKindsRestOn, from: from ?? 0, to: to ?? now, now }
  return {
    data: rows.map(eventView),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(sources, eventKindsRestOn), now),
    ...(from === undefined && to === undefined ? {} : await coveredBetween(q, range)),
    nextCursor,
  }
}

const wireCause = event.shape.cause
const wireEvidence = event.shape.evidence

const unknownCause: Event['cause'] = {
  class: 'unknown_cause',
  owner: 'unknown',
  confidence: 0,
  evidence: [],
  nextStep: 'Nothing that was polled tells the cause. Compare with the events around it.',
}

/** An event as the API writes it. */
export function eventView(stored: StoredEvent): Event {
  const causes = stored.causes.map(causeView)
  const best = causes.toSorted((a, b) => b.confidence - a.confidence)[0]
  return {
    id: stored.id,
    kind: event.shape.kind.parse(stored.kind),
    severity: event.shape.severity.parse(stored.severity),
    scope: stored.scope,
    scopeName: stored.scopeName,
    subject: stored.subject,
    startedBetween: isoBounds(stored.started),
    endedBetween: isoBoundsOrNull(stored.ended),
    duration: stored.duration && {
      atLeastSeconds: stored.duration.minMs / 1_000,
      atMostSeconds: stored.duration.maxMs / 1_000,
    },
    cause: best ?? unknownCause,
    causes,
    evidence: evidenceView(stored.evidence),
    partOf: stored.partOf,
    incidentId: stored.incidentId,
    detectedAt: iso(stored.detectedAt),
  }
}

function causeView(stored: unknown): Event['cause'] {
  const { evidence = [], ...cause } = stored as { evidence?: unknown[] }
  return wireCause.parse({ ...cause, evidence: evidenceView(evidence) })
}

interface StoredEvidence {
  field: string
  before?: unknown
  after?: unknown
  sampledBefore: { lo: EpochMs; hi: EpochMs } | null
  sampledAfter: { lo: EpochMs; hi: EpochMs } | null
}

/** Evidence is stored as detection made it, with instants as numbers. */
function evidenceView(stored: unknown[]): Event['evidence'] {
  return wireEvidence.parse(
    (stored as StoredEvidence[]).map(({ field, before = null, after = null, sampledBefore, sampledAfter }) => ({
      field,
      before: plain(before),
      after: plain(after),
      sampledBefore: isoBoundsOrNull(sampledBefore),
      sampledAfter: isoBoundsOrNull(sampledAfter),
    })),
  )
}

/** Bounds among the values are instants too. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('lo' in value && 'hi' in value)) return value
  const { lo, hi } = value
  return typeof lo === 'number' && typeof hi === 'number' ? isoBounds({ lo, hi }) : value
}
