import {
  checkBandwidthInPlace,
  checkBandwidthSoldByProvider,
  type InPlaceChangeVerdict,
  checkPlanInPlace,
  checkSkuInPlace,
} from '#lib/contract/index.ts'
import { getCircuitPlan } from '#lib/cost/rules/index.ts'
import type { CircuitFacts, PostureFacts } from '#lib/resilience/rules/index.ts'
import type { PlannedChange } from '../api/index.ts'
import type { ResolvedPlannedChange } from './facts-after.ts'

const FAQ = 'https://learn.microsoft.com/azure/expressroute/expressroute-faqs'
const ALLOWED: InPlaceChangeVerdict = { is: 'allowed' }

/**
 * `there`: whether Azure makes a change in place, that is, without replacing the resource. `back`: whether Azure can
 * revert the change in place.
 */
interface InPlaceAndRevert {
  there: InPlaceChangeVerdict
  back: InPlaceChangeVerdict
}

interface InPlaceFacts extends Pick<PostureFacts, 'circuits' | 'gateways'> {
  /** returns the bandwidths in Mb/s that the provider of a circuit sells; null = not known */
  offered: (circuit: CircuitFacts) => readonly number[] | null
}

const BOTH_ALLOWED: InPlaceAndRevert = { there: ALLOWED, back: ALLOWED }

/**
 * Returns whether Azure makes a change in place (without a new resource), and whether it can revert the change in
 * place.
 * @param plan all changes of the plan, because a plan may change both tier and billing of a circuit
 * @param isVpn whether the resource is a VPN gateway
 */
export function checkInPlaceChange(
  { term, resource }: ResolvedPlannedChange,
  plan: readonly ResolvedPlannedChange[],
  { circuits, gateways, offered }: InPlaceFacts,
  isVpn: boolean,
): InPlaceAndRevert {
  if (term.kind === 'resize') {
    const from = gateways.find(({ id }) => id === resource.id)?.sku.name ?? null
    const kind = isVpn ? 'vpn' : 'expressRoute'
    const there = checkSkuInPlace(kind, from, term.sku)
    return { there, back: from === null ? ALLOWED : checkSkuInPlace(kind, term.sku, from) }
  }
  const circuit = circuits.find(({ id }) => id === resource.id)
  if (!circuit) return BOTH_ALLOWED
  if (term.kind === 'bandwidth') {
    const from = circuit.bandwidthMbps
    const offer = checkBandwidthSoldByProvider(from, term.mbps, offered(circuit))
    return {
      there: offer.is === 'refused' ? offer : checkBandwidthInPlace(from, term.mbps),
      back: from === null ? ALLOWED : checkBandwidthInPlace(term.mbps, from),
    }
  }
  if (term.kind !== 'billing' && term.kind !== 'tier') return BOTH_ALLOWED
  const terms = plan.flatMap((one) => (one.resource.id === circuit.id ? [one.term] : []))
  // If the plan also changes the billing of this circuit, the result for the billing change covers both changes.
  if (term.kind === 'tier' && term.tier !== 'Local' && terms.some(({ kind }) => kind === 'billing')) return BOTH_ALLOWED
  const sku = terms.reduce(skuAfter, circuit.sku)
  if (term.kind === 'tier' && term.tier === 'Local' && sku.family?.toLowerCase() === 'metereddata')
    return { there: { is: 'refused', why: 'it is metered, and Local is unlimited only', source: FAQ }, back: ALLOWED }
  const [from, to] = [getCircuitPlan(circuit.sku), getCircuitPlan(sku)]
  return { there: checkPlanInPlace(from, to), back: checkPlanInPlace(to, from) }
}

const skuAfter = (sku: CircuitFacts['sku'], term: PlannedChange): CircuitFacts['sku'] =>
  term.kind === 'tier'
    ? { ...sku, tier: term.tier }
    : term.kind === 'billing'
      ? { ...sku, family: term.plan === 'metered' ? 'MeteredData' : 'UnlimitedData' }
      : sku
