import type { Circuit, CircuitPathView } from '#lib/contract/index.ts'

/** What somebody would want to see first, told from answers that are at hand. */

export interface FailingPath {
  circuit: Circuit
  path: CircuitPathView
}

/** Of the paths that fail, one that is down before one that is degraded, and the latest of these; null = none fails. */
export function failingPath(circuits: readonly Circuit[]): FailingPath | null {
  const failing = circuits.flatMap((circuit) =>
    circuit.paths.flatMap((path) => (path.state === 'down' || path.state === 'degraded' ? [{ circuit, path }] : [])),
  )
  const began = ({ path: { since } }: FailingPath) => (since === null ? 0 : Date.parse(since[1]))
  const [first] = failing.toSorted(
    (a, b) => Number(b.path.state === 'down') - Number(a.path.state === 'down') || began(b) - began(a),
  )
  return first ?? null
}

/** Begin of the calendar month (UTC) that a moment lies in: the month that Azure bills. */
export function monthOf(now: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

/** What is asked of a circuit's traffic in the month that a moment lies in. */
export const thisMonth = (now: number) => ({
  from: new Date(monthOf(now)).toISOString(),
  to: null,
  step: 'month' as const,
  path: null,
})

/** Of the circuits with unlimited data, the one that carries least of what it could carry out of Azure now; null = there is none. */
export function leastUsedUnlimited(circuits: readonly Circuit[]): Circuit | null {
  const unlimited = circuits.filter(({ sku, redundancy }) => isUnlimited(sku.family) && redundancy !== 'disabled')
  return unlimited.toSorted((a, b) => shareOut(a) - shareOut(b) || a.name.localeCompare(b.name))[0] ?? null
}

const isUnlimited = (family: string | null) => /^unlimited/i.test(family ?? '')

/** Rate out of Azure as a share of one path; a circuit of which that is not known comes after all others. */
function shareOut({ paths, bandwidthMbps }: Circuit): number {
  const rates = paths.flatMap(({ bitsOutPerSecond }) => (bitsOutPerSecond === null ? [] : [bitsOutPerSecond]))
  if (rates.length === 0 || !bandwidthMbps) return Number.MAX_VALUE
  return rates.reduce((sum, rate) => sum + rate, 0) / (bandwidthMbps * 1e6)
}

/**
 * Bytes out of Azure as a share of what one path could have carried in the seconds that the bytes tell of.
 * @param bytes decimal string
 * @returns null where nothing was covered, or the bandwidth is not told
 */
export function shareOfOnePath(bytes: string, coveredSeconds: number, bandwidthMbps: number | null): number | null {
  if (coveredSeconds <= 0 || !bandwidthMbps) return null
  return (Number(BigInt(bytes)) * 8) / (bandwidthMbps * 1e6 * coveredSeconds)
}
