import type { CostDiscount } from '../../api/index.ts'
import { Decimal, ZERO_AMOUNT } from '../money.ts'

/** Billed quantity and cost of one meter of one resource in a month, with the list price of the meter. */
export interface BilledLine {
  /** month in the form YYYY-MM */
  month: string
  resourceId: string
  meter: string
  zone: string
  currency: string
  quantity: Decimal
  cost: Decimal
  listPrice: Decimal
  listCurrency: string
}

interface BillsOfMonths {
  /** Number of days with billed records, by month. */
  days: ReadonlyMap<string, number>
  /** All billed meters that have a list price. Overrides are not applied to the list prices. */
  lines: readonly BilledLine[]
  /** Texts about parts of the bills that could not be read; empty = all parts were read. */
  unread: readonly string[]
}

type DiscountedMeter = NonNullable<CostDiscount['evidence']>['meters'][number]

export type ProvenDiscountResult =
  | {
      ok: true
      /** Discount as a share between 0 and 1, rounded to a hundredth of a percent. */
      share: number
      currency: string
      months: string[]
      meters: DiscountedMeter[]
      /** `list` is the cost of all billed quantities at list prices. `billed` is the cost on the bills. */
      list: Decimal
      billed: Decimal
    }
  | { ok: false; why: string }

/**
 * Minimum evidence for a proof: bills of MIN_MONTHS months, each with records of MIN_DAYS days, and MIN_METERS billed
 * meters of resources.
 */
const MIN_MONTHS = 2
const MIN_DAYS = 5
const MIN_METERS = 3
/**
 * Maximum difference between the discounts of two meters that still count as equal, as a share of the list price. There
 * are small differences because prices on bills are rounded.
 */
export const DISCOUNT_TOLERANCE = 0.0025
/** Minimum discount that counts. A smaller difference may come from the rounding of list prices. */
const MIN_SHARE = 0.005

/**
 * Returns the discount on list prices that the bills prove. It is proven only if all billed meters with a list price
 * have the same discount, for every resource and in every month. Otherwise returns the reason why it is not proven, for
 * example that a part of a bill was not read, that there are too few months, or that the discounts differ (ADR 0312).
 */
export function proveDiscount({ days, lines: all, unread }: BillsOfMonths): ProvenDiscountResult {
  const lines = all.filter(({ quantity }) => quantity.greaterThan(0))
  const months = [...days].flatMap(([month, count]) => (count >= MIN_DAYS ? [month] : [])).toSorted()
  if (unread.length > 0) return { ok: false, why: `a part of the bills was not read: ${unread.join('; ')}` }
  const own = (month: string) => lines.filter((line) => line.month === month)
  if (months.length < MIN_MONTHS)
    return {
      ok: false,
      why: `it takes ${MIN_MONTHS} months with ${MIN_DAYS} billed days each; there are ${months.length}`,
    }
  const few = months.find((month) => own(month).length < MIN_METERS)
  if (few !== undefined)
    return {
      ok: false,
      why: `it takes ${MIN_METERS} meters with a list price in each month; ${few} has ${own(few).length}`,
    }
  const other = lines.find(({ currency, listCurrency }) => currency !== listCurrency)
  if (other)
    return {
      ok: false,
      why: `the bill is in ${other.currency}, and the price list has ${other.meter} in ${other.listCurrency}`,
    }
  const currencies = new Set(lines.map(({ currency }) => currency))
  if (currencies.size > 1) return { ok: false, why: `the bills are in ${[...currencies].toSorted().join(' and ')}` }
  const list = sum(lines, ({ listPrice, quantity }) => listPrice.times(quantity))
  const billed = sum(lines, ({ cost }) => cost)
  // each discount is compared with the median, so that a single expensive meter cannot decide the result
  const offs = lines.map((line) => offOf(line)).toSorted((a, b) => a.comparedTo(b))
  const share = (offs[Math.floor(offs.length / 2)] ?? ZERO_AMOUNT).toDecimalPlaces(4)
  const different = lines.find((line) => offOf(line).minus(share).abs().greaterThan(DISCOUNT_TOLERANCE))
  if (different)
    return {
      ok: false,
      why: `${different.meter} was billed ${formatDiscount(offOf(different))} under its list price in ${different.month}, not ${formatDiscount(share)} as others`,
    }
  if (share.lessThan(MIN_SHARE)) return { ok: false, why: 'the bills are at list price' }
  const [{ currency } = { currency: '' }] = lines
  return { ok: true, share: share.toNumber(), currency, months, meters: metersOf(lines), list, billed }
}

const sum = (lines: readonly BilledLine[], of: (line: BilledLine) => Decimal): Decimal =>
  lines.reduce((total, line) => total.plus(of(line)), ZERO_AMOUNT)

const offOf = ({ cost, quantity, listPrice }: BilledLine): Decimal =>
  new Decimal(1).minus(cost.dividedBy(listPrice.times(quantity)))

/** Returns a share, 0 to 1, as a percentage with at most two decimals: `8.25 %`. */
export const formatDiscount = (share: Decimal | number): string =>
  `${new Decimal(share).times(100).toDecimalPlaces(2).toFixed()} %`

function metersOf(lines: readonly BilledLine[]): DiscountedMeter[] {
  return [...Map.groupBy(lines, ({ meter, zone }) => `${meter} ${zone}`)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => {
      const [first] = own
      if (!first) return []
      const quantity = sum(own, (line) => line.quantity)
      return {
        meter: first.meter,
        zone: first.zone,
        resources: new Set(own.map(({ resourceId }) => resourceId)).size,
        quantity: quantity.toDecimalPlaces(6).toFixed(),
        listPrice: first.listPrice.toFixed(),
        billedPrice: sum(own, ({ cost }) => cost)
          .dividedBy(quantity)
          .toSignificantDigits(6)
          .toFixed(),
      }
    })
}
