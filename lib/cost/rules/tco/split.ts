import type { TcoRow } from '../../api/index.ts'
import { UNALLOCATED } from '#lib/contract/index.ts'
import { Decimal, moneyOf } from '../money.ts'

/** Shares that add up to one but for so much leave nobody's cent over. */
const A_ROUNDING = 1e-9

/** What a customer has of a shared circuit: bits that were measured, or a share that was declared. */
export interface Portion {
  customer: string
  /** of the whole, 0-1 */
  share: number
  basis: 'measured' | 'declared'
}

/** What a connection carried, and who is behind it. */
export interface LinkUse {
  /** subscriptions whose networks it leads to: of the gateway, and of spokes that use it */
  customers: readonly string[]
  /** both directions, over hours that the circuit's own counters know, too */
  bytes: bigint
}

/**
 * Who has how much of a shared circuit: by its connections' bytes where one leads to one customer alone; where one leads to several, by
 * declared shares; by these alone while nothing was measured. What is left over is nobody's.
 * @param total bytes of the circuit over the same hours: connections that are not in sight carried the rest
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

/** Declared shares of a part of the whole; those that add up to more than all of it are scaled down. */
function declaredPortions(declared: readonly { customer: string; share: number }[], part: number): Portion[] {
  const given = Math.max(
    1,
    declared.reduce((sum, { share }) => sum + share, 0),
  )
  return declared.map(({ customer, share }) => ({ customer, share: (share / given) * part, basis: 'declared' }))
}

/**
 * A shared row, divided among customers to the cent; what is left is the row "unallocated". The parts add up to the row.
 * @param portions that add up to 1 at most; more is scaled down to it
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
