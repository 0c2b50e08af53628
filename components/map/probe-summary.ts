import { formatUtcTime } from '#lib/contract/time/dates.ts'
import type { ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import { formatRtt, formatFractionAsPercent, formatCountWithPlural } from '../format/quantity.ts'
import type { StateTone } from '../ui/drawing/glyph.tsx'

/** Summary of the latest results of connection monitor tests through a circuit or gateway. */
export interface ProbeSummary {
  /** Round-trip time as text: `10 ms`, or `10 to 14 ms` for several tests; null = no check was answered. */
  roundTrip: string | null
  /** highest share of failed checks among the tests in the last 15 minutes of their results, 0 to 1; null = not reported */
  failedShare: number | null
  /** time steps with failed checks, from the first to the last one; null = no check failed, or it is not reported */
  loss: Loss | null
  /** full text of the results */
  title: string
}

/** Loss that tests measured. */
interface Loss {
  /** start of the first and end of the last time step with failed checks, epoch milliseconds */
  from: number
  to: number
  /** whether no check failed in the newest results of each test */
  isOver: boolean
}

/** Length of one step in the test results that the map requests. */
export const PROBE_STEP_LENGTH = '5m'

/** Length of the time, up to the newest result of a test, in which failed checks count, milliseconds. */
const LOSS_MS = 15 * 60_000

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
  const recent = probes
    .filter(({ reaches }) => ids.some((id) => reaches.includes(id)))
    .map(({ points }) => points.filter((point) => isMeasured(point) && Date.parse(point.at) <= asOf))
    .flatMap((points) => {
      const newest = points.at(-1)
      const age = (at: string, to: number) => to - Date.parse(at)
      if (!newest || age(newest.at, asOf) > LATEST_MS) return []
      return [{ newest, points: points.filter(({ at }) => age(at, Date.parse(newest.at)) < LOSS_MS) }]
    })
  if (recent.length === 0) return null
  const newest = recent.map((test) => test.newest)
  const times = newest.flatMap(({ roundTripMs }) => roundTripMs ?? [])
  const points = recent.flatMap((test) => test.points)
  const shares = points.flatMap(({ failedShare }) => failedShare ?? [])
  const [least, most] = [formatRtt(Math.min(...times)), formatRtt(Math.max(...times))]
  const roundTrip = times.length === 0 ? null : least === most ? most : `${Number.parseFloat(least)} to ${most}`
  const failedShare = shares.length === 0 ? null : Math.max(...shares)
  // The last time step of the results may not be over yet. Its end is therefore limited to the current time.
  const findEnd = ({ at, seconds }: Point) => Math.min(asOf, Date.parse(at) + seconds * 1_000)
  const failing = points.filter((point) => point.failedShare)
  const loss =
    failing.length === 0
      ? null
      : {
          from: Math.min(...failing.map(({ at }) => Date.parse(at))),
          to: Math.max(...failing.map(findEnd)),
          isOver: newest.every((point) => point.failedShare === 0),
        }
  const failed =
    failedShare === null
      ? 'failed checks not reported'
      : `${loss ? 'up to ' : ''}${formatFractionAsPercent(failedShare)} of checks failed${loss ? ` ${formatLossTime(loss)}` : ''}`
  const tests = formatCountWithPlural(recent.length, 'test')
  const end = formatUtcTime(Math.min(...newest.map(findEnd)))
  return {
    roundTrip,
    failedShare,
    loss,
    title: `Round-trip time ${roundTrip ?? 'unknown: no check was answered'} by ${end} UTC, ${failed} (${tests} of connection monitors, which alone open no incident)`,
  }
}

/** Formats the time of a loss: `11:45 – 11:55 UTC`, and `, over` if the newest results show no loss. */
const formatLossTime = ({ from, to, isOver }: Loss): string =>
  `${formatUtcTime(from)} – ${formatUtcTime(to)} UTC${isOver ? ', over' : ''}`

/**
 * Formats the round-trip time and, if checks failed, the loss and its time as one line each, because the results of
 * Azure Monitor arrive late. Failed checks are shown as degraded and not as down, because the tested machine may just be
 * switched off. A loss that is over has no tone.
 */
export function formatProbe(probe: ProbeSummary | undefined): { text: string; tone: StateTone | null }[] {
  if (!probe) return []
  const { roundTrip, failedShare, loss } = probe
  const time = { text: roundTrip === null ? 'tests: no answer' : `RTT ${roundTrip}`, tone: null }
  if (!failedShare || loss === null) return [time]
  const tone = loss.isOver ? null : 'degraded'
  return [
    time,
    { text: `tests: up to ${formatFractionAsPercent(failedShare)} lost`, tone },
    { text: formatLossTime(loss), tone },
  ]
}

type Point = ConnectionMonitorTest['points'][number]

const isMeasured = ({ roundTripMs, failedShare }: Point) => roundTripMs !== null || failedShare !== null
