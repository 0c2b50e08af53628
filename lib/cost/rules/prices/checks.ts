import { wordTable } from '#lib/bgp/word-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { isPriced } from './gateway-meters.ts'
import {
  bandwidthWords,
  circuitMeterName,
  DATA_METER,
  type PriceMeter,
  meterKind,
  type MeterUnit,
  type PriceSheet,
  type SheetFault,
  SOLD_EVERYWHERE,
  SOLD_MBPS,
} from './sheet.ts'

/**
 * More than this is a mistake: the highest list prices are 85,000 a month (Premium Unlimited 10 Gbps), 3.65 an hour (VpnGw5) and
 * 0.14 a GB. Room is left for currencies of which a dollar buys up to 200.
 */
const ABSURD: Record<MeterUnit, number> = { month: 85_000 * 200 * 2, hour: 100 * 200, gb: 2 * 200 }
/** Further than this no list price has moved from one day to the next. */
const VARIANCE_FROM = 5

/** The zones of the public cloud; a list may have those of other clouds beside them. */
const ZONES = ['Zone 1', 'Zone 2', 'Zone 3', 'Zone 4']

type Check = (sheet: PriceSheet, last: PriceSheet | undefined) => string[]

/** By name, so that a refusal can be looked up. */
const CHECKS: Record<string, Check> = wordTable({
  twice: ({ meters }) =>
    [...Map.groupBy(meters, (meter) => `${meter.product}/${meter.sku}/${at(meter)}`).values()]
      .filter((same) => same.some(({ price }) => !price.equals(same[0]?.price ?? 0)))
      .map(([meter]) => `${meter && at(meter)} has two prices`),
  zone_missing: (sheet) =>
    ZONES.filter(
      (zone) => !sheet.meters.some(({ region, name }) => region === zone && meterKind(name) === 'circuit'),
    ).map((zone) => `there is no circuit in ${zone}`),
  plan_missing: (sheet) =>
    ZONES.filter((zone) => circuitZones(sheet).includes(zone)).flatMap((zone) => {
      const listed = new Set(sheet.meters.filter(({ region }) => region === zone).map(({ name }) => name))
      const lacking = SOLD_EVERYWHERE.filter(
        ({ tier, plan }) => !SOLD_MBPS.some((mbps) => listed.has(circuitMeterName(tier, plan, mbps))),
      )
      return lacking.length > 0
        ? [`${zone} lacks ${lacking.map(({ tier, plan }) => `${tier} ${plan}`).join(', ')} at every bandwidth`]
        : []
    }),
  data_missing: (sheet) =>
    circuitZones(sheet)
      .filter(
        (zone) =>
          !sheet.meters.some(
            ({ region, name, product }) => region === zone && name === DATA_METER && product === 'ExpressRoute',
          ),
      )
      .map((zone) => `${zone} has circuits and no price of metered data`),
  upside_down: (sheet) => circuitZones(sheet).flatMap((zone) => upsideDown(sheet, zone)),
  moved: (sheet, last) => (last && last.currency === sheet.currency ? changedTooFar(sheet, last) : []),
  shrunk: (sheet, last) =>
    last && sheet.meters.length < last.meters.length / 2
      ? [`${sheet.meters.length} meters, where the last sheet had ${last.meters.length}`, ...lostByZone(sheet, last)]
      : [],
})

/** What speaks against one price alone; null = nothing. */
export function checkMeter(meter: PriceMeter, readAt: EpochMs): SheetFault | null {
  const { price, unit, effectiveFrom } = meter
  if (!price.isFinite() || price.isNegative() || isFreeByMistake(meter)) {
    return { check: 'not_positive', detail: `${at(meter)} costs ${price}` }
  }
  if (price.greaterThan(ABSURD[unit])) return { check: 'absurd', detail: `${at(meter)} costs ${price}` }
  if (effectiveFrom <= readAt + DAY) return null
  return { check: 'in_future', detail: `${at(meter)} is in force from ${new Date(effectiveFrom).toISOString()}` }
}

/** What speaks against a sheet that could be read; empty = take it. */
export function checkSheet(sheet: PriceSheet, last?: PriceSheet | undefined): SheetFault[] {
  return Object.entries(CHECKS).flatMap(([check, find]) => find(sheet, last).map((detail) => ({ check, detail })))
}

/** The meters that projections use are never free. The feed lists free meters of other products, which say nothing about these. */
const isFreeByMistake = (meter: PriceMeter): boolean => meter.price.isZero() && isPriced(meter)

const at = ({ name, region }: PriceMeter): string => `${name} in ${region || 'no region'}`

function circuitZones({ meters }: PriceSheet): string[] {
  return [...new Set(meters.filter(({ name }) => meterKind(name) === 'circuit').map(({ region }) => region))]
}

/** Unlimited costs more than Metered, Premium more than Standard: otherwise columns were mixed up. */
function upsideDown({ meters }: PriceSheet, zone: string): string[] {
  const price = new Map(meters.filter(({ region }) => region === zone).map((meter) => [meter.name, meter.price]))
  return SOLD_MBPS.flatMap((mbps) => {
    const of = (tier: 'Standard' | 'Premium', plan: 'metered' | 'unlimited') =>
      price.get(circuitMeterName(tier, plan, mbps))
    const pairs = [
      ['Unlimited is cheaper than Metered', of('Standard', 'metered'), of('Standard', 'unlimited')],
      ['Unlimited is cheaper than Metered', of('Premium', 'metered'), of('Premium', 'unlimited')],
      ['Premium is cheaper than Standard', of('Standard', 'metered'), of('Premium', 'metered')],
      ['Premium is cheaper than Standard', of('Standard', 'unlimited'), of('Premium', 'unlimited')],
    ] as const
    return pairs.flatMap(([what, lower, higher]) =>
      lower && higher && higher.lessThan(lower) ? [`${what} at ${bandwidthWords(mbps)} in ${zone}`] : [],
    )
  })
}

/** Names as many of the circuits' meters that are gone as a sentence holds. */
const NAMED = 3

function lostByZone(sheet: PriceSheet, last: PriceSheet): string[] {
  const kept = new Set(sheet.meters.map(at))
  return circuitZones(last).flatMap((zone) => {
    const lost = new Set(
      last.meters
        .filter((meter) => meter.region === zone && isPriced(meter) && !kept.has(at(meter)))
        .map(({ name }) => name),
    )
    const more = lost.size > NAMED ? ` and ${lost.size - NAMED} more` : ''
    return lost.size > 0 ? [`${zone} lacks ${[...lost].slice(0, NAMED).join(', ')}${more}`] : []
  })
}

function changedTooFar(sheet: PriceSheet, last: PriceSheet): string[] {
  const before = new Map(last.meters.map((meter) => [`${meter.product}/${meter.sku}/${at(meter)}`, meter.price]))
  return sheet.meters.flatMap((meter) => {
    const old = before.get(`${meter.product}/${meter.sku}/${at(meter)}`)
    if (!old || (old.isZero() && meter.price.isZero())) return []
    const ratio = meter.price.dividedBy(old)
    return ratio.greaterThan(VARIANCE_FROM) || ratio.lessThan(1 / VARIANCE_FROM)
      ? [`${at(meter)} went from ${old} to ${meter.price}`]
      : []
  })
}
