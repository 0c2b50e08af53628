import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { isMeterPriced } from './gateway-meters.ts'
import {
  formatSheetBandwidth,
  formatCircuitMeterName,
  DATA_TRANSFER_METER,
  type PriceMeter,
  classifyMeter,
  type MeterUnit,
  type PriceSheet,
  type PriceSheetFault,
  PLANS_SOLD_EVERYWHERE,
  SOLD_BANDWIDTHS_MBPS,
} from './price-sheet.ts'

/**
 * Maximum plausible prices by unit. The highest list prices in USD are 85,000 a month (Premium Unlimited 10 Gbps), 3.65
 * an hour (VpnGw5) and 0.14 a GB. The factor 200 is for currencies with a unit of only 1/200 of a dollar.
 */
const ABSURD: Record<MeterUnit, number> = { month: 85_000 * 200 * 2, hour: 100 * 200, gb: 2 * 200 }
/**
 * Maximum factor by which the price of a meter may differ from the last list. If it differs more, the new price is
 * treated as an error.
 */
const VARIANCE_FROM = 5

/** Price zones that a list must contain. They are the zones of the public cloud; a list may have further zones. */
const ZONES = ['Zone 1', 'Zone 2', 'Zone 3', 'Zone 4']

type Check = (sheet: PriceSheet, last: PriceSheet | undefined, refused: ReadonlySet<string>) => string[]

/** Checks of a price list as a whole. If a list is refused, the reason names the key of the failed check. */
const CHECKS: Record<string, Check> = createSafeLookupTable({
  zone_missing: (sheet) =>
    ZONES.filter(
      (zone) => !sheet.meters.some(({ region, name }) => region === zone && classifyMeter(name) === 'circuit'),
    ).map((zone) => `there is no circuit in ${zone}`),
  plan_missing: (sheet, _last, refused) =>
    ZONES.filter((zone) => circuitZones(sheet).includes(zone)).flatMap((zone) => {
      const listed = new Set(sheet.meters.filter(({ region }) => region === zone).map(({ name }) => name))
      const lacking = PLANS_SOLD_EVERYWHERE.filter(
        ({ tier, plan }) =>
          !SOLD_BANDWIDTHS_MBPS.map((mbps) => formatCircuitMeterName(tier, plan, mbps)).some(
            (name) => listed.has(name) || refused.has(at({ name, region: zone })),
          ),
      )
      return lacking.length > 0
        ? [`${zone} lacks ${lacking.map(({ tier, plan }) => `${tier} ${plan}`).join(', ')} at every bandwidth`]
        : []
    }),
  data_missing: (sheet, _last, refused) =>
    circuitZones(sheet)
      .filter(
        (zone) =>
          !refused.has(at({ name: DATA_TRANSFER_METER, region: zone })) &&
          !sheet.meters.some(
            ({ region, name, product }) =>
              region === zone && name === DATA_TRANSFER_METER && product === 'ExpressRoute',
          ),
      )
      .map((zone) => `${zone} has circuits and no price of metered data`),
  shrunk: (sheet, last) =>
    last && sheet.meters.length < last.meters.length / 2
      ? [`${sheet.meters.length} meters, where the last sheet had ${last.meters.length}`, ...lostByZone(sheet, last)]
      : [],
})

/** Returns the fault of a single price, for example that it is negative; null = the price is plausible. */
export function checkPriceMeter(meter: PriceMeter, readAt: EpochMs): PriceSheetFault | null {
  const { price, unit, effectiveFrom } = meter
  if (!price.isFinite() || price.isNegative() || isFreeByMistake(meter)) {
    return { check: 'not_positive', detail: `${at(meter)} costs ${price}` }
  }
  if (price.greaterThan(ABSURD[unit])) return { check: 'absurd', detail: `${at(meter)} costs ${price}` }
  if (effectiveFrom <= readAt + MS_PER_DAY) return null
  return { check: 'in_future', detail: `${at(meter)} is in force from ${new Date(effectiveFrom).toISOString()}` }
}

/**
 * Returns the faults of a price list as a whole. If there are none, the list is accepted.
 * @param last the price list that is currently in use
 * @param refused names and regions of rows that were left out of the list; they do not count as missing
 */
export function checkPriceSheet(
  sheet: PriceSheet,
  last: PriceSheet | undefined,
  refused: ReadonlySet<string>,
): PriceSheetFault[] {
  return Object.entries(CHECKS).flatMap(([check, find]) =>
    find(sheet, last, refused).map((detail) => ({ check, detail })),
  )
}

/**
 * Returns the meters whose price contradicts other prices, each with the first reason that was found: the meter is
 * listed twice, its price differs too much from the last list, Unlimited costs less than Metered, or Premium costs less
 * than Standard.
 * @param last meters of the last list in the same currency
 */
export function checkPriceMeters(
  meters: readonly PriceMeter[],
  last: readonly PriceMeter[],
): Map<PriceMeter, PriceSheetFault> {
  const faults = new Map<PriceMeter, PriceSheetFault>()
  for (const same of Map.groupBy(meters, fullName).values()) {
    const [first, ...others] = same
    const isOnePrice = others.every(({ price }) => first?.price.equals(price))
    for (const meter of isOnePrice ? others : same) {
      const detail = isOnePrice ? `${at(meter)} is listed twice` : `${at(meter)} has two prices`
      faults.set(meter, { check: 'twice', detail })
    }
  }
  const before = new Map(last.map((meter) => [fullName(meter), meter.price]))
  for (const meter of meters) {
    const old = before.get(fullName(meter))
    if (faults.has(meter) || !old || !isMovedTooFar(old, meter.price)) continue
    faults.set(meter, { check: 'moved', detail: `${at(meter)} went from ${old} to ${meter.price}` })
  }
  return new Map([...faults, ...upsideDown(meters.filter((meter) => !faults.has(meter)))])
}

/**
 * Reports whether a meter that projections use has the price 0. Such a price must be an error. (Free meters of other
 * products in the list are correct.)
 */
const isFreeByMistake = (meter: PriceMeter): boolean => meter.price.isZero() && isMeterPriced(meter)

const fullName = (meter: PriceMeter): string => `${meter.product}/${meter.sku}/${at(meter)}`

const at = ({ name, region }: Pick<PriceMeter, 'name' | 'region'>): string => `${name} in ${region || 'no region'}`

function circuitZones({ meters }: PriceSheet): string[] {
  return [...new Set(meters.filter(({ name }) => classifyMeter(name) === 'circuit').map(({ region }) => region))]
}

/**
 * Returns the circuit meters whose prices contradict each other, because Unlimited costs less than Metered or Premium
 * costs less than Standard. One wrong price may cause several contradictions, so the meter with the most contradictions
 * is reported as wrong. If two meters have the same number, both are reported.
 */
function upsideDown(meters: readonly PriceMeter[]): Map<PriceMeter, PriceSheetFault> {
  const faults = new Map<PriceMeter, PriceSheetFault>()
  for (const inZone of Map.groupBy(meters, ({ region }) => region).values()) {
    const named = new Map(inZone.map((meter) => [meter.name, meter]))
    for (const mbps of SOLD_BANDWIDTHS_MBPS) {
      const of = (tier: 'Standard' | 'Premium', plan: 'metered' | 'unlimited') =>
        named.get(formatCircuitMeterName(tier, plan, mbps))
      const pairs = [
        ['Unlimited is cheaper than Metered', of('Standard', 'metered'), of('Standard', 'unlimited')],
        ['Unlimited is cheaper than Metered', of('Premium', 'metered'), of('Premium', 'unlimited')],
        ['Premium is cheaper than Standard', of('Standard', 'metered'), of('Premium', 'metered')],
        ['Premium is cheaper than Standard', of('Standard', 'unlimited'), of('Premium', 'unlimited')],
      ] as const
      let open = pairs.flatMap(([words, lower, higher]) =>
        lower && higher && higher.price.lessThan(lower.price) ? [{ words, both: [lower, higher] }] : [],
      )
      while (open.length > 0) {
        const counts = Map.groupBy(
          open.flatMap(({ both }) => both),
          (meter) => meter,
        )
        const most = Math.max(...[...counts.values()].map(({ length }) => length))
        const wrong = [...counts].filter(([, { length }]) => length === most).map(([meter]) => meter)
        for (const meter of wrong) {
          const words = open.find(({ both }) => both.includes(meter))?.words ?? ''
          const detail = `${at(meter)} costs ${meter.price}: ${words} at ${formatSheetBandwidth(mbps)}`
          faults.set(meter, { check: 'upside_down', detail })
        }
        open = open.filter(({ both }) => !both.some((meter) => wrong.includes(meter)))
      }
    }
  }
  return faults
}

/** Maximum number of missing meters that a text lists by name. */
const NAMED = 3

function lostByZone(sheet: PriceSheet, last: PriceSheet): string[] {
  const kept = new Set(sheet.meters.map(at))
  return circuitZones(last).flatMap((zone) => {
    const lost = new Set(
      last.meters
        .filter((meter) => meter.region === zone && isMeterPriced(meter) && !kept.has(at(meter)))
        .map(({ name }) => name),
    )
    const more = lost.size > NAMED ? ` and ${lost.size - NAMED} more` : ''
    return lost.size > 0 ? [`${zone} lacks ${[...lost].slice(0, NAMED).join(', ')}${more}`] : []
  })
}

function isMovedTooFar(old: PriceMeter['price'], price: PriceMeter['price']): boolean {
  if (old.isZero()) return !price.isZero()
  const ratio = price.dividedBy(old)
  return ratio.greaterThan(VARIANCE_FROM) || ratio.lessThan(1 / VARIANCE_FROM)
}
