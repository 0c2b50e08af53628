import { formatAsPath } from '#lib/bgp/index.ts'
import {
  type TimestampBounds,
  type EpochMs,
  doTimestampBoundsOverlap,
  type RouteAttributes,
  type RouteChange,
} from '#lib/contract/index.ts'
import { getChangeObservationTime } from '#lib/detection/churn/churn-step.ts'
import { canSessionAffectRoute, type SessionChangeEvent } from './session-change-event.ts'
import { comparePrefixStrings, buildRouteKey } from './top-prefixes.ts'

const WINDOW_MS = 5 * 60_000
const EXPLORED_PATHS = 3

/**
 * A burst: a series of changes of one route. The time between two consecutive changes is at most a certain length, the
 * window (5 minutes by default).
 */
export interface ChangeBurst {
  instance: string | null
  peer: string | null
  prefix: string
  changes: number
  /**
   * `first` contains the two polls between which the first change of the burst happened, and `last` those of the last
   * change
   */
  first: TimestampBounds
  last: TimestampBounds
  /** number of different paths (next hop and AS path) in the burst, including the path before it */
  distinctPaths: number
  /**
   * `session`: a session event explains the burst. `exploration`: three or more paths within the window without a
   * session event, because routers were searching for a new path. `transient`: after the burst, the route has the same
   * path as before. `lasting`: after the burst, the route has another path.
   */
  verdict: 'session' | 'exploration' | 'transient' | 'lasting'
  /** state of the route after the burst compared with before */
  outcome: 'announced' | 'withdrawn' | 'moved' | 'returned'
  /** false if the burst ended so recently that the next poll may still continue it */
  settled: boolean
}

/**
 * Groups the route changes of one source (polled table) into bursts, and classifies them. A path is counted only at
 * times at which a poll found it. If a route has only one path at a time, and polls are further apart than half the
 * window, exploration cannot be proven.
 * @param sessions session events of the same source; an event explains a burst if it happened at most one window
 *   earlier
 * @param now end of the latest successful poll of the source
 * @param windowMs default: 5 minutes
 * @returns bursts ordered by first change, then by address
 */
export function groupChangeBursts(
  changes: readonly RouteChange[],
  sessions: readonly SessionChangeEvent[],
  now: EpochMs,
  windowMs: number = WINDOW_MS,
): ChangeBurst[] {
  return [...Map.groupBy(changes, buildRouteKey).values()]
    .flatMap((own) => runsOf(own, windowMs))
    .map((run) => burstOf(run, sessions, now, windowMs))
    .sort((a, b) => a.first.latest - b.first.latest || comparePrefixStrings(a.prefix, b.prefix))
}

type Run = [RouteChange, ...RouteChange[]]

function runsOf(own: readonly RouteChange[], windowMs: number): Run[] {
  const runs: Run[] = []
  for (const change of [...own].sort((a, b) => getChangeObservationTime(a) - getChangeObservationTime(b))) {
    const run = runs.at(-1)
    const previous = run?.at(-1)
    if (run && previous && change.between.earliest - getChangeObservationTime(previous) <= windowMs) run.push(change)
    else runs.push([change])
  }
  return runs
}

function burstOf(run: Run, sessions: readonly SessionChangeEvent[], now: EpochMs, windowMs: number): ChangeBurst {
  const [start] = run
  const end = run.at(-1) ?? start
  const around = { earliest: start.between.earliest - windowMs, latest: end.between.latest }
  const outcome = outcomeOf(start.before, end.after)
  const withSession = sessions.some(
    (session) => canSessionAffectRoute(session, start) && doTimestampBoundsOverlap(session.at, around),
  )
  const sightings = run.flatMap(({ between, before, after }) => [
    { at: between.earliest, paths: before.map(pathText) },
    { at: between.latest, paths: after.map(pathText) },
  ])
  const explored = mostWithin(sightings, windowMs) >= EXPLORED_PATHS
  return {
    instance: start.instance,
    peer: start.peer,
    prefix: start.prefix,
    changes: run.length,
    first: start.between,
    last: end.between,
    distinctPaths: new Set(sightings.flatMap(({ paths }) => paths)).size,
    verdict: withSession ? 'session' : explored ? 'exploration' : outcome === 'returned' ? 'transient' : 'lasting',
    outcome,
    settled: now - end.between.latest > windowMs,
  }
}

const pathText = (row: RouteAttributes) => `${row.nextHop ?? ''}|${formatAsPath(row)}`

function outcomeOf(before: readonly RouteAttributes[], after: readonly RouteAttributes[]): ChangeBurst['outcome'] {
  const text = (rows: readonly RouteAttributes[]) =>
    rows
      .map((row) => `${pathText(row)}|${row.origin ?? ''}|${row.weight ?? ''}|${row.localPref ?? ''}`)
      .sort()
      .join('\n')
  if (text(before) === text(after)) return 'returned'
  if (before.length === 0) return 'announced'
  return after.length === 0 ? 'withdrawn' : 'moved'
}

/** Returns the maximum number of different paths that polls found within any period of length `windowMs`. */
function mostWithin(sightings: readonly { at: EpochMs; paths: readonly string[] }[], windowMs: number): number {
  const ordered = [...sightings].sort((a, b) => a.at - b.at)
  const inside = new Map<string, number>()
  let most = 0
  let oldest = 0
  for (const { at, paths } of ordered) {
    for (const path of paths) inside.set(path, (inside.get(path) ?? 0) + 1)
    // Each sighting is added to and removed from the window only once. This matters because a route may change with
    // every poll for weeks.
    for (let left = ordered[oldest]; left && left.at < at - windowMs; left = ordered[++oldest]) {
      for (const path of left.paths) {
        const times = (inside.get(path) ?? 0) - 1
        if (times > 0) inside.set(path, times)
        else inside.delete(path)
      }
    }
    most = Math.max(most, inside.size)
  }
  return most
}
