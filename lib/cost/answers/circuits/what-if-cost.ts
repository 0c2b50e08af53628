import type { EpochMs } from '#lib/contract/index.ts'
import type { WhatIfCost, WhatIfRow } from '#lib/resilience/api/index.ts'
import { Decimal, type MonthPriceResult, formatMoneyAmount, findMonthPrice } from '../../rules/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type CircuitByteRange, findCircuitShifts, computeShiftedBytes } from '#lib/resilience/rules/index.ts'
import { readCostCircuits } from './circuit-inputs.ts'
import { resolveBillingMonth, readCostContext } from '../cost-context.ts'
import { readLastTraffic } from './computed-traffic.ts'
import type { WhatIfData, ResolvedWhatIf } from '#lib/resilience/answers/index.ts'

type CircuitCost = WhatIfCost['circuits'][number]

/**
 * Returns the cost of the month after a what-if, with the traffic that moves between circuits and with the changed
 * bandwidths. Only stored forecasts are used.
 * @returns null if the what-if changes neither the traffic nor the bandwidth of any circuit, or if no forecast is
 *   stored
 */
export async function computeWhatIfCost(
  q: SqlExecutor,
  rows: readonly WhatIfRow[],
  { facts }: WhatIfData,
  { bandwidths }: ResolvedWhatIf,
  now: EpochMs,
): Promise<WhatIfCost | null> {
  const shifts = findCircuitShifts(rows)
  const touched = new Set([...shifts.flatMap(({ from, to }) => [from, ...to]), ...bandwidths.keys()])
  if (touched.size === 0) return null
  const frame = await readCostContext(q, resolveBillingMonth(undefined, now), now)
  const made = await readLastTraffic(q, frame.month.name)
  if (made.size === 0) return null
  const standings = (await readCostCircuits(q, frame)).filter(({ resource }) => touched.has(resource.id))
  const bytesOf = (id: string) => made.get(id)?.traffic.month?.p50 ?? null
  const bytes = computeShiftedBytes(shifts, bytesOf, (id) =>
    facts.paths.some(({ circuit, peering }) => circuit === id && peering === 'microsoft'),
  )
  const circuits = standings.map(({ resource: { id, name }, configured }): CircuitCost => {
    const input = { circuitId: id, configured }
    const current = bytesOf(id)
    const shifted = bytes.has(id)
      ? (bytes.get(id) ?? null)
      : current === null
        ? null
        : { atLeast: current, atMost: current }
    return {
      circuitId: id,
      circuitName: name,
      ...pricedAs(findMonthPrice(input, frame), findMonthPrice(input, frame, bandwidths.get(id)), current, shifted),
    }
  })
  const moments = standings.flatMap(({ resource }) => made.get(resource.id)?.madeAt ?? [])
  return {
    month: frame.month.name,
    madeAt: Math.min(now, ...moments),
    circuits: circuits.toSorted((a, b) => (a.circuitName < b.circuitName ? -1 : 1)),
    differences: differencesOf(circuits),
  }
}

function pricedAs(
  now: MonthPriceResult,
  priceAfter: MonthPriceResult,
  current: bigint | null,
  bytes: CircuitByteRange | null,
): Pick<CircuitCost, 'now' | 'after' | 'unknownBecause'> {
  const unknown = (why: string) => ({ now: null, after: null, unknownBecause: why })
  if (!now.ok) return unknown(now.why)
  // a plan without data charges has the same cost for any number of bytes, so 0 can be used if the bytes are unknown
  const own = current ?? (now.isMetered ? null : 0n)
  if (own === null) return unknown('too little of its traffic was measured to forecast the month')
  const cost = now.costOf(own)
  if (!priceAfter.ok) return { now: cost, after: null, unknownBecause: priceAfter.why }
  const bounds = bytes ?? (priceAfter.isMetered ? null : { atLeast: 0n, atMost: 0n })
  if (bounds === null) {
    return { now: cost, after: null, unknownBecause: 'where some of the traffic goes, or how much it is, is not known' }
  }
  return {
    now: cost,
    after: { atLeast: priceAfter.costOf(bounds.atLeast), atMost: priceAfter.costOf(bounds.atMost) },
    unknownBecause: null,
  }
}

function differencesOf(circuits: readonly CircuitCost[]): WhatIfCost['differences'] {
  const known = circuits.flatMap(({ now, after }) => (now && after ? [{ now, after }] : []))
  if (known.length < circuits.length) return []
  return [...Map.groupBy(known, ({ now }) => now.currency)].map(([currency, own]) => {
    const sum = (of: 'atLeast' | 'atMost') =>
      formatMoneyAmount(
        Decimal.sum(0, ...own.map(({ now, after }) => new Decimal(after[of].amount).minus(now.amount))),
        currency,
      )
    return { atLeast: sum('atLeast'), atMost: sum('atMost') }
  })
}
