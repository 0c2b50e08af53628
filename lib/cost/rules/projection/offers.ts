import type { CostChange, CostOption } from '../../api/index.ts'
import { differenceOf } from '../../api/money-sums.ts'
import { Decimal } from '../money.ts'
import { plansSoldAt, type PriceSheet, SOLD_MBPS } from '../prices/sheet.ts'
import { type Offer, type Quote, quote } from '../prices/quote.ts'

/**
 * Returns all priced offers for a circuit's location, which are both plans in both tiers at each bandwidth, and Local
 * if available. The current offer comes first, then the other offers at its bandwidth.
 * @param about.direct true = on an ExpressRoute Direct port. Its billing type decides between metered and unlimited, at
 *   a price that is not in price lists, so only offers with the same plan and bandwidth are comparable
 * @param about.localRegions empty = its peering location has no Local; null = unknown, so that Local remains in the
 *   list with a hindrance
 */
export function offersFor(
  sheet: PriceSheet,
  current: Quote,
  about: { direct: boolean; localRegions: readonly string[] | null },
): Quote[] {
  const { bandwidthMbps, zone } = current
  const hasLocal = about.localRegions === null || about.localRegions.length > 0
  const bandwidths = [...new Set([bandwidthMbps, ...(about.direct ? [] : SOLD_MBPS)])]
  const offers = bandwidths.flatMap((mbps): Offer[] =>
    plansSoldAt(mbps)
      .filter(({ plan }) => hasLocal || plan !== 'local')
      .map((sold) => ({ ...sold, bandwidthMbps: mbps })),
  )
  const others = offers.filter(
    (offer) => !isSameOffer(offer, current) && (!about.direct || offer.plan === current.plan),
  )
  const quoted = others.flatMap((offer) => {
    const quoting = quote(sheet, zone, offer, about.direct)
    return quoting.ok && quoting.quote.currency === current.currency ? [quoting.quote] : []
  })
  return [current, ...quoted]
}

export function isSameOffer(a: Offer, b: Offer): boolean {
  return a.plan === b.plan && a.tier === b.tier && a.bandwidthMbps === b.bandwidthMbps
}

const RANKS: Record<CostChange, number> = { in_place: 0, new_circuit: 1, impossible: 2 }

/**
 * Returns the options of a circuit, each with its difference from the current option. The current option comes first.
 * The others are sorted by the required change, then by cost.
 */
export function orderOptions(options: readonly Omit<CostOption, 'difference'>[]): CostOption[] {
  const current = options.find((option) => option.current)
  return options
    .map((option) => ({ ...option, difference: current ? differenceOf(option.p50, current.p50) : null }))
    .toSorted(
      (a, b) =>
        Number(b.current) - Number(a.current) ||
        RANKS[a.change] - RANKS[b.change] ||
        new Decimal(a.p50.amount).comparedTo(b.p50.amount),
    )
}
