import {
  type Bounds,
  type Cause,
  type DetectedEvent,
  type EventKind,
  type Evidence,
  isPoint,
  type PollMark,
} from '#lib/contract/index.ts'
import { eventKey } from './event-key.ts'

/** What a rule knows of an event that it raises. */
interface NewEvent
  extends Pick<DetectedEvent, 'kind' | 'severity' | 'scope' | 'subject' | 'started' | 'partOf' | 'incident'> {
  evidence?: readonly Evidence[]
  causes?: readonly Cause[]
  flags?: readonly string[]
}

/** When a poll read what it answers. */
export const sampledBy = ({ startedAt, finishedAt }: PollMark): Bounds => ({ earliest: startedAt, latest: finishedAt })

/** A fact of one sample: nothing that was read before is compared with it. */
export const evidenceOfSample = <After>(field: string, after: After, sampledAfter: Bounds | null) => ({
  field,
  before: null,
  after,
  sampledBefore: null,
  sampledAfter,
})

/** What a poll reads otherwise than the good one before it. */
export const evidenceOfChange = (mark: PollMark, field: string, before: unknown, after: unknown): Evidence => ({
  field,
  before,
  after,
  sampledBefore: mark.previousOkAt === null ? null : { earliest: mark.previousOkAt, latest: mark.startedAt },
  sampledAfter: sampledBy(mark),
})

/** The event that a poll proves, named by that poll; {@link endAtStart} gives its end. */
export function newEvent(mark: PollMark, event: NewEvent): DetectedEvent {
  const { kind, severity, scope, subject, started, evidence = [], causes = [], flags = [] } = event
  return {
    key: eventKey(kind, mark, scope, subject),
    kind,
    severity,
    scope,
    subject,
    started,
    ended: endAtStart(kind, started),
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
 * The end of an event as it is raised. A point ends within the very bounds in which it began, and has no duration; null = it is
 * ongoing. An event without an end is therefore ongoing, whatever its kind.
 */
export const endAtStart = (kind: EventKind, started: Bounds): Bounds | null => (isPoint(kind) ? started : null)
