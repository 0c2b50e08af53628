import { sampledBy } from '../model/new-event.ts'
import type { DetectedEvent, PollMark, SilentSession } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { closedEvent, sessionEvent } from './session-event.ts'
import { sessionSubject } from '../model/subject.ts'
import type { SessionReading } from './readings.ts'
import { unreportedIn } from './silence.ts'

type Stalls = Readonly<Record<string, DetectedEvent>>

/**
 * Sessions that are up and receive nothing. One that receives nothing for two keepalive times, over samples that are no cached answers,
 * has stalled (docs/rules/detection.md 3.1); it ends with the next message, or with the session. Only stalls are remembered: since when a
 * session has received nothing stands in its own row in history, so that a quiet poll leaves detection as it was.
 * @returns the very stalls that were passed in when none began or ended
 */
export function watchKeepalives(
  stalls: Stalls,
  silentSessions: readonly SilentSession[],
  { mark, readings }: { mark: PollMark; readings?: readonly SessionReading[] },
  settings: DetectionSettings,
): { stalls: Stalls; events: DetectedEvent[] } {
  // an instance that does not report says nothing of its sessions' messages
  const isUnreported = unreportedIn(mark, readings)
  const silent = new Map(silentSessions.map((session) => [sessionSubject(session), session]))
  const ended = Object.entries(stalls).filter(([subject]) => !silent.has(subject) && !isUnreported(subject))
  const begun = [...silent].flatMap(([subject, session]): [string, DetectedEvent][] =>
    stalls[subject] || provenSilence(session, settings) < settings['keepalive.stall']
      ? []
      : [[subject, stallOf(subject, session, mark, settings)]],
  )
  if (ended.length === 0 && begun.length === 0) return { stalls, events: [] }
  const gone = new Set(ended.map(([subject]) => subject))
  const kept = Object.entries(stalls).filter(([subject]) => !gone.has(subject))
  const end = { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
  return {
    stalls: Object.fromEntries([...kept, ...begun]),
    events: [...ended.map(([, stall]) => closedEvent(stall, end)), ...begun.map(([, stall]) => stall)],
  }
}

/**
 * How long a session has received nothing at least: from the end of the answer that showed its last message to the request of the latest,
 * which may each have taken a minute. What answers of one moment differ by is added, so that the samples of quick polls count from one to the next.
 */
const provenSilence = ({ lastAt, moved }: SilentSession, settings: DetectionSettings): number =>
  lastAt - moved.latest + settings['session.delta']

function stallOf(
  subject: string,
  { messagesReceived, moved, firstAt }: SilentSession,
  mark: PollMark,
  settings: DetectionSettings,
): DetectedEvent {
  // a hold time without a message would have ended the session
  const started = { earliest: moved.earliest ?? firstAt - settings['timers.hold'], latest: moved.latest }
  const finding = { kind: 'keepalive_stall' as const, subject, mark, started, flags: [] }
  return {
    ...sessionEvent({ ...finding, before: null, after: null, sampledBefore: null }),
    evidence: [
      {
        field: 'messagesReceived',
        before: messagesReceived,
        after: messagesReceived,
        sampledBefore: { earliest: firstAt, latest: Math.max(firstAt, moved.latest) },
        sampledAfter: sampledBy(mark),
      },
    ],
  }
}
