import { sumCircuitRates } from '#lib/circuits/api/carried.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Overview } from '#lib/overview/api/index.ts'

/**
 * Reports whether there are no current problems and no open or closed incidents. The overview then has space for the
 * starting cards.
 */

export const hasNothingToShow = ({ worstFirst, incidents }: Pick<Overview, 'worstFirst' | 'incidents'>): boolean =>
  worstFirst.length === 0 && incidents.open.length === 0 && incidents.closed.length === 0

/**
 * Returns the start of the calendar month (UTC) that contains a time, epoch milliseconds. It is also the start of
 * Azure's billing month.
 */
export function getMonthStart(now: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

/** Returns API parameters for a circuit's traffic in the calendar month that contains a time. */
export const createMonthQuery = (now: number) => ({
  from: new Date(getMonthStart(now)).toISOString(),
  to: null,
  step: 'month' as const,
  path: null,
})

/**
 * Returns the circuit on an unlimited plan whose outbound traffic (from Azure) is the smallest share of one path's
 * bandwidth. Disabled circuits are left out. Null = no other circuit has an unlimited plan.
 */
export function findLeastUsedUnlimited(circuits: readonly Circuit[]): Circuit | null {
  const unlimited = circuits.filter(({ sku, redundancy }) => isUnlimited(sku.family) && redundancy !== 'disabled')
  return unlimited.toSorted((a, b) => shareOut(a) - shareOut(b) || a.name.localeCompare(b.name))[0] ?? null
}

const isUnlimited = (family: string | null) => /^unlimited/i.test(family ?? '')

/**
 * Returns the share of one path's bandwidth that a circuit's traffic from Azure uses. An unknown share is a very large
 * number, so that it sorts last.
 */
function shareOut(circuit: Circuit): number {
  const { fromAzure } = sumCircuitRates(circuit)
  return fromAzure === null || !circuit.bandwidthMbps ? Number.MAX_VALUE : fromAzure / (circuit.bandwidthMbps * 1e6)
}

/**
 * Returns the traffic from Azure as a share of the bytes that one path could carry in the measured time.
 * @param bytes measured bytes, decimal string
 * @param coveredSeconds length of the measured time
 * @returns null if no time was measured or the bandwidth is unknown
 */
export function computeOnePathShare(
  bytes: string,
  coveredSeconds: number,
  bandwidthMbps: number | null,
): number | null {
  if (coveredSeconds <= 0 || !bandwidthMbps) return null
  return (Number(BigInt(bytes)) * 8) / (bandwidthMbps * 1e6 * coveredSeconds)
}
