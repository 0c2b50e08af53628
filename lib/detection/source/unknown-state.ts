import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type DetectedEvent,
  type EpochMs,
  type PollRecord,
  findDefaultCause,
} from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { ExtraSessionDataOfPoll } from './readings.ts'
import { closeSessionEvent } from './session-event.ts'
import { createUnreportedSessionTest } from './silent-polls.ts'
import { createSessionInfoEvent } from './session-notice.ts'
import { createInsideSessionTest } from '../verdict/index.ts'
import { parseSubjectInstance, formatSessionSubject } from '../model/subject.ts'
import type { UnknownSessionStateMemory } from '../model/source-state.ts'

type Unknowns = Readonly<Record<string, UnknownSessionStateMemory>>

interface Sample {
  mark: PollRecord
  /** start of the last sample before this poll; null = there is no earlier sample */
  reportedAt: EpochMs | null
  /** for each gateway instance that did not report in this poll, the start of the last sample in which it did */
  silentSince: Readonly<Record<string, EpochMs>>
}

/**
 * Raises session_unknown for sessions that Azure reports as unknown in several good polls (as many as the setting
 * `session.unknown`), while other sessions in the same responses report their state (docs/rules/detection.md 2.2). The
 * event is about Azure's data and not about the session. It ends with the first poll that reports a state. A silent
 * instance or a failed poll does not end it.
 * @returns the given state if no poll was counted
 */
export function updateUnknownStates(
  unknowns: Unknowns,
  readings: readonly ExtraSessionDataOfPoll[],
  sample: Sample,
  settings: DetectionSettings,
): { unknowns: Unknowns; events: DetectedEvent[] } {
  const { mark } = sample
  const isUnreported = createUnreportedSessionTest(mark, readings)
  const othersReport = readings.some(({ unknown }) => !unknown)
  // Sessions between instances of a gateway are ignored. In a summary of a circuit, sessions with gateways are ignored
  // too, because the gateways report these sessions themselves.
  const isInside = createInsideSessionTest(readings, [...Object.keys(sample.silentSince), ...mark.silentInstances])
  const now = new Set(readings.filter((row) => row.unknown && !isInside(row)).map(formatSessionSubject))
  const next: Record<string, UnknownSessionStateMemory> = {}
  const events: DetectedEvent[] = []
  for (const [subject, known] of Object.entries(unknowns)) {
    if (now.has(subject)) continue
    if (isUnreported(subject)) next[subject] = known
    else if (known.notice)
      events.push(closeSessionEvent(known.notice, endOf(known.notice, betweenSamples(subject, sample))))
  }
  for (const subject of now) {
    const known = unknowns[subject] ?? { since: begunIn(subject, sample), samples: 0, notice: null }
    next[subject] = known.notice || !othersReport ? known : counted(known, subject, mark, settings)
    if (!known.notice) events.push(...(next[subject].notice ? [next[subject].notice] : []))
  }
  return { unknowns: isSame(unknowns, next) ? unknowns : next, events }
}

function counted(
  known: UnknownSessionStateMemory,
  subject: string,
  mark: PollRecord,
  settings: DetectionSettings,
): UnknownSessionStateMemory {
  const samples = known.samples + 1
  const isEnough = samples >= settings['session.unknown']
  return { ...known, samples, notice: isEnough ? noticeOf(subject, known.since, samples, mark) : null }
}

function noticeOf(subject: string, started: TimestampBounds, samples: number, mark: PollRecord): DetectedEvent {
  return createSessionInfoEvent(mark, {
    kind: 'session_unknown',
    subject,
    started,
    cause: findDefaultCause('session_unknown'),
    evidence: { field: 'samples without a state', before: null, after: samples, sampledBefore: null },
  })
}

/**
 * Returns the bounds of the time at which a session's reported state changed: after the last sample in which its
 * instance reported, and before the end of this poll.
 */
function betweenSamples(subject: string, { mark, reportedAt, silentSince }: Sample): TimestampBounds {
  return {
    earliest: silentSince[parseSubjectInstance(subject)] ?? reportedAt ?? mark.startedAt,
    latest: mark.finishedAt,
  }
}

const begunIn = (subject: string, sample: Sample): TimestampBounds =>
  sample.reportedAt === null
    ? { earliest: INSTANT_BEFORE_MONITORING, latest: sample.mark.finishedAt }
    : betweenSamples(subject, sample)

const endOf = ({ started }: DetectedEvent, { earliest, latest }: TimestampBounds): TimestampBounds => ({
  earliest: Math.max(earliest, started.earliest),
  latest,
})

function isSame(before: Unknowns, after: Unknowns): boolean {
  const subjects = Object.keys(after)
  return (
    subjects.length === Object.keys(before).length && subjects.every((subject) => after[subject] === before[subject])
  )
}
