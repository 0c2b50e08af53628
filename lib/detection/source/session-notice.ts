import type { Cause, DetectedEvent, Evidence, PollMark } from '#lib/contract/index.ts'
import { newEvent, sampledBy } from '../model/new-event.ts'

interface Notice extends Pick<DetectedEvent, 'kind' | 'subject' | 'started'> {
  cause: Cause
  /** the one field that speaks for it, of which this poll is the later sample */
  evidence: Omit<Evidence, 'sampledAfter'>
  flags?: string[]
}

/** An event about what Azure reports about a session, which says nothing of the session itself. */
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
