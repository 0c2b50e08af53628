import { formatUtcTime } from '#lib/contract/time/dates.ts'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import { formatRtt, formatFractionAsPercent, formatCountWithPlural } from '../format/quantity.ts'
import type { StateTone } from '../ui/drawing/glyph.tsx'

/** Summary of the latest results of connection monitor tests through a circuit or gateway. */
export interface ProbeSummary {
  /** Round-trip time as text: `10 ms`, or `10 to 14 ms` for several tests; null = no check was answered. */
  roundTrip: string | null
  /** highest share of failed checks among the tests, 0 to 1; null = not reported */
  failedShare: number | null
  /** end of the time step with this share, epoch milliseconds; null = not reported */
  failedAt: number | null
  /** full text of the results */
  title: string
}

/** Length of one step in the test results that the map requests. */
export const PROBE_STEP_LENGTH = '15m'

/**
 * Maximum age of the results, milliseconds. Azure Monitor's metrics arrive 15 minutes late; older results do not
 * describe the current state.
 */
const LATEST_MS = 45 * 60_000

/**
 * Returns the latest results of the tests through the given circuits or gateways.
 * @param ids IDs of circuits or gateways
 * @param asOf time that the page shows, epoch milliseconds; later results are ignored
 * @returns null if no test has recent results
 */
export function summarizeProbes(
  probes: readonly ConnectionMonitorTest[],
  ids: readonly string[],
  asOf: number,
): ProbeSummary | null {
  const newest = probes
    .filter(({ reaches }) => ids.some((id) => reaches.includes(id)))
    .flatMap(({ points }) => points.findLast((point) => isMeasured(point) && Date.parse(point.at) <= asOf) ?? [])
    .filter(({ at }) => asOf - Date.parse(at) <= LATEST_MS)
  if (newest.length === 0) return null
  const times = newest.flatMap(({ roundTripMs }) => roundTripMs ?? [])
  const shares = newest.flatMap(({ failedShare }) => failedShare ?? [])
  const [least, most] = [formatRtt(Math.min(...times)), formatRtt(Math.max(...times))]
  const roundTrip = times.length === 0 ? null : least === most ? most : `${Number.parseFloat(least)} to ${most}`
  const failedShare = shares.length === 0 ? null : Math.max(...shares)
  const failing = newest.filter((point) => failedShare !== null && point.failedShare === failedShare)
  const failed =
    failedShare === null ? 'failed checks not reported' : `${formatFractionAsPercent(failedShare)} of checks failed`
  const tests = formatCountWithPlural(newest.length, 'test')
  // The last time step of the results may not be over yet. Its end is therefore limited to the current time.
  const findEarliestEnd = (points: typeof newest) =>
    Math.min(asOf, ...points.map(({ at, seconds }) => Date.parse(at) + seconds * 1_000))
  const end = findEarliestEnd(newest)
  return {
    roundTrip,
    failedShare,
    failedAt: failing.length === 0 ? null : findEarliestEnd(failing),
    title: `Round-trip time ${roundTrip ?? 'unknown: no check was answered'}, ${failed} by ${formatUtcTime(end)} UTC (${tests} of connection monitors, which alone open no incident)`,
  }
}

/**
 * Formats the round-trip time and, if checks failed, the loss and its time as one line each, because the results of
 * Azure Monitor arrive late. Failed checks are shown as degraded and not as down, because the tested machine may just be
 * switched off.
 */
export function formatProbe(probe: ProbeSummary | undefined): { text: string; tone: StateTone | null }[] {
  if (!probe) return []
  const { roundTrip, failedShare, failedAt } = probe
  const time = { text: roundTrip === null ? 'tests: no answer' : `RTT ${roundTrip}`, tone: null }
  if (!failedShare) return [time]
  const tone = 'degraded' as const
  return [
    time,
    { text: `tests: ${formatFractionAsPercent(failedShare)} lost`, tone },
    ...(failedAt === null ? [] : [{ text: `at ${formatUtcTime(failedAt)} UTC`, tone }]),
  ]
}

const isMeasured = ({ roundTripMs, failedShare }: ConnectionMonitorTest['points'][number]) =>
  roundTripMs !== null || failedShare !== null
