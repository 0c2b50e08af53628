import type { Cause, DetectedEvent, Evidence, PollMark } from '#lib/contract/index.ts'
import { newEvent, sampledBy } from '../model/new-event.ts'

interface Notice extends Pick<DetectedEvent, 'kind' | 'subject' | 'started'> {
  cause: Cause
  /** the value that is reported as evidence, before and after; the current poll is the sample of `after` */
  evidence: Omit<Evidence, 'sampledAfter'>
  flags?: string[]
}

/** Returns an event of severity info about how Azure reports a session. It does not mean that the session changed. */
export function sessionNotice(
  mark: PollMark,
  { kind, subject, started, cause, evidence, flags = [] }: Notice,
): DetectedEvent {
  return newEvent(mark, {
    kind,
    severity: 'info',
    scope: mark.scope,
    subject,
    started,
    evidence: [{ ...evidence, sampledAfter: sampledBy(mark) }],
    causes: [cause],
    flags,
  })
}
