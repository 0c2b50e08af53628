import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import type { LoggedChange } from '../simulator/daemons/customer-router.ts'

/** Recorded interval of the session, in which its state is constant. */
export interface RecordedSessionInterval {
  state: 'up' | 'down'
  reason: { by: string } | null
  from: TimestampBounds
}

/** An injected fault, and the reasons with which the router may report it (RFC 7854 section 4.9). */
export interface InjectedFault {
  name: string
  from: EpochMs
  to: EpochMs
  /** reasons that may be reported; empty if the fault does not end the session */
  endsBy: readonly string[]
}

/** A period in which the station or the router was stopped, or the station was paused. */
export interface UnobservedPeriod {
  from: EpochMs
  to: EpochMs
  /**
   * true = stopped and restarted, so that changes meanwhile cannot be recorded; false = paused, so that changes are
   * only recorded late
   */
  isAway: boolean
}

/** Differences between recorded changes and the log, in milliseconds. */
export interface SessionLogComparison {
  changes: number
  recorded: number
  delays: number[]
  /** widths of the bounds of session losses */
  widths: number[]
  wrong: string[]
}

/** Maximum difference between the clocks of the log and the station, which both run on this machine. */
const SAME_CLOCK_MS = 1

/** Reports whether two bounds overlap, so that they may describe the same time. */
export const doTimeBoundsOverlapWithSlack = (
  a: TimestampBounds,
  b: TimestampBounds,
  slackMs = SAME_CLOCK_MS,
): boolean => a.earliest <= b.latest + slackMs && a.latest >= b.earliest - slackMs

/**
 * Compares the recorded changes with the router's own log, one by one.
 * @param saysEstablished whether the router reports when its sessions came up; without this, uptimes that begin while
 *   the station is away leave no trace
 */
export function compareSessionChangesWithLog(
  log: readonly LoggedChange[],
  recorded: readonly RecordedSessionInterval[],
  unwatched: readonly UnobservedPeriod[],
  done: readonly InjectedFault[],
  saysEstablished = true,
): SessionLogComparison {
  const wrong: string[] = []
  const away = unwatched.filter(({ isAway }) => isAway)
  const isIn = (gaps: readonly UnobservedPeriod[], { latest }: LoggedChange) =>
    gaps.some((gap) => latest >= gap.from && latest <= gap.to)
  // the session may have come up for the first time before the router connected to the receiver
  const [first, ...changes] = log
  const expected = changes.filter((change) => !isIn(away, change))
  const later = recorded.slice(recorded.findIndex(({ state }) => state === first?.state) + 1)
  const live = later.filter(({ from }) => !away.some((gap) => from.earliest < gap.to && from.latest >= gap.from))
  const delays: number[] = []
  const widths: number[] = []
  expected.forEach((change, index) => {
    const span = live[index]
    if (span?.state !== change.state) {
      wrong.push(
        `${change.state} at ${formatLogTimeAsIso(change.latest)}: recorded ${span ? `${span.state} at ${formatLogTimeAsIso(span.from.latest)}` : 'nothing'}`,
      )
      return
    }
    if (!doTimeBoundsOverlapWithSlack(change, span.from))
      wrong.push(`${change.state} at ${formatLogTimeAsIso(change.latest)} is outside of its bounds`)
    if (isIn(unwatched, change)) return
    delays.push(Math.max(0, span.from.latest - change.latest))
    if (change.state === 'down') widths.push(span.from.latest - span.from.earliest)
  })
  if (live.length > expected.length)
    wrong.push(`${live.length - expected.length} changes were recorded that did not happen`)
  for (const gap of saysEstablished ? away : []) {
    const last = log.findLast(({ latest }) => latest >= gap.from && latest <= gap.to)
    const bounds = recorded.find(
      ({ state, from }) => state === last?.state && from.earliest < gap.to && from.latest >= gap.from,
    )
    if (last && !(bounds && doTimeBoundsOverlapWithSlack(last, bounds.from)))
      wrong.push(`${last.state} at ${formatLogTimeAsIso(last.latest)}, while the station was away, is in no bounds`)
  }
  for (const { state, reason, from } of live) {
    const fault = done.find((one) => from.latest >= one.from && from.latest <= one.to)
    if (state === 'down' && fault && !fault.endsBy.includes(reason?.by ?? ''))
      wrong.push(`${fault.name} is reported as ${reason?.by ?? 'nothing'}`)
  }
  return { changes: expected.length, recorded: live.length, delays, widths, wrong }
}

export const formatLogTimeAsIso = (at: number): string => new Date(at).toISOString()
