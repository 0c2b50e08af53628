import {
  BEFORE_MONITORING,
  type Bounds,
  type DetectedEvent,
  type EpochMs,
  type PollMark,
  statedCause,
} from '#lib/contract/index.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { SessionReading } from './readings.ts'
import { closedEvent } from './session-event.ts'
import { unreportedIn } from './silence.ts'
import { sessionNotice } from './session-notice.ts'
import { insideOf } from '../verdict/index.ts'
import { instanceOf, sessionSubject } from '../model/subject.ts'
import type { UnknownMemory } from '../model/source-state.ts'

type Unknowns = Readonly<Record<string, UnknownMemory>>

interface Sample {
  mark: PollMark
  /** startedAt of the last sample before this one; null = there was none */
  reportedAt: EpochMs | null
  /** gateway instances that did not report in it, and startedAt of the last sample in which they did */
  silentSince: Readonly<Record<string, EpochMs>>
}

/**
 * Sessions that Azure calls unknown in five good samples in a row, while others of the same answer report their state
 * (docs/rules/detection.md 2.2): a notice about the data, which says nothing of the session. It ends with the first sample that says
 * otherwise; an instance that does not report ends nothing, and nor does a failed poll.
 * @returns the very memory that was passed in when nothing was counted
 */
export function watchUnknown(
  unknowns: Unknowns,
  readings: readonly SessionReading[],
  sample: Sample,
  settings: DetectionSettings,
): { unknowns: Unknowns; events: DetectedEvent[] } {
  const { mark } = sample
  const isUnreported = unreportedIn(mark, readings)
  const othersReport = readings.some(({ unknown }) => !unknown)
  // what is inside of a gateway is nobody's; what a router of Microsoft's lists of gateways, these report themselves
  const isInside = insideOf(readings, [...Object.keys(sample.silentSince), ...mark.silentInstances])
  const now = new Set(readings.filter((row) => row.unknown && !isInside(row)).map(sessionSubject))
  const next: Record<string, UnknownMemory> = {}
  const events: DetectedEvent[] = []
  for (const [subject, known] of Object.entries(unknowns)) {
    if (now.has(subject)) continue
    if (isUnreported(subject)) next[subject] = known
    else if (known.notice) events.push(closedEvent(known.notice, endOf(known.notice, betweenSamples(subject, sample))))
  }
  for (const subject of now) {
    const known = unknowns[subject] ?? { since: begunIn(subject, sample), samples: 0, notice: null }
    next[subject] = known.notice || !othersReport ? known : counted(known, subject, mark, settings)
    if (!known.notice) events.push(...(next[subject].notice ? [next[subject].notice] : []))
  }
  return { unknowns: isSame(unknowns, next) ? unknowns : next, events }
}

function counted(known: UnknownMemory, subject: string, mark: PollMark, settings: DetectionSettings): UnknownMemory {
  const samples = known.samples + 1
  const isEnough = samples >= settings['session.unknown']
  return { ...known, samples, notice: isEnough ? noticeOf(subject, known.since, samples, mark) : null }
}

function noticeOf(subject: string, started: Bounds, samples: number, mark: PollMark): DetectedEvent {
  return sessionNotice(mark, {
    kind: 'session_unknown',
    subject,
    started,
    cause: statedCause('session_unknown'),
    evidence: { field: 'samples without a state', before: null, after: samples, sampledBefore: null },
  })
}

/** After the last sample in which its instance reported, and before the end of this one. */
function betweenSamples(subject: string, { mark, reportedAt, silentSince }: Sample): Bounds {
  return { earliest: silentSince[instanceOf(subject)] ?? reportedAt ?? mark.startedAt, latest: mark.finishedAt }
}

const begunIn = (subject: string, sample: Sample): Bounds =>
  sample.reportedAt === null
    ? { earliest: BEFORE_MONITORING, latest: sample.mark.finishedAt }
    : betweenSamples(subject, sample)

const endOf = ({ started }: DetectedEvent, { earliest, latest }: Bounds): Bounds => ({
  earliest: Math.max(earliest, started.earliest),
  latest,
})

function isSame(before: Unknowns, after: Unknowns): boolean {
  const subjects = Object.keys(after)
  return (
    subjects.length === Object.keys(before).length && subjects.every((subject) => after[subject] === before[subject])
  )
}
