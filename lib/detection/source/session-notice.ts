import type { Cause, DetectedEvent, Evidence, PollRecord } from '#lib/contract/index.ts'
import { createEvent, getSampleBounds } from '../model/create-event.ts'

interface Notice extends Pick<DetectedEvent, 'kind' | 'subject' | 'started'> {
  cause: Cause
  /** reported value as evidence, before and after; the current poll is the one that shows `after` */
  evidence: Omit<Evidence, 'sampledAfter'>
  flags?: string[]
}

/** Returns an event of severity info about how Azure reports a session. It does not mean that the session changed. */
export function createSessionInfoEvent(
  mark: PollRecord,
  { kind, subject, started, cause, evidence, flags = [] }: Notice,
): DetectedEvent {
  return createEvent(mark, {
    kind,
    severity: 'info',
    scope: mark.scope,
    subject,
    started,
    evidence: [{ ...evidence, sampledAfter: getSampleBounds(mark) }],
    causes: [cause],
    flags,
  })
}
