import type { CostMoney, ReconciledMeter } from '#lib/contract/index.ts'
import { cents, Decimal, moneyOf, ZERO } from '../money.ts'
import { meterKind, type PriceSheet } from '../prices/sheet.ts'
import { GB_BINARY, GB_DECIMAL } from '../usage/gigabyte.ts'

/** What was projected of a meter over the days of a bill. */
export interface ProjectedMeter {
  meter: string
  zone: string
  quantity: Decimal
  unitPrice: Decimal
  currency: string
}

/** What Cost Management reports of a meter over the same days; its rows added up. */
export interface BilledMeter {
  meter: string
  quantity: Decimal
  cost: Decimal
  currency: string
  /** tax in the cost, where the rows separate it */
  tax: Decimal | null
  /** days that have no record yet, of the days that were asked for */
  missingDays: number
  days: number
  /** what was projected of those that have none; their share of all days when not given */
  late?: Decimal | null
}

type Part = ReconciledMeter['parts'][number]
/** A ratio within this of a reading, or of another zone's price, is taken for it: the readings are 7 % apart. */
const FITS = 0.005
const HALF_A_CENT = new Decimal('0.005')

/**
 * Billed against projected, meter by meter, and the difference in parts that add up to it: what is separated for a reason, and the rest
 * as unexplained. A part is only given where the numbers fit it; nothing is explained away.
 * @param sheet the price list, to recognise another zone's price
 */
export function reconcile(
  projected: readonly ProjectedMeter[],
  billed: readonly BilledMeter[],
  sheet: PriceSheet,
): ReconciledMeter[] {
  const names = [...new Set([...projected, ...billed].map(({ meter }) => meter))].toSorted()
  return names.flatMap((meter) => {
    const projection = projected.find((one) => one.meter === meter) ?? null
    const bills = billed.filter((one) => one.meter === meter)
    if (bills.length === 0) return reconcileOne(meter, projection, null, sheet)
    // a meter that is billed in two currencies stands there twice
    const own = bills.find(({ currency }) => currency === projection?.currency) ?? bills[0]
    return bills.map((bill) => reconcileOne(meter, bill === own ? projection : null, bill, sheet))
  })
}

function reconcileOne(
  meter: string,
  projection: ProjectedMeter | null,
  bill: BilledMeter | null,
  sheet: PriceSheet,
): ReconciledMeter {
  const projected = projection && moneyOf(projection.quantity.times(projection.unitPrice), projection.currency)
  const billed = bill && moneyOf(bill.cost, bill.currency)
  const quantity = { projected: quantityOf(projection), billed: quantityOf(bill) }
  const about = { meter, kind: meterKind(meter), quantity, projected, billed }
  if (projection && bill && projection.currency !== bill.currency) {
    return { ...about, difference: null, parts: [] }
  }
  const currency = projection?.currency ?? bill?.currency ?? sheet.currency
  const difference = new Decimal(billed?.amount ?? 0).minus(projected?.amount ?? 0)
  const found = projection && bill ? [...quantityParts(projection, bill), ...priceParts(projection, bill, sheet)] : []
  const { rounded, rest } = roundedTo(difference, found)
  const parts: Part[] = rounded.map((part) => ({ ...part, amount: moneyOf(part.amount, currency) }))
  if (!rest.isZero())
    parts.push({ reason: 'unexplained', amount: moneyOf(rest, currency), words: wordsOfRest(projection, bill) })
  return { ...about, difference: moneyOf(difference, currency), parts }
}

const quantityOf = (side: { quantity: Decimal } | null): string | null =>
  side && side.quantity.toDecimalPlaces(6).toFixed()

type Found = Omit<Part, 'amount'> & { amount: Decimal }

/** Parts to the cent, and what is left of the difference. What only rounding left, half a cent each, belongs to the largest part. */
function roundedTo(difference: Decimal, found: readonly Found[]): { rounded: Found[]; rest: Decimal } {
  const rounded = found
    .map((part) => ({ ...part, amount: cents(part.amount) }))
    .filter(({ amount }) => !amount.isZero())
  const rest = difference.minus(rounded.reduce((sum, { amount }) => sum.plus(amount), ZERO))
  // both sides are rounded, too
  const isRounding = rest.abs().lessThanOrEqualTo(HALF_A_CENT.times(rounded.length + 2))
  const largest = rounded.toSorted((a, b) => b.amount.abs().comparedTo(a.amount.abs()))[0]
  if (!largest || !isRounding) return { rounded, rest }
  return {
    rounded: rounded.map((part) => (part === largest ? { ...part, amount: part.amount.plus(rest) } : part)),
    rest: ZERO,
  }
}

/** More or fewer units than were projected, each at the projected price. What has no record yet is left out before the rest is held. */
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
  if (meterKind(projection.meter) !== 'data' || expected.isZero()) return parts
  const ratio = bill.quantity.dividedBy(expected)
  const readings = [new Decimal(GB_DECIMAL).dividedBy(GB_BINARY), new Decimal(GB_BINARY).dividedBy(GB_DECIMAL)]
  if (!readings.some((reading) => isNear(ratio, reading))) return parts
  const amount = bill.quantity.minus(expected).times(projection.unitPrice)
  const words = `the bill counts ${ratio.toFixed(4)} of our GB: the other reading of a GB`
  return [...parts, { reason: 'gb_definition', amount, words }]
}

/** What days without a record may explain: no more than is missing. */
function lateQuantity(projection: ProjectedMeter, { quantity, missingDays, days, late }: BilledMeter): Decimal {
  const less = projection.quantity.minus(quantity)
  if (missingDays === 0 || !less.greaterThan(0)) return ZERO
  return Decimal.min(late ?? projection.quantity.times(missingDays).dividedBy(days), less)
}

/** Another price for what was billed. */
function priceParts(projection: ProjectedMeter, bill: BilledMeter, sheet: PriceSheet): Found[] {
  if (bill.quantity.isZero()) return []
  const tax = bill.tax ?? ZERO
  const parts: Found[] = tax.isZero() ? [] : [{ reason: 'tax', amount: tax, words: 'tax, which no projection holds' }]
  const price = bill.cost.minus(tax).dividedBy(bill.quantity)
  const amount = price.minus(projection.unitPrice).times(bill.quantity)
  if (isNear(price, projection.unitPrice)) return parts
  const other = sheet.meters.find(
    (one) =>
      one.name === projection.meter &&
      one.region !== projection.zone &&
      one.currency === projection.currency &&
      isNear(price, one.price),
  )
  if (other)
    return [
      ...parts,
      {
        reason: 'zone',
        amount,
        words: `billed at the price of ${other.region}, projected at that of ${projection.zone}`,
      },
    ]
  if (price.lessThan(projection.unitPrice) && price.greaterThan(0)) {
    const off = new Decimal(1).minus(price.dividedBy(projection.unitPrice)).times(100)
    return [
      ...parts,
      {
        reason: 'discount',
        amount,
        words: `billed at ${price.toSignificantDigits(6)}, ${off.toFixed(1)} % under the list price`,
      },
    ]
  }
  return parts
}

const isNear = (a: Decimal, b: Decimal): boolean => !b.isZero() && a.dividedBy(b).minus(1).abs().lessThanOrEqualTo(FITS)

function wordsOfRest(projection: ProjectedMeter | null, bill: BilledMeter | null): string {
  if (!projection) return 'it was billed, and not projected'
  if (!bill) return 'it was projected, and is not on the bill'
  return 'no reason was found that the numbers fit'
}

/** Differences that no reason was found for, by currency. */
export function unexplained(meters: readonly ReconciledMeter[]): CostMoney[] {
  return meters.flatMap(({ parts }) =>
    parts.filter(({ reason }) => reason === 'unexplained').map(({ amount }) => amount),
  )
}
