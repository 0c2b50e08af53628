import type { MoneyAmount } from '#lib/contract/index.ts'
import type { ReconciledMeter } from '../../api/index.ts'
import { roundToCents, Decimal, formatMoneyAmount, ZERO_AMOUNT } from '../money.ts'
import { classifyMeter, findMetersByName, type PriceSheet } from '../prices/price-sheet.ts'
import { GB_BINARY, GB_DECIMAL } from '../usage/gigabyte.ts'

/** The projected quantity and price of a meter for the days of a bill. */
export interface ProjectedMeter {
  meter: string
  zone: string
  quantity: Decimal
  /**
   * Quantity of a gateway that scales automatically if it always had its maximum size (`quantity` is for its minimum
   * size). Absent = the size is fixed.
   */
  atMost?: Decimal
  unitPrice: Decimal
  currency: string
}

/** The billed quantity and cost of a meter for the same days, from Cost Management, before tax. */
export interface BilledMeter {
  meter: string
  quantity: Decimal
  cost: Decimal
  currency: string
  /** Number of compared days that have no record on the bill yet. */
  missingDays: number
  days: number
  /**
   * Projected quantity of the days without a record. Null or absent = it is unknown, and is estimated as a share of the
   * quantity of all days.
   */
  late?: Decimal | null
}

type Part = ReconciledMeter['parts'][number]
/**
 * Maximum relative difference at which two numbers still count as equal. It is used for a ratio of quantities that is
 * compared with the ratio of the two possible sizes of a GB (which differ by 7 %), and for a price that is compared
 * with the price of another zone.
 */
const FITS = 0.005
const HALF_A_CENT = new Decimal('0.005')

/**
 * Compares a bill with the projection for each meter. Each difference is divided into parts with a reason. A reason is
 * used only if it explains the numbers. The remaining difference is reported as unexplained, so that all parts add up
 * to the difference.
 * @param sheet price list, in which the billed price may be found for another zone
 * @param missing text about parts of the bill that were not read; null = all parts were read. If parts were not read, a
 *   projected meter without billed rows has no difference, because its rows may be in an unread part.
 * @param whyNotProjected returns the reason why a billed meter has no projection
 */
export function reconcileBill(
  projected: readonly ProjectedMeter[],
  billed: readonly BilledMeter[],
  sheet: PriceSheet,
  missing: string | null = null,
  whyNotProjected: (meter: string) => string = () => '',
): ReconciledMeter[] {
  const names = [...new Set([...projected, ...billed].map(({ meter }) => meter))].toSorted()
  return names.flatMap((meter) =>
    sidesOf(
      projected.filter((one) => one.meter === meter),
      billed.filter((one) => one.meter === meter),
    ).map(([projection, bill]) =>
      reconcileOne({ meter, projection, bill, missing, why: projection ? '' : whyNotProjected(meter) }, sheet),
    ),
  )
}

type Sides = [ProjectedMeter | null, BilledMeter | null]

/**
 * Pairs the projected rows of a meter with its billed rows. Rows in the same currency are paired first, then the
 * remaining rows. The partner is null for a row that remains alone.
 */
function sidesOf(projected: readonly ProjectedMeter[], billed: readonly BilledMeter[]): Sides[] {
  const same = billed.map((bill): Sides => [projected.find(({ currency }) => currency === bill.currency) ?? null, bill])
  const left = projected.filter((one) => !same.some(([projection]) => projection === one))
  const sides = same.map(([projection, bill]): Sides => [projection ?? left.shift() ?? null, bill])
  return [...sides, ...left.map((one): Sides => [one, null])]
}

interface Reconciling {
  meter: string
  projection: ProjectedMeter | null
  bill: BilledMeter | null
  missing: string | null
  /** Reason why the billed meter has no projection; empty = unknown. */
  why: string
}

function reconcileOne({ meter, projection, bill, missing, why }: Reconciling, sheet: PriceSheet): ReconciledMeter {
  const projected =
    projection && formatMoneyAmount(projection.quantity.times(projection.unitPrice), projection.currency)
  const billed = bill && formatMoneyAmount(bill.cost, bill.currency)
  const quantity = { projected: quantityOf(projection), billed: quantityOf(bill) }
  const about = { meter, kind: classifyMeter(meter), quantity, projected, billed }
  const isInTwo = projection !== null && bill !== null && projection.currency !== bill.currency
  if (isInTwo || (bill === null && missing !== null)) return { ...about, difference: null, parts: [] }
  const currency = projection?.currency ?? bill?.currency ?? sheet.currency
  const difference = new Decimal(billed?.amount ?? 0).minus(projected?.amount ?? 0)
  const found = projection && bill ? [...quantityParts(projection, bill), ...priceParts(projection, bill, sheet)] : []
  const { rounded, rest } = roundedTo(difference, found)
  const parts: Part[] = rounded.map((part) => ({ ...part, amount: formatMoneyAmount(part.amount, currency) }))
  if (!rest.isZero())
    parts.push({
      reason: 'unexplained',
      amount: formatMoneyAmount(rest, currency),
      words: projection
        ? wordsOfRest(bill, missing)
        : ['it was billed, and not projected', why].filter(Boolean).join(': '),
    })
  return { ...about, difference: formatMoneyAmount(difference, currency), parts }
}

const quantityOf = (side: { quantity: Decimal } | null): string | null =>
  side && side.quantity.toDecimalPlaces(6).toFixed()

type Found = Omit<Part, 'amount'> & { amount: Decimal }

/**
 * Rounds the parts of a difference to cents, and returns them with the remaining difference. If rounding can be the
 * only cause of the remaining difference (half a cent for each part), it is added to the largest part, and the returned
 * remaining difference is 0.
 */
function roundedTo(difference: Decimal, found: readonly Found[]): { rounded: Found[]; rest: Decimal } {
  const rounded = found
    .map((part) => ({ ...part, amount: roundToCents(part.amount) }))
    .filter(({ amount }) => !amount.isZero())
  const rest = difference.minus(rounded.reduce((sum, { amount }) => sum.plus(amount), ZERO_AMOUNT))
  // two more halves of a cent, because the projected and the billed amount are rounded as well
  const isRounding = rest.abs().lessThanOrEqualTo(HALF_A_CENT.times(rounded.length + 2))
  const largest = rounded.toSorted((a, b) => b.amount.abs().comparedTo(a.amount.abs()))[0]
  if (!largest || !isRounding) return { rounded, rest }
  return {
    rounded: rounded.map((part) => (part === largest ? { ...part, amount: part.amount.plus(rest) } : part)),
    rest: ZERO_AMOUNT,
  }
}

/**
 * Returns the parts of a difference that come from a different quantity, valued at the projected price. The quantity of
 * days without a record is a separate part and is subtracted first.
 */
function quantityParts(projection: ProjectedMeter, bill: BilledMeter): Found[] {
  const late = lateQuantity(projection, bill)
  const expected = projection.quantity.minus(late)
  const parts: Found[] = late.isZero()
    ? []
    : [
        {
          reason: 'late_records',
          amount: late.negated().times(projection.unitPrice),
          words: `${bill.missingDays} of ${bill.days} days have no record yet; late ones are dated when they arrive`,
        },
      ]
  const { atMost } = projection
  if (atMost && bill.quantity.greaterThan(expected)) {
    const scaled = Decimal.min(bill.quantity, atMost).minus(expected)
    const units = (quantity: Decimal) => quantity.toDecimalPlaces(2).toFixed()
    const words = `billed for ${units(bill.quantity)} unit hours: Azure scales it by load, from ${units(expected)} to ${units(atMost)}`
    return [...parts, { reason: 'scale_units', amount: scaled.times(projection.unitPrice), words }]
  }
  if (classifyMeter(projection.meter) !== 'data' || expected.isZero()) return parts
  const ratio = bill.quantity.dividedBy(expected)
  const readings = [new Decimal(GB_DECIMAL).dividedBy(GB_BINARY), new Decimal(GB_BINARY).dividedBy(GB_DECIMAL)]
  if (!readings.some((reading) => isNear(ratio, reading))) return parts
  const amount = bill.quantity.minus(expected).times(projection.unitPrice)
  const words = `the bill counts ${ratio.toFixed(4)} of our GB, so it uses the other size of a GB`
  return [...parts, { reason: 'gb_definition', amount, words }]
}

/**
 * Returns the quantity that days without a record may explain. It is never larger than the quantity that is missing on
 * the bill.
 */
function lateQuantity(projection: ProjectedMeter, { quantity, missingDays, days, late }: BilledMeter): Decimal {
  const less = projection.quantity.minus(quantity)
  if (missingDays === 0 || !less.greaterThan(0)) return ZERO_AMOUNT
  return Decimal.min(late ?? projection.quantity.times(missingDays).dividedBy(days), less)
}

/** Returns the parts of a difference that come from a different price per unit. */
function priceParts(projection: ProjectedMeter, bill: BilledMeter, sheet: PriceSheet): Found[] {
  if (bill.quantity.isZero()) return []
  const price = bill.cost.dividedBy(bill.quantity)
  const amount = price.minus(projection.unitPrice).times(bill.quantity)
  if (isNear(price, projection.unitPrice)) return []
  const other = sheet.meters.find(
    (one) =>
      one.name === projection.meter &&
      one.region !== projection.zone &&
      one.currency === projection.currency &&
      isNear(price, one.price),
  )
  if (other)
    return [
      {
        reason: 'zone',
        amount,
        words: `billed at the price of ${other.region}, projected at that of ${projection.zone}`,
      },
    ]
  if (price.lessThan(projection.unitPrice) && price.greaterThan(0)) {
    const isListed = !findMetersByName(sheet, projection.meter).some(
      (one) => one.region === projection.zone && !one.price.equals(projection.unitPrice),
    )
    const off = new Decimal(1).minus(price.dividedBy(projection.unitPrice)).times(100)
    return [
      {
        reason: 'discount',
        amount,
        words: `billed at ${price.toSignificantDigits(6)}, ${off.toFixed(1)} % under the ${isListed ? 'list' : 'projected'} price`,
      },
    ]
  }
  return []
}

const isNear = (a: Decimal, b: Decimal): boolean => !b.isZero() && a.dividedBy(b).minus(1).abs().lessThanOrEqualTo(FITS)

function wordsOfRest(bill: BilledMeter | null, missing: string | null): string {
  if (!bill) return 'it was projected, and is not on the bill'
  return ['no known reason fits the numbers', missing].filter(Boolean).join('; ')
}

/** Returns the amounts of the unexplained parts of all differences. */
export function listUnexplainedAmounts(meters: readonly ReconciledMeter[]): MoneyAmount[] {
  return meters.flatMap(({ parts }) =>
    parts.filter(({ reason }) => reason === 'unexplained').map(({ amount }) => amount),
  )
}
