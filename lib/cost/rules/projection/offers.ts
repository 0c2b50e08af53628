import { plansSoldAt, type PriceSheet, SOLD_MBPS } from '../prices/sheet.ts'
import { type Offer, type Quote, quote } from '../prices/quote.ts'

/**
 * Every offer that is priced for a circuit's place: both plans in both tiers at each bandwidth, and Local where there is one. The one it
 * is on comes first, then those at its bandwidth.
 * @param direct on an ExpressRoute Direct port, whose own billing type decides between metered and unlimited, at a price that no list
 *   knows: only offers on the same plan and bandwidth are comparable there
 * @param localRegions empty = its peering location has no Local; null = not known, so that Local stays in the list as a question
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
