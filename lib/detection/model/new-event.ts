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
