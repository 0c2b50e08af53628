import { formatUtcDay } from '#lib/contract/time/dates.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { Decimal } from '../money.ts'
import { createDeclaredMeters, formatOverrideAuthor, type MeterPrice } from './declared-meters.ts'
import type { PriceMeter, PriceSheet } from './price-sheet.ts'

const chargeKinds = ['provider_l2', 'cross_connect', 'colocation', 'direct_port', 'global_reach'] as const
export type ChargeKind = (typeof chargeKinds)[number]

/** Fields that all overrides share: circuits, period, author, time and reason. */
interface Signed {
  id: string
  /** circuits to which the override applies; null = all circuits */
  circuitIds: readonly string[] | null
  /** Begin of the time in which the override is in force. */
  from: EpochMs
  /** end of the time in which the override is in force, exclusive; null = until it is withdrawn */
  until: EpochMs | null
  by: string
  at: EpochMs
  why: string
}

/** An override of the price list, by an operator. Amounts are decimal numbers as text, such as `0.0215`. */
export type PriceOverride = Signed &
  (
    | ({ kind: 'price' } & MeterPrice)
    | { kind: 'discount'; share: number; meterName: string | null }
    | { kind: 'currency'; currency: string; perUnit: string }
    | { kind: 'zone'; zone: string }
    /**
     * Share (0 to 1) of the outbound bytes that pass Global Reach. The circuit counts these bytes, but they are billed
     * on other meters.
     */
    | { kind: 'global_reach_share'; share: number }
    | {
        kind: 'charge'
        charge: ChargeKind
        name: string
        monthly: string | null
        once: string | null
        currency: string
        /**
         * End of the contract for this charge. The monthly amount must be paid until then, even if the circuit is
         * removed. If the time is in the past, the contract can be ended at any time. Null = not declared.
         */
        contractEnds?: EpochMs | null
      }
    | {
        kind: 'share'
        customer: string
        /** Share of the cost of a shared circuit that this customer pays, 0 to 1. */
        share: number
      }
  )

export type DeclaredCharge = Extract<PriceOverride, { kind: 'charge' }>
type DeclaredShare = Extract<PriceOverride, { kind: 'share' }>

export interface OverriddenPrices {
  sheet: PriceSheet
  /** Price zone of the circuit as declared by an operator; null = the zone of its peering location. */
  zone: string | null
  charges: readonly DeclaredCharge[]
  /**
   * Declared shares of the cost that the customers of the circuit pay. If there are several declarations for a
   * customer, the last one counts.
   */
  shares: readonly DeclaredShare[]
  /** Overrides that are in force for the circuit, oldest first. Declared shares of customers are not included. */
  applied: readonly PriceOverride[]
}

/** Reports whether an override is in force at a moment. An override is not in force at its end. */
export const isOverrideInForce = ({ from, until }: Pick<PriceOverride, 'from' | 'until'>, at: EpochMs): boolean =>
  from <= at && (until === null || at < until)

/**
 * Returns the price list for one circuit at a moment, with all overrides in force applied. If two overrides set the
 * same price, the later one is used. A discount changes list prices only, and not negotiated prices. At the end, if an
 * override sets an exchange rate, the amounts are converted from the currency of the list.
 */
export function applyPriceOverrides(
  sheet: PriceSheet,
  overrides: readonly PriceOverride[],
  about: { circuitId: string; at: EpochMs },
): OverriddenPrices {
  const applied = overrides
    .filter(({ circuitIds }) => circuitIds === null || circuitIds.includes(about.circuitId))
    .filter((one) => isOverrideInForce(one, about.at))
    .toSorted((a, b) => a.at - b.at)
  const ofKind = <K extends PriceOverride['kind']>(kind: K) =>
    applied.filter((one): one is Extract<PriceOverride, { kind: K }> => one.kind === kind)
  const [prices, discounts] = [ofKind('price'), ofKind('discount')]
  const rate = ofKind('currency').at(-1)
  const repriced = (meter: PriceMeter): PriceMeter => {
    const negotiated = prices.findLast(
      ({ meterName, region }) => meterName === meter.name && (region === null || region === meter.region),
    )
    const discount = discounts.findLast(({ meterName }) => meterName === null || meterName === meter.name)
    const own = negotiated ? negotiatedOf(meter, negotiated) : discount ? discountedOf(meter, discount.share) : meter
    return rate && own.currency === sheet.currency ? turnedInto(rate, own) : own
  }
  const changes = prices.length > 0 || discounts.length > 0 || rate !== undefined
  return {
    sheet: changes
      ? {
          ...sheet,
          currency: rate?.currency ?? sheet.currency,
          meters: [...sheet.meters, ...createDeclaredMeters(sheet, prices)].map(repriced),
        }
      : sheet,
    zone: ofKind('zone').at(-1)?.zone ?? null,
    charges: ofKind('charge'),
    shares: [...new Map(ofKind('share').map((one) => [one.customer, one])).values()],
    applied: applied.filter(({ kind }) => kind !== 'share'),
  }
}

function negotiatedOf(meter: PriceMeter, one: Extract<PriceOverride, { kind: 'price' }>): PriceMeter {
  const isListed = meter.applied === undefined && meter.currency === one.currency
  return {
    ...meter,
    price: new Decimal(one.price),
    currency: one.currency,
    ...(isListed && { listPrice: meter.price }),
    applied: formatOverrideAuthor(one),
  }
}

function discountedOf(meter: PriceMeter, share: number): PriceMeter {
  return { ...meter, price: meter.price.times(new Decimal(1).minus(share)), listPrice: meter.price }
}

function turnedInto(
  { perUnit, currency }: Extract<PriceOverride, { kind: 'currency' }>,
  meter: PriceMeter,
): PriceMeter {
  const { price, listPrice } = meter
  return { ...meter, currency, price: price.times(perUnit), ...(listPrice && { listPrice: listPrice.times(perUnit) }) }
}

/**
 * Returns the price list for resources other than circuits, with the overrides that are not limited to certain
 * circuits.
 */
export const applyEstateOverrides = (sheet: PriceSheet, overrides: readonly PriceOverride[], at: EpochMs): PriceSheet =>
  applyPriceOverrides(
    sheet,
    overrides.filter(({ circuitIds }) => circuitIds === null),
    { circuitId: '', at },
  ).sheet

/** Returns a text about an override, for the list of assumptions. */
export function formatOverride(one: PriceOverride): string {
  const signed = `(${one.by}, ${formatUtcDay(one.at)}: ${one.why})`
  switch (one.kind) {
    case 'price':
      return `${one.meterName}${one.region === null ? '' : `, ${one.region},`} at ${one.price} ${one.currency} ${signed}`
    case 'discount':
      return `${new Decimal(one.share).times(100).toFixed()} % off ${one.meterName ?? 'all meters'} ${signed}`
    case 'currency':
      return `list prices turned into ${one.currency} at ${one.perUnit} ${signed}`
    case 'zone':
      return `${one.zone} declared ${signed}`
    case 'global_reach_share':
      return `${new Decimal(one.share).times(100).toFixed()} % of the bytes out are Global Reach's ${signed}`
    case 'charge':
      return `${one.name}: ${one.monthly ?? 0} monthly, ${one.once ?? 0} once, ${one.currency} ${signed}`
    case 'share':
      return `${new Decimal(one.share).times(100).toFixed()} % is ${one.customer}'s ${signed}`
  }
}
