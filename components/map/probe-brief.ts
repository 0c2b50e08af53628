import type { Probe } from '#lib/networks/api/index.ts'
import { formatRtt, formatShare, plural } from '../format/quantity.ts'
import type { Tone } from '../ui/drawing/glyph.tsx'

/** What the tests of connection monitors that reach what a link carries measured last. */
export interface ProbeBrief {
  /** `10 ms`, of several tests `10 to 14 ms`; null = none was answered */
  roundTrip: string | null
  /** largest share of checks that failed, 0 to 1; null = not reported */
  failedShare: number | null
  /** in full */
  title: string
}

/** The steps in which the map asks for tests. */
export const PROBE_STEP = '15m'

/** Azure Monitor's metrics come a quarter of an hour late; what is older than this says nothing of now. */
const LATEST_MS = 45 * 60_000

/**
 * @param ids circuits or gateways
 * @param asOf epoch milliseconds
 * @returns null where no test reached what they carry lately
 */
export function probeBrief(probes: readonly Probe[], ids: readonly string[], asOf: number): ProbeBrief | null {
  const newest = probes
    .filter(({ reaches }) => ids.some((id) => reaches.includes(id)))
    .flatMap(({ points }) => points.findLast(isMeasured) ?? [])
    .filter(({ at }) => asOf - Date.parse(at) <= LATEST_MS)
  if (newest.length === 0) return null
  const times = newest.flatMap(({ roundTripMs }) => roundTripMs ?? [])
  const shares = newest.flatMap(({ failedShare }) => failedShare ?? [])
  const [least, most] = [formatRtt(Math.min(...times)), formatRtt(Math.max(...times))]
  const roundTrip = times.length === 0 ? null : least === most ? most : `${Number.parseFloat(least)} to ${most}`
  const failedShare = shares.length === 0 ? null : Math.max(...shares)
  const failed = failedShare === null ? 'failed checks not reported' : `${formatShare(failedShare)} of checks failed`
  const tests = plural(newest.length, 'test')
  // a step that goes on ends now
  const end = Math.min(asOf, ...newest.map(({ at, seconds }) => Date.parse(at) + seconds * 1_000))
  return {
    roundTrip,
    failedShare,
    title: `Round-trip time ${roundTrip ?? 'unknown: no check was answered'}, ${failed} by ${new Date(end).toISOString().slice(11, 16)} UTC (${tests} of connection monitors, which alone open no incident)`,
  }
}

/** Round-trip time, and loss where there is any, for a line of each. What they try to reach may be switched off: no path is red for it. */
export function formatProbe(probe: ProbeBrief | undefined): { text: string; tone: Tone | null }[] {
  if (!probe) return []
  const { roundTrip, failedShare } = probe
  const time = { text: roundTrip === null ? 'tests: no answer' : `RTT ${roundTrip}`, tone: null }
  return failedShare ? [time, { text: `tests: ${formatShare(failedShare)} lost`, tone: 'degraded' as const }] : [time]
}

const isMeasured = ({ roundTripMs, failedShare }: Probe['points'][number]) =>
  roundTripMs !== null || failedShare !== null
