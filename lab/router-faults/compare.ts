import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import type { LoggedChange } from '../simulator/daemons/customer-router.ts'

/** What was recorded of the session for a time. */
export interface Recorded {
  state: 'up' | 'down'
  reason: { by: string } | null
  from: Bounds
}

/** A fault that was made, and how the router's end may report it (RFC 7854 section 4.9). */
export interface Done {
  name: string
  from: EpochMs
  to: EpochMs
  /** empty = it ends no session */
  endsBy: readonly string[]
}

/** A time in which the station or the router was away, or the station did not run. */
export interface Unwatched {
  from: EpochMs
  to: EpochMs
  /** stopped and started again: what happened meanwhile can't be recorded. Otherwise it is only late */
  isAway: boolean
}

/** How far recorded changes are from the log, milliseconds. */
export interface Compared {
  changes: number
  recorded: number
  delays: number[]
  /** of the bounds of falls */
  widths: number[]
  wrong: string[]
}

/** Between the clock of the log and that of the station; both are this machine's. */
const SAME_CLOCK_MS = 1

/** Whether a moment that lies within bounds may lie within others. */
export const meets = (a: Bounds, b: Bounds, slackMs = SAME_CLOCK_MS): boolean =>
  a.earliest <= b.latest + slackMs && a.latest >= b.earliest - slackMs

/**
 * Holds what was recorded against the router's own log, change by change.
 * @param saysEstablished whether the router says since when its sessions are up; of one that does not, lives that begin while the station is
 * away leave no trace
 */
export function compare(
  log: readonly LoggedChange[],
  recorded: readonly Recorded[],
  unwatched: readonly Unwatched[],
  done: readonly Done[],
  saysEstablished = true,
): Compared {
  const wrong: string[] = []
  const away = unwatched.filter(({ isAway }) => isAway)
  const isIn = (gaps: readonly Unwatched[], { latest }: LoggedChange) =>
    gaps.some((gap) => latest >= gap.from && latest <= gap.to)
  // the first life may be older than the connection
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
        `${change.state} at ${timeOf(change.latest)}: recorded ${span ? `${span.state} at ${timeOf(span.from.latest)}` : 'nothing'}`,
      )
      return
    }
    if (!meets(change, span.from)) wrong.push(`${change.state} at ${timeOf(change.latest)} is outside of its bounds`)
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
    if (last && !(bounds && meets(last, bounds.from)))
      wrong.push(`${last.state} at ${timeOf(last.latest)}, while the station was away, is in no bounds`)
  }
  for (const { state, reason, from } of live) {
    const fault = done.find((one) => from.latest >= one.from && from.latest <= one.to)
    if (state === 'down' && fault && !fault.endsBy.includes(reason?.by ?? ''))
      wrong.push(`${fault.name} is reported as ${reason?.by ?? 'nothing'}`)
  }
  return { changes: expected.length, recorded: live.length, delays, widths, wrong }
}

export const timeOf = (at: number): string => new Date(at).toISOString()
