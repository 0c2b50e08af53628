import type { TcoRow } from '../../api/index.ts'
import { UNALLOCATED } from '#lib/contract/index.ts'
import { Decimal, moneyOf } from '../money.ts'

/** Tolerance for the sum of shares. If the shares are this close to 1, the last customer gets the remaining cents. */
const A_ROUNDING = 1e-9

/** A customer's portion of a shared circuit, from measured bytes or a declared share. */
export interface Portion {
  customer: string
  /** share of the whole, 0-1 */
  share: number
  basis: 'measured' | 'declared'
}

/** The usage of a connection, and its customers. */
export interface LinkUse {
  /** customers of its gateway, and of spoke networks that use the gateway */
  customers: readonly string[]
  /** bytes of both directions, in hours that are also known for the circuit */
  bytes: bigint
}

/**
 * Returns each customer's portion of a shared circuit. A connection with a single customer counts by its bytes; a
 * connection with several customers is divided by declared shares. If no bytes were measured, only declared shares
 * count. The remainder is unallocated.
 * @param total bytes of the circuit in the same hours; the difference to the connections' sum was carried by
 *   connections that are not visible
 */
export function portionsOf(
  links: readonly LinkUse[],
  total: bigint,
  declared: readonly { customer: string; share: number }[],
): Portion[] {
  const sum = links.reduce((all, { bytes }) => all + bytes, 0n)
  const whole = total > sum ? total : sum
  if (whole <= 0n) return declaredPortions(declared, 1)
  const partOf = (bytes: bigint) => new Decimal(String(bytes)).dividedBy(String(whole)).toNumber()
  const alone = Map.groupBy(
    links.filter(({ customers }) => customers.length === 1),
    ({ customers }) => customers[0] ?? UNALLOCATED,
  )
  const shared = links.filter(({ customers }) => customers.length > 1).reduce((all, { bytes }) => all + bytes, 0n)
  return [
    ...[...alone].map(
      ([customer, list]): Portion => ({
        customer,
        share: partOf(list.reduce((all, { bytes }) => all + bytes, 0n)),
        basis: 'measured',
      }),
    ),
    ...declaredPortions(declared, partOf(shared)),
  ].filter(({ share }) => share > 0)
}

/** Scales declared shares to a part of the whole. Shares that add up to more than 1 are reduced. */
function declaredPortions(declared: readonly { customer: string; share: number }[], part: number): Portion[] {
  const given = Math.max(
    1,
    declared.reduce((sum, { share }) => sum + share, 0),
  )
  return declared.map(({ customer, share }) => ({ customer, share: (share / given) * part, basis: 'declared' }))
}

/**
 * Divides a shared row among customers to the cent; the remainder becomes the row "unallocated". The parts add up to
 * the row.
 * @param portions portions that add up to at most 1; a larger sum is scaled down
 */
export function splitRow(row: TcoRow, portions: readonly Portion[]): TcoRow[] {
  if (row.cost === null || portions.length === 0)
    return [{ ...row, customer: portions.length === 0 ? row.customer : UNALLOCATED }]
  const { amount, currency } = row.cost
  const scale = Math.max(
    1,
    portions.reduce((sum, { share }) => sum + share, 0),
  )
  const part = (customer: string, cost: Decimal, share: number, basis: string): TcoRow => ({
    ...row,
    customer,
    quantity: row.quantity && new Decimal(row.quantity).times(share).toDecimalPlaces(9).toFixed(),
    cost: moneyOf(cost, currency),
    note: [row.note, `${(share * 100).toFixed(1)} %, ${basis}`].filter(Boolean).join('; '),
  })
  let left = { cost: new Decimal(amount), share: 1 }
  const parts = portions.map(({ customer, share, basis }) => {
    const own = share / scale
    const isLast = left.share - own < A_ROUNDING
    const cost = isLast ? left.cost : new Decimal(amount).times(own).toDecimalPlaces(2, Decimal.ROUND_DOWN)
    left = { cost: left.cost.minus(cost), share: left.share - own }
    return part(customer, cost, own, basis)
  })
  return left.cost.isZero()
    ? parts
    : [...parts, part(UNALLOCATED, left.cost, left.share, 'neither measured nor declared')]
}
