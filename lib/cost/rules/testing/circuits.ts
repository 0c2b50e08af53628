import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { CircuitPriceInput } from '../prices/map-circuit.ts'
import type { DeclaredCharge } from '../prices/overrides.ts'
import { loadShippedPrices } from '../prices/shipped-prices.ts'
import type { CircuitProjectionInput, CostContext } from '../projection/circuit-input.ts'
import { projectCircuit, summarizeProjections } from '../projection/project-circuit.ts'
import type { UsageHour } from '../usage/billed-usage.ts'
import { getBillingMonth, CALENDAR_MONTH_START } from '../usage/month.ts'

export const DECIMAL_GB_BYTES = 1_000_000_000n

/** Returns the projections of circuits for the month of a context. */
export const projectTestCircuits = (inputs: readonly CircuitProjectionInput[], frame: CostContext) =>
  summarizeProjections(
    inputs.map((input) => projectCircuit(input, frame)),
    frame,
  )

/** Returns hours with equal bytes and full coverage. */
export function createHoursWithEqualBytes(from: EpochMs, to: EpochMs, bytesPerHour: bigint): UsageHour[] {
  const hours: UsageHour[] = []
  for (let start = from; start < to; start += MS_PER_HOUR) {
    hours.push({ start, bytesOut: bytesPerHour, bytesIn: 0n, coveredSeconds: 3_600, metricSeconds: 0 })
  }
  return hours
}

/**
 * Returns the traffic of an office: three times as much at noon as at night, a third at weekends, with reproducible
 * noise.
 * @param mean approximate bytes of a mean hour
 * @param growth growth from week to week, as a share
 */
export function createOfficeTrafficHours(from: EpochMs, to: EpochMs, mean: number, growth = 0): UsageHour[] {
  let seed = 1
  return createHoursWithEqualBytes(from, to, 0n).map((hour) => {
    seed = (seed * 48_271) % 2_147_483_647
    const date = new Date(hour.start)
    const day = 1 + 0.5 * Math.cos(((date.getUTCHours() - 12) / 24) * 2 * Math.PI)
    const week = [0, 6].includes(date.getUTCDay()) ? 0.4 : 1.24
    const trend = (1 + growth) ** ((hour.start - from) / (7 * 24 * MS_PER_HOUR))
    const noise = 0.9 + 0.2 * (seed / 2_147_483_647)
    return { ...hour, bytesOut: BigInt(Math.round(mean * day * week * trend * noise)) }
  })
}

/** 1 Gbps Standard Metered in London. */
export const LONDON_STANDARD_1_GBPS: CircuitPriceInput = {
  tier: 'Standard',
  family: 'MeteredData',
  bandwidthMbps: 1_000,
  peeringLocation: 'London',
  direct: false,
  cloud: 'public',
}

const ERC =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/hub/providers/Microsoft.Network/expressRouteCircuits/erc-london'

/** Declares provider charges of 0 and an ended contract, so that the cost of a new circuit is known. */
export function nothingByOthers(currency = 'USD'): DeclaredCharge[] {
  const signed = { circuitIds: null, from: 0, until: null, by: 'kim', at: 1, why: 'contract', currency }
  return (['provider_l2', 'cross_connect'] as const).map((charge) => ({
    ...signed,
    id: charge,
    kind: 'charge',
    charge,
    name: charge,
    monthly: '0',
    once: '0',
    contractEnds: 0,
  }))
}

export function createTestProjectionInput(
  hours: readonly UsageHour[],
  facts: Partial<CircuitPriceInput> = {},
  more: Partial<CircuitProjectionInput> = {},
): CircuitProjectionInput {
  const own = { ...LONDON_STANDARD_1_GBPS, ...facts }
  return {
    circuitId: 'erc-1',
    name: 'erc-london',
    configured: [{ from: 0, to: null, facts: own }],
    usage: {
      hours,
      unplaced: [],
      globalReach: null,
      bandwidthMbps: own.bandwidthMbps,
      // the busiest five minutes are not busier than their hour
      busiestFiveMinutes: { mbps: 0, coveredSeconds: hours.length * 3_600 },
    },
    premiumNeeds: null,
    microsoft365: false,
    offeredMbps: null,
    linkedRegions: null,
    globalReach: false,
    provider: null,
    resourceId: ERC,
    takeOver: { at: 0, losses: [], isUnsure: false },
    ...more,
  }
}

export function createTestCostContext(now: EpochMs, more: Partial<CostContext> = {}): CostContext {
  return {
    now,
    month: getBillingMonth(now),
    anchor: CALENDAR_MONTH_START,
    sheet: loadShippedPrices(),
    overrides: [],
    gb: { bytes: 1_000_000_000, calibrated: false },
    limits: { 'capacity.n1': 1, 'saving.least': 0 },
    ...more,
  }
}
