import type { TcoRow } from '../../api/index.ts'
import { UNALLOCATED_CUSTOMER } from '#lib/contract/index.ts'
import { Decimal, formatMoneyAmount } from '../money.ts'

/**
 * Maximum difference from 1 at which the sum of the customers' shares counts as 1. The last customer then also gets the
 * cents that remain from rounding.
 */
const A_ROUNDING = 1e-9

/**
 * The share of a shared cost that one customer pays. It is computed from measured bytes, or an operator declared it.
 */
export interface CustomerPortion {
  customer: string
  /** share of the total cost of the resource, 0 to 1 */
  share: number
  basis: 'measured' | 'declared'
}

/** The bytes that passed a connection between a circuit and a gateway, and the customers who use the connection. */
export interface ConnectionBytesAndCustomers {
  /** customers of the gateway, and of the peered networks that use it (spokes) */
  customers: readonly string[]
  /** bytes in both directions, only in hours in which the circuit was measured as well */
  bytes: bigint
}

/**
 * Returns the share of a circuit's cost that each customer pays. A customer who is the only user of a connection pays
 * for the bytes of this connection. The part of a connection with several customers is divided by their declared
 * shares. If no bytes were measured, only declared shares are used. The remaining cost is not assigned to a customer.
 * @param total bytes of the circuit in the same hours. If they exceed the bytes of the connections, the difference
 *   passed connections that the caller may not see.
 */
export function computeCustomerPortions(
  links: readonly ConnectionBytesAndCustomers[],
  total: bigint,
  declared: readonly { customer: string; share: number }[],
): CustomerPortion[] {
  const sum = links.reduce((all, { bytes }) => all + bytes, 0n)
  const whole = total > sum ? total : sum
  if (whole <= 0n) return declaredPortions(declared, 1)
  const partOf = (bytes: bigint) => new Decimal(String(bytes)).dividedBy(String(whole)).toNumber()
  const alone = Map.groupBy(
    links.filter(({ customers }) => customers.length === 1),
    ({ customers }) => customers[0] ?? UNALLOCATED_CUSTOMER,
  )
  const shared = links.filter(({ customers }) => customers.length > 1).reduce((all, { bytes }) => all + bytes, 0n)
  return [
    ...[...alone].map(
      ([customer, list]): CustomerPortion => ({
        customer,
        share: partOf(list.reduce((all, { bytes }) => all + bytes, 0n)),
        basis: 'measured',
      }),
    ),
    ...declaredPortions(declared, partOf(shared)),
  ].filter(({ share }) => share > 0)
}

/**
 * Divides a part of a cost (0 to 1) by the declared shares of the customers. If the shares add up to more than 1, they
 * are scaled down so that their sum is 1.
 */
function declaredPortions(declared: readonly { customer: string; share: number }[], part: number): CustomerPortion[] {
  const given = Math.max(
    1,
    declared.reduce((sum, { share }) => sum + share, 0),
  )
  return declared.map(({ customer, share }) => ({ customer, share: (share / given) * part, basis: 'declared' }))
}

/**
 * Divides a cost row among customers. The amounts are rounded to cents, and their sum is the amount of the row. The
 * part without a customer becomes a separate row ("unallocated").
 * @param portions shares of the customers; if they add up to more than 1, they are scaled down
 */
export function splitRowAmongCustomers(row: TcoRow, portions: readonly CustomerPortion[]): TcoRow[] {
  if (row.cost === null || portions.length === 0)
    return [{ ...row, customer: portions.length === 0 ? row.customer : UNALLOCATED_CUSTOMER }]
  const { amount, currency } = row.cost
  const scale = Math.max(
    1,
    portions.reduce((sum, { share }) => sum + share, 0),
  )
  const part = (customer: string, cost: Decimal, share: number, basis: string): TcoRow => ({
    ...row,
    customer,
    quantity: row.quantity && new Decimal(row.quantity).times(share).toDecimalPlaces(9).toFixed(),
    cost: formatMoneyAmount(cost, currency),
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
    : [...parts, part(UNALLOCATED_CUSTOMER, left.cost, left.share, 'neither measured nor declared')]
}
