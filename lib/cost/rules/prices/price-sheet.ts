import { z } from 'zod'
import type { CostPlan, CostTier } from '../../api/index.ts'
import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Decimal } from '../money.ts'

const meterUnits = ['month', 'hour', 'gb'] as const
export type MeterUnit = (typeof meterUnits)[number]

/** A meter of a price list, as it is stored. */
export const storedMeterSchema = z.object({
  /** name of the meter on the bill, for example `Standard Metered Data 1 Gbps Circuit` */
  name: z.string(),
  service: z.string(),
  product: z.string(),
  sku: z.string(),
  unit: z.enum(meterUnits),
  /**
   * price zone or region of the meter: `Zone 1` ... `Zone 4`, `US Gov Zone 1`, the name of a region, `Global`, or empty
   * if the source has no region
   */
  region: z.string(),
  /** price of one unit, as text so that all digits are kept */
  price: z.string(),
  currency: z.string(),
  effectiveFrom: z.number(),
  /** Microsoft's ID of the meter; null if the ID is not from Microsoft */
  meterId: z.string().nullable(),
})
export type StoredMeter = z.infer<typeof storedMeterSchema>

/** The price of one unit of a meter in a price zone (circuits and their data) or a region (gateways). */
export interface PriceMeter extends Omit<StoredMeter, 'price'> {
  /** Price of one unit, not rounded. */
  price: Decimal
  /**
   * List price in the same currency, if an override or a discount replaced it. Absent = `price` is the list price, or
   * the list has no price for the meter in this currency.
   */
  listPrice?: Decimal
  /**
   * The override that set this price: a text about it, and whether it applies to all regions. Absent = the price is the
   * list price, possibly changed by a discount or an exchange rate.
   */
  applied?: { words: string; isForAll: boolean }
}

/** A price list: all prices that were read together, in one currency. */
export interface PriceSheet {
  source: 'retail' | 'snapshot' | 'negotiated'
  readAt: EpochMs
  currency: string
  meters: readonly PriceMeter[]
}

/**
 * Returns the meters of a price list by name. This index is built only once for each list, because pricing one circuit
 * needs dozens of lookups among hundreds of meters.
 */
const byName = memoizePerObject((meters: PriceSheet['meters']) => Map.groupBy(meters, (meter) => meter.name))

/** Returns all meters with a name, in the order of the price list. */
export const findMetersByName = ({ meters }: Pick<PriceSheet, 'meters'>, name: string): readonly PriceMeter[] =>
  byName(meters).get(name) ?? []

/** Bandwidths in which provider circuits are sold, Mbit/s. */
export const SOLD_BANDWIDTHS_MBPS: readonly number[] = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
/** Minimum bandwidth of a Local circuit, Mbit/s (ExpressRoute FAQ). */
const LOCAL_FROM_MBPS = 1_000

interface SoldPlan {
  tier: CostTier
  plan: CostPlan
}

/** Plans and tiers that are available in every price zone. */
export const PLANS_SOLD_EVERYWHERE: readonly SoldPlan[] = (['Standard', 'Premium'] as const).flatMap((tier) =>
  (['metered', 'unlimited'] as const).map((plan) => ({ tier, plan })),
)

/**
 * Returns the plans and tiers that Azure sells with a bandwidth. Local is included from 1 Gbit/s, although not every
 * peering location offers it.
 */
export const getPlansForBandwidth = (mbps: number): readonly SoldPlan[] =>
  mbps >= LOCAL_FROM_MBPS ? [...PLANS_SOLD_EVERYWHERE, { tier: 'Local', plan: 'local' }] : PLANS_SOLD_EVERYWHERE

/** Formats a bandwidth for Peerwatch's texts: `50 Mb/s`, `1 Gb/s`. */
export const formatSheetBandwidth = (mbps: number): string => (mbps < 1_000 ? `${mbps} Mb/s` : `${mbps / 1_000} Gb/s`)

/** Formats a bandwidth as in the names of meters: `50 Mbps`, `1 Gbps`. */
const meterBandwidth = (mbps: number): string => formatSheetBandwidth(mbps).replace('b/s', 'bps')

/**
 * Returns the name of a circuit's monthly meter. Standard and Premium have the same SKU name, so only the meter name
 * distinguishes them.
 */
export function formatCircuitMeterName(tier: CostTier, plan: CostPlan, mbps: number): string {
  if (tier === 'Local') return `Local ${meterBandwidth(mbps)} Circuit`
  return `${tier} ${plan === 'metered' ? 'Metered' : 'Unlimited'} Data ${meterBandwidth(mbps)} Circuit`
}

export const DATA_TRANSFER_METER = 'Metered Data - Data Transfer Out'
/** Returns the SKU that the data meter of a bandwidth has in a price list, for example `1 Gbps Metered Data`. */
export const formatDataMeterSku = (mbps: number): string => `${meterBandwidth(mbps)} Metered Data`

/**
 * Returns the class of a meter, which is derived from its name. Circuits must be recognized before data, because the
 * names of circuits also contain "Metered Data".
 */
export function classifyMeter(name: string): 'gateway' | 'circuit' | 'data' | 'other' {
  if (/^ErGw|Gateway$/.test(name)) return 'gateway'
  if (name.endsWith(' Circuit')) return 'circuit'
  if (/Metered Data|Data Transfer Out/.test(name)) return 'data'
  return 'other'
}

/** The reason why a price list or one of its rows is refused: the name of the failed check, and details. */
export interface PriceSheetFault {
  check: string
  detail: string
}

/** Number of rows that cost calculations do not use, for example reservations, other services and upper price tiers. */
export interface UnusedPriceRows {
  rows: number
  /** names of at most three of these rows, as examples */
  examples: string[]
}
