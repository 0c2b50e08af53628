import type { MoneyAmount } from '#lib/contract/index.ts'
import { formatMoneyAmount } from '../money.ts'
import { mapCircuitToMeters } from '../prices/map-circuit.ts'
import { applyPriceOverrides } from '../prices/overrides.ts'
import type { CircuitProjectionInput, CostContext } from './circuit-input.ts'
import { computeCostAtBytes } from './cost-at.ts'

/**
 * Function that returns the cost of one circuit's month for a number of bytes. If the circuit has no price, `why`
 * contains the reason instead.
 */
export type MonthPriceResult =
  | { ok: true; costOf: (bytes: bigint) => MoneyAmount; isMetered: boolean }
  | { ok: false; why: string }

/**
 * Returns a function that returns the cost of a whole month for a number of billed bytes, with the circuit's current
 * configuration.
 * @param mbps bandwidth in Mbit/s that replaces the current one
 * @throws RangeError if the circuit has no configuration
 */
export function findMonthPrice(
  { circuitId, configured }: Pick<CircuitProjectionInput, 'circuitId' | 'configured'>,
  { sheet, overrides, now, gb }: CostContext,
  mbps?: number,
): MonthPriceResult {
  const last = configured.at(-1)
  if (!last) throw new RangeError(`circuit ${circuitId} has no configuration`)
  const overridden = applyPriceOverrides(sheet, overrides, { circuitId, at: now })
  const facts = mbps === undefined ? last.facts : { ...last.facts, bandwidthMbps: mbps }
  const mapping = mapCircuitToMeters(overridden.sheet, facts, overridden.zone)
  if (!mapping.ok) return mapping
  const { quote } = mapping
  const costOf = (bytes: bigint): MoneyAmount =>
    formatMoneyAmount(computeCostAtBytes(quote, bytes, gb.bytes), quote.currency)
  return { ok: true, costOf, isMetered: quote.plan === 'metered' }
}
