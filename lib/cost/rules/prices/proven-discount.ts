import type { CostDiscount } from '../../api/index.ts'
import { Decimal, ZERO } from '../money.ts'

/** A meter of a resource on the bill of a month, with its list price. */
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
  /** number of days with records in each month */
  days: ReadonlyMap<string, number>
  /** every billed meter in the price list, without overrides */
  lines: readonly BilledLine[]
  /** texts about missing parts of the bills of these months */
  unread: readonly string[]
}

type DiscountedMeter = NonNullable<CostDiscount['evidence']>['meters'][number]

export type DiscountProof =
  | {
      ok: true
      /** share between 0 and 1, rounded to a hundredth of a percent */
      share: number
      currency: string
      months: string[]
      meters: DiscountedMeter[]
      /** `list`: sum of the months' lines at list prices; `billed`: their sum as billed */
      list: Decimal
      billed: Decimal
    }
  | { ok: false; why: string }

/** Minimum evidence for a proof: MIN_MONTHS months, each with MIN_DAYS billed days and MIN_METERS billed meters. */
const MIN_MONTHS = 2
const MIN_DAYS = 5
const MIN_METERS = 3
/** Shares that differ by at most this part of a list price are the same discount, because bills round their prices. */
export const DISCOUNT_TOLERANCE = 0.0025
/** Minimum share of a discount, because a smaller share could be the rounding of list prices. */
const MIN_SHARE = 0.005

/**
 * Returns the discount that the bills of the last months prove: in each month, each priced meter of each resource is
 * the same share below its list price. Mixed, unread or insufficient evidence proves no discount (ADR 0312).
 */
export function proveDiscount({ days, lines: all, unread }: BillsOfMonths): DiscountProof {
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
  // use the median meter, so that a single large line with a different discount is not hidden by the sum
  const offs = lines.map((line) => offOf(line)).toSorted((a, b) => a.comparedTo(b))
  const share = (offs[Math.floor(offs.length / 2)] ?? ZERO).toDecimalPlaces(4)
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
  lines.reduce((total, line) => total.plus(of(line)), ZERO)

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
