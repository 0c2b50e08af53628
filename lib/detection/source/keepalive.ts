import { getSampleBounds } from '../model/create-event.ts'
import type { DetectedEvent, PollRecord, SessionWithoutMessages } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import { closeSessionEvent, createSessionEvent } from './session-event.ts'
import { formatSessionSubject } from '../model/subject.ts'
import type { ExtraSessionDataOfPoll } from './readings.ts'
import { createUnreportedSessionTest } from './silent-polls.ts'

type Stalls = Readonly<Record<string, DetectedEvent>>

/**
 * Evaluates established sessions that receive no messages. A session has stalled if it received no message for two
 * keepalive times; repeated responses from a cache are not counted (docs/rules/detection.md 3.1). The event
 * keepalive_stall ends with the next message or with the session. Only stalls are stored, because the history contains
 * the time of the last message. A poll without a stall therefore leaves the state unchanged.
 * @returns the given stalls if the poll changed nothing
 */
export function updateKeepaliveStalls(
  stalls: Stalls,
  silentSessions: readonly SessionWithoutMessages[],
  { mark, readings }: { mark: PollRecord; readings?: readonly ExtraSessionDataOfPoll[] },
  settings: DetectionSettings,
): { stalls: Stalls; events: DetectedEvent[] } {
  // The message counts of an instance's sessions are unknown while the instance does not report.
  const isUnreported = createUnreportedSessionTest(mark, readings)
  const silent = new Map(silentSessions.map((session) => [formatSessionSubject(session), session]))
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
    events: [...ended.map(([, stall]) => closeSessionEvent(stall, end)), ...begun.map(([, stall]) => stall)],
  }
}

/**
 * Returns a lower bound of the time in ms for which a session has received no message. It is measured from the end of
 * the poll that showed the last message to the start of the latest poll, because Azure may read its data at any time
 * within a poll. The tolerance `session.delta` is added, so that polls at short intervals find a stall in time.
 */
const provenSilence = ({ lastAt, moved }: SessionWithoutMessages, settings: DetectionSettings): number =>
  lastAt - moved.latest + settings['session.delta']

function stallOf(
  subject: string,
  { messagesReceived, moved, firstAt }: SessionWithoutMessages,
  mark: PollRecord,
  settings: DetectionSettings,
): DetectedEvent {
  // If the time of the last message is unknown, it was at most a hold time before the first poll with this count,
  // because otherwise the session would have ended.
  const started = { earliest: moved.earliest ?? firstAt - settings['timers.hold'], latest: moved.latest }
  const finding = { kind: 'keepalive_stall' as const, subject, mark, started, flags: [] }
  return {
    ...createSessionEvent({ ...finding, before: null, after: null, sampledBefore: null }),
    evidence: [
      {
        field: 'messagesReceived',
        before: messagesReceived,
        after: messagesReceived,
        sampledBefore: { earliest: firstAt, latest: Math.max(firstAt, moved.latest) },
        sampledAfter: getSampleBounds(mark),
      },
    ],
  }
}
