/**
 * Derives the events that a poller with this timetable could have seen, and their bounds, from the truth and the
 * timetable. The calculation is independent of detection.
 */
import {
  type TimestampBounds,
  type DurationBounds,
  type EpochMs,
  INSTANT_BEFORE_MONITORING,
} from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { CorpusScenario, ScenarioEventExpectation } from './scenario.ts'
import { LATENCY_MS, type ScheduledCorpusPoll } from './schedule.ts'

/** An event that a perfect detector would have reported. */
export interface VisibleTrueEvent {
  /** bounds of the begin, from the samples around it */
  started: TimestampBounds
  /** end of the poll that proves it */
  detectedAt: EpochMs
  ended: TimestampBounds | null
  duration: DurationBounds | null
}

/** Returns the good polls of the source that shows an expectation, in order. */
export function listSuccessfulPollsForExpectation(
  expectation: Pick<ScenarioEventExpectation, 'poll' | 'source' | 'subject'>,
  slots: readonly ScheduledCorpusPoll[],
): ScheduledCorpusPoll[] {
  const name = sourceOf(expectation)
  const list = expectation.poll === 'inventory' ? expectation.source : undefined
  return slots.filter(
    ({ source, result }) =>
      source.kind === expectation.poll &&
      source.name === name &&
      !result.failed &&
      !result.blank &&
      !(list !== undefined && result.unlisted(list)),
  )
}

function sourceOf({ source, subject, poll }: Pick<ScenarioEventExpectation, 'poll' | 'source' | 'subject'>): string {
  if (poll === 'inventory' || poll === 'activity') return ''
  if (source !== undefined) return source
  if (poll === 'peers' || poll === 'learned') return 'ergw-hub'
  const [circuit = '', path] = /^ckt-\w+(?:\/(?:primary|secondary))?/.exec(subject)?.[0].split('/') ?? []
  return poll === 'stats' || poll === 'metrics' ? circuit : `${circuit}/${path ?? 'primary'}`
}

/**
 * Returns the bounds of a change at time `at`, as `bounds(kind, T)` in the catalogue: from the request of the last good
 * poll before the change to the end of the first good poll after it.
 */
function boundsOf(
  polls: readonly ScheduledCorpusPoll[],
  at: EpochMs,
): { index: number; bounds: TimestampBounds } | null {
  const index = polls.findIndex(({ sampleAt }) => sampleAt >= at)
  const [before, first] = [polls[index - 1], polls[index]]
  if (!before || !first) return null
  return { index, bounds: { earliest: before.startedAt, latest: first.finishedAt } }
}

/**
 * Returns the visible event of an expectation; null = not visible. If several sources can show it, the one that proves
 * it first counts.
 */
export function findVisibleTrueEvent(
  expectation: ScenarioEventExpectation,
  slots: readonly ScheduledCorpusPoll[],
  scenario: CorpusScenario,
): VisibleTrueEvent | null {
  const sources = expectation.source?.split(',') ?? []
  if (sources.length < 2) return visibleBy(expectation, slots, scenario)
  const seen = sources.flatMap((source) => visibleBy({ ...expectation, source }, slots, scenario) ?? [])
  return seen.toSorted((a, b) => a.detectedAt - b.detectedAt)[0] ?? null
}

function visibleBy(
  expectation: ScenarioEventExpectation,
  slots: readonly ScheduledCorpusPoll[],
  scenario: CorpusScenario,
): VisibleTrueEvent | null {
  const polls = listSuccessfulPollsForExpectation(expectation, slots)
  const { at, samples, flat, reportedBy, provenAt, after, poll, ifPolled, unlessPolled, level } = expectation
  const until = expectation.until ?? scenario.end + 1
  if (expectation.preexisting)
    return preexisting(polls, reportedBy && ((first) => computeReportedStartBounds(first, at, reportedBy)))
  // The first poll of advertised routes reports their current state. If operations take long, that poll may already end
  // after the change, so that the change then existed before the first poll.
  const since = polls.findIndex(({ sampleAt }) => sampleAt >= at)
  if (poll === 'advertised' && since === 0) return preexisting(polls)
  const begin = boundsOf(polls, at)
  const isPolledIn = (span: TimestampBounds) =>
    polls.some(({ sampleAt }) => span.earliest <= sampleAt && sampleAt < span.latest)
  if (ifPolled && !isPolledIn(ifPolled)) return null
  if (unlessPolled && isPolledIn(unlessPolled)) return null
  const provable = provenAt === undefined ? begin : boundsOf(polls, provenAt)
  if (!begin || !provable) return null
  const proof = flat === undefined ? nth(polls, provable.index, samples) : fullWindow(polls, begin.index, flat, samples)
  if (!proof || proof.sampleAt >= until) return null
  const first = polls[begin.index]
  const started =
    reportedBy && first
      ? intersectSampledAndReportedBounds(begin.bounds, computeReportedStartBounds(first, at, reportedBy))
      : begin.bounds
  if (level) Object.assign(started, crossed(polls, begin.index, at, level))
  else if (flat !== undefined && poll === 'stats') started.latest += DEAD_SHARE * pairLength(polls, begin.index)
  if (after)
    started.earliest =
      lastBefore(listSuccessfulPollsForExpectation({ poll: after, subject: expectation.subject }, slots), at) ??
      started.earliest
  const ended = expectation.ends ? endOf(expectation.ends, polls) : null
  const duration = ended && {
    minMs: Math.max(0, ended.earliest - started.latest),
    maxMs: Math.max(0, ended.latest - started.earliest),
  }
  return { started, detectedAt: proof.finishedAt, ended, duration }
}

/**
 * Returns when a rate crossed a level, derived only from means over pairs of samples. It crossed in the first pair
 * whose mean is beyond the level, or at the end of the previous pair, for as long as that pair's bits allow. For a
 * falling rate the reverse applies.
 */
function crossed(
  polls: readonly ScheduledCorpusPoll[],
  index: number,
  at: EpochMs,
  { before: was, after: is }: NonNullable<ScenarioEventExpectation['level']>,
): TimestampBounds {
  const [previous, proving] = [polls[index - 1], polls[index]]
  if (!previous || !proving) throw new Error('a level is crossed between two polls')
  const lengthMs = proving.sampleAt - previous.sampleAt
  const mean = (was * (at - previous.sampleAt) + is * (proving.sampleAt - at)) / lengthMs
  const isRising = is > was
  const isShown = isRising ? mean >= 1 : mean <= 1
  const from = isShown ? index : index + 1
  const [begin, first] = [polls[from - 1] ?? previous, polls[from] ?? proving]
  if (isRising) {
    const head = lengthMs * Math.min(1, isShown ? was : mean)
    return { earliest: begin.startedAt - head, latest: first.finishedAt }
  }
  const tail = lengthMs * Math.min(1, isShown ? mean : is)
  return { earliest: (polls[from - 2] ?? begin).startedAt, latest: begin.finishedAt + tail }
}

/** Share of the rate that is too low to lift the next pair over the dead rate (docs/rules/detection.md 4, mark F). */
const DEAD_SHARE = 0.02

const pairLength = (polls: readonly ScheduledCorpusPoll[], index: number) =>
  (polls[index]?.startedAt ?? 0) - (polls[index - 1]?.startedAt ?? 0)

/**
 * Returns an event that began before the first poll.
 * @param reported returns the bounds of the begin that the response itself reports; absent = not reported
 */
function preexisting(
  polls: readonly ScheduledCorpusPoll[],
  reported?: (first: ScheduledCorpusPoll) => TimestampBounds,
): VisibleTrueEvent | null {
  const [first] = polls
  if (!first) return null
  const started = reported?.(first) ?? { earliest: INSTANT_BEFORE_MONITORING, latest: first.finishedAt }
  return { started, detectedAt: first.finishedAt, ended: null, duration: null }
}

const lastBefore = (polls: readonly ScheduledCorpusPoll[], at: EpochMs) =>
  polls.findLast(({ sampleAt }) => sampleAt < at)?.startedAt

const nth = (polls: readonly ScheduledCorpusPoll[], index: number, samples: number) =>
  polls[index + samples - 1] ?? null

/**
 * Returns the sample that ends a whole window in which a counter was unchanged, with this many pairs and this duration
 * (docs/rules/detection.md 3.5).
 */
function fullWindow(
  polls: readonly ScheduledCorpusPoll[],
  index: number,
  flatMs: number,
  pairs: number,
): ScheduledCorpusPoll | null {
  const begin = polls[index]
  if (!begin) return null
  const rest = polls.slice(index + pairs)
  // A response describes the state at some moment between its request and its end, so that the window is at least this
  // long.
  return rest.find(({ startedAt }) => startedAt - begin.finishedAt + LATENCY_MS >= flatMs) ?? null
}

function endOf(
  { at, reportedBy }: NonNullable<ScenarioEventExpectation['ends']>,
  polls: readonly ScheduledCorpusPoll[],
): TimestampBounds | null {
  const end = boundsOf(polls, at)
  const proof = end && polls[end.index]
  if (!end || !proof) return null
  return reportedBy
    ? intersectSampledAndReportedBounds(end.bounds, computeReportedStartBounds(proof, at, reportedBy))
    : end.bounds
}

/**
 * Returns the bounds of the begin that the response itself reports. Their width is the latency plus the unit in which
 * the age is printed.
 */
export function computeReportedStartBounds(
  { startedAt, finishedAt, sampleAt }: ScheduledCorpusPoll,
  at: EpochMs,
  reportedBy: 'duration' | 'upDown',
): TimestampBounds {
  const age = sampleAt - at
  const unit = reportedBy === 'duration' ? 0 : unitOf(age)
  const printed = unit === 0 ? age : Math.floor(age / unit) * unit
  return { earliest: startedAt - printed - unit, latest: finishedAt - printed }
}

/**
 * Returns the unit in which a router prints an age, in milliseconds: a second below one hour, a minute below one day,
 * an hour below one week, otherwise a day (docs/rules/detection.md 1.2).
 */
function unitOf(age: number): number {
  const [hour, day] = [3_600 * MS_PER_SECOND, 86_400 * MS_PER_SECOND]
  if (age < hour) return MS_PER_SECOND
  return age < day ? 60 * MS_PER_SECOND : age < 7 * day ? hour : day
}

export function intersectSampledAndReportedBounds(
  samples: TimestampBounds,
  reported: TimestampBounds,
): TimestampBounds {
  return { earliest: Math.max(samples.earliest, reported.earliest), latest: Math.min(samples.latest, reported.latest) }
}
