import { carriedBy } from '#lib/circuits/api/carried.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Overview } from '#lib/overview/api/index.ts'

/** Starting points, derived from loaded data. */

/** Whether nothing is wrong and nothing ever was: then there is room for places to start. */
export const hasNothingToShow = ({ worstFirst, incidents }: Pick<Overview, 'worstFirst' | 'incidents'>): boolean =>
  worstFirst.length === 0 && incidents.open.length === 0 && incidents.closed.length === 0

/** Begin of the calendar month (UTC) that a moment lies in: the month that Azure bills. */
export function startingMonth(now: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

/** Query for a circuit's traffic in the month of a given time. */
export const thisMonth = (now: number) => ({
  from: new Date(startingMonth(now)).toISOString(),
  to: null,
  step: 'month' as const,
  path: null,
})

/** The circuit on an unlimited plan with the lowest utilization out of Azure; null = none. */
export function leastUsedUnlimited(circuits: readonly Circuit[]): Circuit | null {
  const unlimited = circuits.filter(({ sku, redundancy }) => isUnlimited(sku.family) && redundancy !== 'disabled')
  return unlimited.toSorted((a, b) => shareOut(a) - shareOut(b) || a.name.localeCompare(b.name))[0] ?? null
}

const isUnlimited = (family: string | null) => /^unlimited/i.test(family ?? '')

/** Rate out of Azure as a share of one path; unknown sorts last. */
function shareOut(circuit: Circuit): number {
  const { fromAzure } = carriedBy(circuit)
  return fromAzure === null || !circuit.bandwidthMbps ? Number.MAX_VALUE : fromAzure / (circuit.bandwidthMbps * 1e6)
}

/**
 * Bytes out of Azure as a share of one path's capacity in the covered seconds.
 * @param bytes decimal string
 * @returns null if nothing was covered or the bandwidth is unknown
 */
export function shareOfOnePath(bytes: string, coveredSeconds: number, bandwidthMbps: number | null): number | null {
  if (coveredSeconds <= 0 || !bandwidthMbps) return null
  return (Number(BigInt(bytes)) * 8) / (bandwidthMbps * 1e6 * coveredSeconds)
}
