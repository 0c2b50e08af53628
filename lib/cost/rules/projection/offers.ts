import type { CostChangeMethod, CostOption } from '../../api/index.ts'
import { subtractMoneyInSameCurrency } from '../../api/money-sums.ts'
import { Decimal } from '../money.ts'
import { getPlansForBandwidth, type PriceSheet, SOLD_BANDWIDTHS_MBPS } from '../prices/price-sheet.ts'
import { type CircuitOffer, type PricedOffer, quoteOffer } from '../prices/quote-offer.ts'

/**
 * Returns the offers that have a price at a circuit's location: Metered and Unlimited in Standard and Premium with each
 * bandwidth, and Local if it is available. The current offer is first. The other offers with the same bandwidth follow,
 * and then the remaining offers.
 * @param about.direct true = the circuit is on an ExpressRoute Direct port. Only offers with the current plan and
 *   bandwidth are then returned, because the billing type of the port decides between Metered and Unlimited, and price
 *   lists do not contain the price of the port.
 * @param about.localRegions empty = Local is not available at the circuit's peering location; null = unknown, and Local
 *   is returned with an obstacle that explains this
 */
export function listAvailableOffers(
  sheet: PriceSheet,
  current: PricedOffer,
  about: { direct: boolean; localRegions: readonly string[] | null },
): PricedOffer[] {
  const { bandwidthMbps, zone } = current
  const hasLocal = about.localRegions === null || about.localRegions.length > 0
  const bandwidths = [...new Set([bandwidthMbps, ...(about.direct ? [] : SOLD_BANDWIDTHS_MBPS)])]
  const offers = bandwidths.flatMap((mbps): CircuitOffer[] =>
    getPlansForBandwidth(mbps)
      .filter(({ plan }) => hasLocal || plan !== 'local')
      .map((sold) => ({ ...sold, bandwidthMbps: mbps })),
  )
  const others = offers.filter(
    (offer) => !isSameOffer(offer, current) && (!about.direct || offer.plan === current.plan),
  )
  const quoted = others.flatMap((offer) => {
    const quoting = quoteOffer(sheet, zone, offer, about.direct)
    return quoting.ok && quoting.quote.currency === current.currency ? [quoting.quote] : []
  })
  return [current, ...quoted]
}

export function isSameOffer(a: CircuitOffer, b: CircuitOffer): boolean {
  return a.plan === b.plan && a.tier === b.tier && a.bandwidthMbps === b.bandwidthMbps
}

const RANKS: Record<CostChangeMethod, number> = { in_place: 0, new_circuit: 1, impossible: 2 }

/**
 * Sorts the offers, and adds to each offer the difference between its cost and the cost of the current offer. The
 * current offer is first. The others are sorted by the kind of change (in place, new circuit, impossible), then by
 * cost.
 */
export function sortCostOptions(options: readonly Omit<CostOption, 'difference'>[]): CostOption[] {
  const current = options.find((option) => option.current)
  return options
    .map((option) => ({ ...option, difference: current ? subtractMoneyInSameCurrency(option.p50, current.p50) : null }))
    .toSorted(
      (a, b) =>
        Number(b.current) - Number(a.current) ||
        RANKS[a.change] - RANKS[b.change] ||
        new Decimal(a.p50.amount).comparedTo(b.p50.amount),
    )
}
