import type { Cause, DetectedEvent, Evidence, PollMark } from '#lib/contract/index.ts'
import { newEvent, sampledBy } from '../model/new-event.ts'

interface Notice extends Pick<DetectedEvent, 'kind' | 'subject' | 'started'> {
  cause: Cause
  /** the field that is the evidence; this poll is its later sample */
  evidence: Omit<Evidence, 'sampledAfter'>
  flags?: string[]
}

/** Returns an event about Azure's report of a session, which does not describe the session itself. */
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
