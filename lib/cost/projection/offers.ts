import { LOCAL_FROM_MBPS, type PriceSheet, SOLD_MBPS } from '../prices/sheet.ts'
import { type Offer, type Quote, quote } from '../prices/quote.ts'

/**
 * Every offer that is priced for a circuit's place: both plans in both tiers at its bandwidth, Local where there is one, and its own plan
 * and tier at other bandwidths. The one it is on comes first.
 * @param direct on an ExpressRoute Direct port, whose own billing type decides between metered and unlimited, at a price that no list
 *   knows: only offers on the same plan are comparable there
 * @param localRegions empty = its peering location has no Local; null = not known, so that Local stays in the list as a question
 */
export function offersFor(
  sheet: PriceSheet,
  current: Quote,
  about: { direct: boolean; localRegions: readonly string[] | null },
): Quote[] {
  const { bandwidthMbps, zone } = current
  const tiers = ['Standard', 'Premium'] as const
  const plans = ['metered', 'unlimited'] as const
  const hasLocal = about.localRegions === null || about.localRegions.length > 0
  const offers: Offer[] = [
    ...tiers.flatMap((tier) => plans.map((plan) => ({ plan, tier, bandwidthMbps }))),
    ...(hasLocal && bandwidthMbps >= LOCAL_FROM_MBPS ? [{ plan: 'local', tier: 'Local', bandwidthMbps } as const] : []),
    ...(about.direct ? [] : SOLD_MBPS).map((mbps) => ({ plan: current.plan, tier: current.tier, bandwidthMbps: mbps })),
  ]
  const others = offers.filter(
    (offer, i) =>
      !isSame(offer, current) &&
      (!about.direct || offer.plan === current.plan) &&
      offers.findIndex((one) => isSame(one, offer)) === i,
  )
  const quoted = others.flatMap((offer) => {
    const quoting = quote(sheet, zone, offer, about.direct)
    return quoting.ok && quoting.quote.currency === current.currency ? [quoting.quote] : []
  })
  return [current, ...quoted]
}

export function isSame(a: Offer, b: Offer): boolean {
  return a.plan === b.plan && a.tier === b.tier && a.bandwidthMbps === b.bandwidthMbps
}
