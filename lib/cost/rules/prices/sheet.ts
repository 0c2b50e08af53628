import { z } from 'zod'
import type { CostPlan, CostTier } from '../../api/index.ts'
import { oncePerObject } from '#lib/bgp/once.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Decimal } from '../money.ts'

const meterUnits = ['month', 'hour', 'gb'] as const
export type MeterUnit = (typeof meterUnits)[number]

/** A meter as it is kept. */
export const storedMeter = z.object({
  /** as on the bill, e.g. `Standard Metered Data 1 Gbps Circuit` */
  name: z.string(),
  service: z.string(),
  product: z.string(),
  sku: z.string(),
  unit: z.enum(meterUnits),
  /** `Zone 1` ... `Zone 4`, `US Gov Zone 1`, a region's name, `Global`, or empty where the source names none */
  region: z.string(),
  /** for one unit; as text, so that no digit is lost */
  price: z.string(),
  currency: z.string(),
  effectiveFrom: z.number(),
  /** null where the id is not Microsoft's own */
  meterId: z.string().nullable(),
})
export type StoredMeter = z.infer<typeof storedMeter>

/** One price: what a unit of something costs in a zone (circuits, data) or a region (gateways). */
export interface PriceMeter extends Omit<StoredMeter, 'price'> {
  /** never rounded */
  price: Decimal
  /** the list price, where an override is in place, in the same currency; none = as listed, or not in the list */
  listPrice?: Decimal
  /** who set this override, and why, and whether for all regions; none = as listed */
  applied?: { words: string; isForAll: boolean }
}

/** All prices that were read at once, in one currency. */
export interface PriceSheet {
  source: 'retail' | 'snapshot' | 'negotiated'
  readAt: EpochMs
  currency: string
  meters: readonly PriceMeter[]
}

/** Meters of sheets by name: a circuit's options are looked up by the dozen, and a list has hundreds. */
const byName = oncePerObject((meters: PriceSheet['meters']) => Map.groupBy(meters, (meter) => meter.name))

/** All meters of a name, in the order of the sheet. */
export const metersNamed = ({ meters }: Pick<PriceSheet, 'meters'>, name: string): readonly PriceMeter[] =>
  byName(meters).get(name) ?? []

/** Bandwidths that circuits of a provider are sold in, Mbit/s. */
export const SOLD_MBPS: readonly number[] = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
/** Local is sold from 1 Gb/s up (ExpressRoute FAQ). */
const LOCAL_FROM_MBPS = 1_000

interface SoldPlan {
  tier: CostTier
  plan: CostPlan
}

/** What every zone sells: both tiers on both plans. */
export const SOLD_EVERYWHERE: readonly SoldPlan[] = (['Standard', 'Premium'] as const).flatMap((tier) =>
  (['metered', 'unlimited'] as const).map((plan) => ({ tier, plan })),
)

/** What a circuit of this bandwidth can be had as, where its peering location has Local. */
export const plansSoldAt = (mbps: number): readonly SoldPlan[] =>
  mbps >= LOCAL_FROM_MBPS ? [...SOLD_EVERYWHERE, { tier: 'Local', plan: 'local' }] : SOLD_EVERYWHERE

/** `50 Mb/s`, `1 Gb/s`: in our own words. */
export const formatSheetBandwidth = (mbps: number): string => (mbps < 1_000 ? `${mbps} Mb/s` : `${mbps / 1_000} Gb/s`)

/** `50 Mbps`, `1 Gbps`: in the words of meters' names. */
const meterBandwidth = (mbps: number): string => formatSheetBandwidth(mbps).replace('b/s', 'bps')

/** The name of a circuit's monthly meter. Standard and Premium share their SKU's name, so only this distinguishes them. */
export function circuitMeterName(tier: CostTier, plan: CostPlan, mbps: number): string {
  if (tier === 'Local') return `Local ${meterBandwidth(mbps)} Circuit`
  return `${tier} ${plan === 'metered' ? 'Metered' : 'Unlimited'} Data ${meterBandwidth(mbps)} Circuit`
}

export const DATA_METER = 'Metered Data - Data Transfer Out'
/** The SKU under which the data meter of a bandwidth is listed. */
export const dataSku = (mbps: number): string => `${meterBandwidth(mbps)} Metered Data`

/** What a meter's name says it is of. The order matters: a circuit's name holds "Metered Data", too. */
export function meterKind(name: string): 'gateway' | 'circuit' | 'data' | 'other' {
  if (/^ErGw|Gateway$/.test(name)) return 'gateway'
  if (name.endsWith(' Circuit')) return 'circuit'
  if (/Metered Data|Data Transfer Out/.test(name)) return 'data'
  return 'other'
}

/** One named reason for which a sheet is refused. */
export interface SheetFault {
  check: string
  detail: string
}

/** Rows of a list that no figure uses, such as reservations, other services and upper tiers. */
export interface UnusedRows {
  rows: number
  /** up to three */
  examples: string[]
}
