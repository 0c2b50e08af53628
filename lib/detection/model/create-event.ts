import {
  type TimestampBounds,
  type Cause,
  type DetectedEvent,
  type EventKind,
  type Evidence,
  isPointEvent,
  type PollRecord,
} from '#lib/contract/index.ts'
import { type DetectionContext, ensureResourceState } from './context.ts'
import { createEventKey } from './event-key.ts'
import { isEqualPlainJson } from './plain-json.ts'
import type { SessionFact } from './scope-state.ts'
import { formatSessionSubject } from './subject.ts'

/** Data of an event that a rule raises. */
interface NewEvent
  extends Pick<DetectedEvent, 'kind' | 'severity' | 'scope' | 'subject' | 'started' | 'partOf' | 'incident'> {
  evidence?: readonly Evidence[]
  causes?: readonly Cause[]
  flags?: readonly string[]
  /**
   * data that distinguishes the event from other events of its kind, scope and subject that the same poll proves, for
   * example its route table; absent = the poll proves only one such event
   */
  distinguishedBy?: readonly unknown[]
}

/** Returns the time span in which a poll sampled its data. */
export const getSampleBounds = ({ startedAt, finishedAt }: PollRecord): TimestampBounds => ({
  earliest: startedAt,
  latest: finishedAt,
})

/** Returns evidence from one sample, without an earlier value. */
export const createSampleEvidence = <After>(field: string, after: After, sampledAfter: TimestampBounds | null) => ({
  field,
  before: null,
  after,
  sampledBefore: null,
  sampledAfter,
})

/** Returns evidence whose fields begin with a name, so that equal fields of several paths or circuits differ. */
export const nameEvidence = (name: string, evidence: readonly Evidence[]): Evidence[] =>
  evidence.map((item) => ({ ...item, field: `${name} ${item.field}` }))

/**
 * Returns evidence of a value that changed at a time that is known only within bounds.
 * @param between bounds of the time of the change
 */
export const createBoundedChangeEvidence = (
  mark: PollRecord,
  { earliest }: TimestampBounds,
  field: string,
  before: unknown,
  after: unknown,
): Evidence => ({
  field,
  before,
  after,
  sampledBefore: { earliest, latest: Math.max(earliest, mark.startedAt) },
  sampledAfter: getSampleBounds(mark),
})

/** Returns evidence of a value that changed since the previous good poll. */
export const createChangeEvidence = (mark: PollRecord, field: string, before: unknown, after: unknown): Evidence => ({
  field,
  before,
  after,
  sampledBefore: mark.previousOkAt === null ? null : { earliest: mark.previousOkAt, latest: mark.startedAt },
  sampledAfter: getSampleBounds(mark),
})

/**
 * Returns the event that a poll proves. Its key is derived from the poll. If its kind has no duration, the event
 * already has its end ({@link getInitialEventEnd}).
 */
export function createEvent(mark: PollRecord, event: NewEvent): DetectedEvent {
  const { kind, severity, scope, subject, started, evidence = [], causes = [], flags = [] } = event
  return {
    key: createEventKey(kind, mark, scope, subject, event.distinguishedBy),
    kind,
    severity,
    scope,
    subject,
    started,
    ended: getInitialEventEnd(kind, started),
    duration: null,
    detectedAt: mark.finishedAt,
    evidence: [...evidence],
    causes: [...causes],
    flags: [...flags],
    partOf: event.partOf ?? null,
    incident: event.incident ?? null,
  }
}

/**
 * Returns the event that a rule raises in a group. If the evaluated poll already proved another event of this kind, scope
 * and subject, the key also depends on the begin of the event and on `distinguishedBy`, so that neither event replaces
 * the other. Otherwise the key is the same as in earlier versions of Peerwatch. The key of a stored event is never
 * computed again, so that an event of an earlier version keeps its key.
 */
export function createEventOfGroup(context: DetectionContext, event: NewEvent): DetectedEvent {
  const { distinguishedBy = [], ...plain } = event
  const first = createEvent(context.mark, plain)
  const known = ensureResourceState(context, event.scope).live[first.key]?.event
  // Two rules, or a rule that is evaluated for several peerings, may raise the same event.
  const isSame =
    known !== undefined &&
    isEqualPlainJson(known.started, first.started) &&
    (distinguishedBy.length === 0 || isEqualPlainJson(known.evidence, first.evidence))
  if (!known || isSame) return first
  return createEvent(context.mark, { ...plain, distinguishedBy: [event.started, ...distinguishedBy] })
}

/**
 * Returns the end that a new event has when it is raised: the bounds of its begin if its kind has no duration
 * ("point"), otherwise null, because the event is ongoing.
 */
export const getInitialEventEnd = (kind: EventKind, started: TimestampBounds): TimestampBounds | null =>
  isPointEvent(kind) ? started : null

/** Returns the current state of each session and the begin of that state as evidence. */
export function createSessionEvidence(sessions: readonly SessionFact[]): Evidence[] {
  return sessions.map((session) =>
    createSampleEvidence(
      `session ${formatSessionSubject(session)}`,
      session.downReason === null ? session.level : `${session.level}, held by ${session.downReason}`,
      session.since,
    ),
  )
}
