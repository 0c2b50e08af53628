import type { Bounds, EpochMs } from '#lib/contract/index.ts'

/** A change of the session as the router's own log has it; milliseconds with microseconds behind the point. */
export interface Logged {
  state: 'up' | 'down'
  at: number
}

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

/** A time in which the station was away, or did not run. */
export interface Unwatched {
  from: EpochMs
  to: EpochMs
  /** stopped and started again: what happened meanwhile can't be recorded. Otherwise it is only late */
  isAway: boolean
}

/** The second that the router names, and the time until it arrived. */
const MOST_WIDTH_MS = 1_100
const MOST_DELAY_MS = 150
/** Between the clock of the log and that of the station; both are this machine's. */
const SAME_CLOCK_MS = 1

/** Holds what was recorded against the router's own log, change by change. */
export function compare(
  log: readonly Logged[],
  recorded: readonly Recorded[],
  unwatched: readonly Unwatched[],
  done: readonly Done[],
): { figures: string[]; wrong: string[] } {
  const wrong: string[] = []
  const away = unwatched.filter(({ isAway }) => isAway)
  const isIn = (gaps: readonly Unwatched[], at: number) => gaps.some((gap) => at >= gap.from && at <= gap.to)
  // the first life may be older than the connection
  const [first, ...changes] = log
  const expected = changes.filter(({ at }) => !isIn(away, at))
  const later = recorded.slice(recorded.findIndex(({ state }) => state === first?.state) + 1)
  const live = later.filter(({ from }) => !away.some((gap) => from.earliest < gap.to && from.latest >= gap.from))
  const delays: number[] = []
  const widths: number[] = []
  expected.forEach((change, index) => {
    const span = live[index]
    const when = new Date(change.at).toISOString()
    if (span?.state !== change.state) {
      wrong.push(
        `${change.state} at ${when}: recorded ${span ? `${span.state} at ${new Date(span.from.latest).toISOString()}` : 'nothing'}`,
      )
      return
    }
    if (change.at < span.from.earliest - SAME_CLOCK_MS || change.at > span.from.latest + SAME_CLOCK_MS)
      wrong.push(`${change.state} at ${when} is outside of its bounds`)
    if (isIn(unwatched, change.at)) return
    delays.push(span.from.latest - change.at)
    if (change.state === 'down') widths.push(span.from.latest - span.from.earliest)
  })
  if (live.length > expected.length)
    wrong.push(`${live.length - expected.length} changes were recorded that did not happen`)
  for (const gap of away) {
    const last = log.findLast(({ at }) => at >= gap.from && at <= gap.to)
    const bounds = recorded.find(
      ({ state, from }) => state === last?.state && from.earliest < gap.to && from.latest >= gap.from,
    )
    if (last && !(bounds && bounds.from.earliest <= last.at && bounds.from.latest >= last.at))
      wrong.push(`${last.state} at ${new Date(last.at).toISOString()}, while the station was away, is in no bounds`)
  }
  for (const { state, reason, from } of live) {
    const fault = done.find((one) => from.latest >= one.from && from.latest <= one.to)
    if (state === 'down' && fault && !fault.endsBy.includes(reason?.by ?? ''))
      wrong.push(`${fault.name} is reported as ${reason?.by ?? 'nothing'}`)
  }
  const [p50, p95, most] = [0.5, 0.95, 1].map((share) => quantile(delays, share))
  if (p95 !== undefined && p95 > MOST_DELAY_MS) wrong.push(`arrival ${p95.toFixed(1)} ms after the log at p95`)
  const widest = quantile(widths, 1) ?? 0
  if (widest > MOST_WIDTH_MS) wrong.push(`a fall has bounds ${widest} ms wide`)
  const text = (value: number | undefined) => value?.toFixed(1) ?? 'none'
  return {
    figures: [
      `${expected.length} changes in FRR's log, ${live.length} recorded; ${away.length} times away`,
      `arrival after the log: p50 ${text(p50)} ms, p95 ${text(p95)} ms, most ${text(most)} ms`,
      `bounds of falls: p50 ${text(quantile(widths, 0.5))} ms, widest ${widest} ms`,
    ],
    wrong,
  }
}

function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}
