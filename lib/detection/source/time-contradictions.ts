import {
  type DetectedEvent,
  type EstablishedTimeTrustChange,
  type PollRecord,
  type SessionChange,
  findDefaultCause,
} from '#lib/contract/index.ts'
import { closeSessionEvent } from './session-event.ts'
import { createSessionInfoEvent } from './session-notice.ts'
import { formatSessionSubject } from '../model/subject.ts'

type Doubts = Readonly<Record<string, DetectedEvent>>

/**
 * Evaluates polls that contradict earlier polls about the time when a session came up (docs/rules/detection.md 1.3).
 * Neither event below means that the session was down. `duration_inconsistent` lasts from the first to the last
 * contradicting poll. If the contradicting polls agree with each other for long enough, their time is trusted.
 * `session_restart_unproven` then reports a possible restart between the last poll with the old time and the first poll
 * with the new time.
 * @param moved changes of session states in the same poll; a session that fell or restarted ends its contradiction
 * @returns the given `doubts` if none began or ended
 */
export function updateTimeContradictions(
  doubts: Doubts,
  changes: readonly EstablishedTimeTrustChange[],
  moved: readonly SessionChange[],
  mark: PollRecord,
): { doubts: Doubts; events: DetectedEvent[] } {
  const next = { ...doubts }
  const events: DetectedEvent[] = []
  const settle = (subject: string) => {
    const open = next[subject]
    if (!open) return
    events.push(
      closeSessionEvent(open, {
        earliest: Math.max(open.started.earliest, lastSampleAt(mark)),
        latest: mark.finishedAt,
      }),
    )
    delete next[subject]
  }
  for (const change of moved) settle(formatSessionSubject(change))
  for (const change of changes) {
    const subject = formatSessionSubject(change)
    if (change.verdict === 'inconsistent') {
      const doubt = doubtEvent('duration_inconsistent', subject, change, mark, change.between)
      next[subject] = doubt
      events.push(doubt)
      continue
    }
    const from = next[subject]?.started ?? change.between
    settle(subject)
    if (change.verdict === 'rebaselined') {
      // The possible restart happened between two polls that both show the session up.
      events.push(doubtEvent('session_restart_unproven', subject, change, mark, from))
    }
  }
  return events.length === 0 ? { doubts, events } : { doubts: next, events }
}

const lastSampleAt = ({ previousOkAt, startedAt }: PollRecord) => previousOkAt ?? startedAt

function doubtEvent(
  kind: 'duration_inconsistent' | 'session_restart_unproven',
  subject: string,
  { before, after, between }: EstablishedTimeTrustChange,
  mark: PollRecord,
  started: DetectedEvent['started'],
): DetectedEvent {
  return createSessionInfoEvent(mark, {
    kind,
    subject,
    started,
    cause: findDefaultCause(kind),
    evidence: {
      field: 'establishedAt',
      before,
      after,
      sampledBefore: { earliest: between.earliest, latest: Math.max(between.earliest, mark.startedAt) },
    },
    flags: kind === 'duration_inconsistent' ? ['inconsistent'] : [],
  })
}
