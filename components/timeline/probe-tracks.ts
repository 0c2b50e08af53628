import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import type { TimeWindow } from '../charts/state-timeline/time-window.ts'
import type { TimelineGap, TimelineMark, TimelineTrack } from '../charts/state-timeline/timeline-tracks.ts'
import { METRIC_DELAY_MS } from '../data/metric-delay.ts'
import { formatFractionAsPercent } from '../format/quantity.ts'

type Point = ConnectionMonitorTest['points'][number]
type Verdict = 'pass' | 'warning' | 'fail' | 'unknown'

const inks = { pass: 'up', warning: 'degraded', fail: 'down', unknown: 'unknown' } as const
const wordOf = { pass: 'PASSED', warning: 'SOME FAILED', fail: 'FAILED', unknown: 'UNKNOWN' } as const

/** Maximum distance between two results that count as consecutive, as a multiple of the time step of the results. */
const LARGEST_GAP = 1.5

/**
 * Returns a timeline track (row) for each connection monitor test. It shows whether the destination was reachable in
 * each time step, and times without reports.
 * @param range requested range
 * @param now epoch milliseconds; no data is expected after it
 */
export function buildProbeTracks(
  probes: readonly ConnectionMonitorTest[],
  range: TimeWindow,
  now: number,
): TimelineTrack[] {
  return probes
    .filter(({ points }) => points.length > 0)
    .map((probe) => {
      const intervals = intervalsOf(probe.points)
      return {
        key: `probe ${probe.scope} ${probe.test}`,
        name: probe.destination.name || probe.destination.address,
        part: `test from ${probe.source.name || probe.source.address}`,
        marks: intervals.map((interval): TimelineMark => markOf(probe, interval)),
        rows: 1,
        unseen: unreportedOf(intervals, { from: range.from, to: Math.min(range.to, now) }, now - METRIC_DELAY_MS),
      }
    })
}

const NOT_REPORTED = 'the test reported nothing'
const NOT_YET = 'not reported yet'

/**
 * Returns the times without results.
 * @param due time up to which Azure must already have reported all results, epoch milliseconds
 */
function unreportedOf(intervals: readonly (readonly Point[])[], { from, to }: TimeWindow, due: number): TimelineGap[] {
  const gaps: TimelineGap[] = []
  const add = (begin: number, end: number, why: string) => {
    if (begin < end) gaps.push({ from: begin, to: end, why })
  }
  let covered = from
  // A time step without a result counts as a gap if a newer result exists, because Azure does not report older results
  // later.
  for (const [begin, end] of intervals.map(edgesOf)) {
    add(covered, Math.min(begin, to), NOT_REPORTED)
    covered = Math.max(covered, end)
  }
  add(covered, Math.min(to, due), NOT_REPORTED)
  add(Math.max(covered, due), to, NOT_YET)
  return gaps
}

const edgesOf = (interval: readonly Point[]): readonly [number, number] => {
  const [first, last] = [interval.at(0), interval.at(-1)]
  return [first ? beginOf(first) : 0, last ? endOf(last) : 0]
}

/**
 * Returns the result of a test in a time step: Azure's own verdict, otherwise a verdict derived from the share of
 * failed checks.
 */
function verdictOf({ result, failedShare }: Point): Verdict {
  if (result !== null) return result
  if (failedShare === null) return 'unknown'
  return failedShare === 0 ? 'pass' : failedShare === 1 ? 'fail' : 'warning'
}

const beginOf = ({ at }: Point) => Date.parse(at)
const endOf = ({ at, seconds }: Point) => Date.parse(at) + seconds * 1_000

/** Groups consecutive results with the same verdict. */
function intervalsOf(points: readonly Point[]): Point[][] {
  const intervals: Point[][] = []
  for (const point of points) {
    const interval = intervals.at(-1)
    const last = interval?.at(-1)
    const goesOn =
      last !== undefined &&
      verdictOf(last) === verdictOf(point) &&
      beginOf(point) - beginOf(last) <= LARGEST_GAP * point.seconds * 1_000
    if (goesOn) interval?.push(point)
    else intervals.push([point])
  }
  return intervals
}

function markOf({ test }: ConnectionMonitorTest, interval: readonly Point[]): TimelineMark {
  const [first] = interval
  const verdict = first ? verdictOf(first) : 'unknown'
  const [from, to] = edgesOf(interval)
  const shares = interval.flatMap(({ failedShare }) => failedShare ?? [])
  const worst = shares.length > 0 ? `; up to ${formatFractionAsPercent(Math.max(...shares))} of its checks failed` : ''
  return {
    key: `${test} ${from}`,
    ink: inks[verdict],
    word: wordOf[verdict],
    from: [from, from],
    to: [to, to],
    isPoint: false,
    isQuiet: verdict === 'pass',
    row: 0,
    title: `${test} ${wordOf[verdict].toLowerCase()}${worst}`,
  }
}
