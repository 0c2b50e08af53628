import type { Probe } from '#lib/contract/index.ts'
import type { Mark, TimelineTrack } from '../charts/state-timeline/tracks.ts'
import { formatShare } from '../format/quantity.ts'

type Point = Probe['points'][number]
type Verdict = 'pass' | 'warning' | 'fail' | 'unknown'

const inks = { pass: 'up', warning: 'degraded', fail: 'down', unknown: 'unknown' } as const
const wordOf = { pass: 'PASSED', warning: 'SOME FAILED', fail: 'FAILED', unknown: 'UNKNOWN' } as const

/** A pause of more buckets than this is a gap. */
const LARGEST_GAP = 1.5

/** A track for each test of a connection monitor: reachability of its destination by bucket. */
export function probeTracks(probes: readonly Probe[]): TimelineTrack[] {
  return probes
    .filter(({ points }) => points.length > 0)
    .map((probe) => ({
      key: `probe ${probe.scope} ${probe.test}`,
      name: probe.destination.name || probe.destination.address,
      part: `test from ${probe.source.name || probe.source.address}`,
      marks: intervalsOf(probe.points).map((interval): Mark => markOf(probe, interval)),
      rows: 1,
      unseen: [],
    }))
}

/** Deduplicates tests, which are reported for the gateway and for the circuit behind it. */
export const distinctTests = (probes: readonly Probe[]): Probe[] => [
  ...new Map(probes.map((probe) => [`${probe.scope} ${probe.test}`, probe])).values(),
]

/** Azure's verdict; without one, derived from the bucket's checks. */
function verdictOf({ result, failedShare }: Point): Verdict {
  if (result !== null) return result
  if (failedShare === null) return 'unknown'
  return failedShare === 0 ? 'pass' : failedShare === 1 ? 'fail' : 'warning'
}

const beginOf = ({ at }: Point) => Date.parse(at)
const endOf = ({ at, seconds }: Point) => Date.parse(at) + seconds * 1_000

/** Merges consecutive buckets with the same verdict. */
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

function markOf({ test }: Probe, interval: readonly Point[]): Mark {
  const [first] = interval
  const last = interval.at(-1)
  const verdict = first ? verdictOf(first) : 'unknown'
  const [from, to] = [first ? beginOf(first) : 0, last ? endOf(last) : 0]
  const shares = interval.flatMap(({ failedShare }) => failedShare ?? [])
  const worst = shares.length > 0 ? `; up to ${formatShare(Math.max(...shares))} of its checks failed` : ''
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
