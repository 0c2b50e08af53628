import type { CostChangeMethod, CostProjection, CostWhatIf, MoneyPercentiles } from '../../api/index.ts'
import type { MoneyAmount } from '#lib/contract/index.ts'
import {
  type ForecastPercentiles,
  sumPercentilesByCurrency,
  Decimal,
  mapForecastPercentiles,
  toMoneyPercentiles,
  ZERO_AMOUNT,
} from '../money.ts'
import { applyPriceOverrides } from '../prices/overrides.ts'
import { mapCircuitToMeters } from '../prices/map-circuit.ts'
import { type CircuitOffer, formatOffer, type PricedOffer, quoteOffer } from '../prices/quote-offer.ts'
import { judgePlanChange } from './plan-change.ts'
import { createChangePlan } from './change-plan.ts'
import type { CircuitProjectionInput, CostContext } from './circuit-input.ts'
import { computeCostPercentiles } from './cost-at.ts'
import { isSameOffer } from './offers.ts'
import { computePayback, describeReversalOfChange } from './payback.ts'
import { collectPlanChangeInput, findCurrentOfferCost } from './project-circuit.ts'
import { computeProjectedTraffic } from './projected-traffic.ts'

/**
 * Traffic in one direction of a Global Reach connection. Each GB is charged when it leaves the source circuit, and
 * again when it enters the destination circuit. The prices depend on the zones of both ends, so the two directions may
 * have different prices (ExpressRoute FAQ).
 */
interface ReachFlow {
  /** Price of a GB: the charges at both ends together. */
  perGb: MoneyAmount
  gbPerMonth: string
}

/**
 * Changes of a circuit's configuration that a what-if requests. An absent field means that the current value is kept.
 */
interface WhatIf {
  plan?: CircuitOffer['plan'] | undefined
  tier?: CircuitOffer['tier'] | undefined
  bandwidthMbps?: number | undefined
  /** true = a second circuit with the same configuration is added, and the traffic is shared between both */
  secondCircuit?: boolean | undefined
  /**
   * Adds Global Reach with prices that the request or an operator gives: a monthly fee, and a price of a GB in each
   * direction.
   */
  globalReach?: { perMonth: MoneyAmount; sent: ReachFlow; received: ReachFlow } | undefined
  /** Moves the circuit to an ExpressRoute Direct port pair with this monthly price. */
  directPort?: MoneyAmount | undefined
}

export type CircuitWhatIfResult =
  | { ok: false; why: string }
  | ({ ok: true; cost: MoneyPercentiles; change: CostChangeMethod } & Omit<
      CostWhatIf,
      'circuitId' | 'name' | 'possible' | 'why' | 'cost' | 'change'
    >)

/** Returns the cost of a whole month if a circuit had another configuration, with the forecast traffic. */
export function computeCircuitWhatIf(
  input: CircuitProjectionInput,
  frame: CostContext,
  projection: CostProjection,
  wish: WhatIf,
): CircuitWhatIfResult {
  const last = input.configured.at(-1)
  if (!last) return { ok: false, why: 'the circuit has no configuration' }
  const overridden = applyPriceOverrides(frame.sheet, frame.overrides, { circuitId: input.circuitId, at: frame.now })
  const mapping = mapCircuitToMeters(overridden.sheet, last.facts, overridden.zone)
  if (!mapping.ok) return { ok: false, why: mapping.why }
  const offer = wished(mapping.quote, wish)
  if (last.facts.direct && offer.plan !== mapping.quote.plan) {
    return {
      ok: false,
      why: 'on ExpressRoute Direct the port decides between metered and unlimited, and no list has its price',
    }
  }
  if (last.facts.direct && wish.directPort) return { ok: false, why: 'it is on ExpressRoute Direct already' }
  const quoting = quoteOffer(overridden.sheet, mapping.zone, offer, last.facts.direct || wish.directPort !== undefined)
  if (!quoting.ok) return { ok: false, why: quoting.why }
  const traffic = input.traffic ?? computeProjectedTraffic(input.usage, frame.month, frame.now)
  if (!traffic.month) return { ok: false, why: traffic.words }
  const wishedInput = { ...input, globalReach: wish.globalReach !== undefined || input.globalReach }
  const facts = collectPlanChangeInput(wishedInput, frame, mapping.place?.localRegions ?? null, traffic)
  const { currency } = quoting.quote
  const foreign = declaredAmounts(wish).find((price) => price.currency !== currency)
  if (foreign) {
    return {
      ok: false,
      why: `${foreign.currency} was declared, and the circuit is priced in ${currency}; they do not add up`,
    }
  }
  const one = computeCostPercentiles(quoting.quote, traffic.month, frame.gb.bytes)
  const cost = mapForecastPercentiles(one, (amount) => amount.plus(addedTo(quoting.quote, wish)))
  const change = judgePlanChange(mapping.quote, offer, facts)
  const difference = against(cost, findCurrentOfferCost(projection), currency)
  const isOther = !isSameOffer(mapping.quote, offer)
  const costs = { charges: overridden.charges, provider: input.provider, now: frame.now }
  return {
    ok: true,
    words: wordsOf(offer, wish),
    cost: toMoneyPercentiles(cost, currency),
    difference,
    ...(wish.directPort && change.change === 'in_place' ? { ...change, change: 'new_circuit' } : change),
    hindrances: [...change.hindrances],
    payback: isOther ? computePayback(mapping.quote, quoting.quote, leastSaving(difference), costs) : null,
    reversal: isOther ? describeReversalOfChange(mapping.quote, quoting.quote, costs) : null,
    plan: isOther ? createChangePlan(input, mapping.quote, quoting.quote, change, overridden.charges) : [],
    notes: notesOf(wish),
  }
}

const declaredAmounts = ({ globalReach, directPort }: WhatIf): MoneyAmount[] => [
  ...(globalReach ? [globalReach.perMonth, globalReach.sent.perGb, globalReach.received.perGb] : []),
  ...(directPort ? [directPort] : []),
]

/** Returns the smallest of the three savings of a change (low, likely and high). */
const leastSaving = (difference: MoneyPercentiles | null): Decimal =>
  difference
    ? Decimal.min(
        ...[difference.p10, difference.p50, difference.p90].map(({ amount }) => new Decimal(amount).negated()),
      )
    : ZERO_AMOUNT

const costOf = ({ perGb, gbPerMonth }: ReachFlow): Decimal => new Decimal(perGb.amount).times(gbPerMonth)

/**
 * Returns the monthly cost of the resources that a what-if adds: a second circuit, Global Reach, or an ExpressRoute
 * Direct port.
 */
function addedTo({ port }: PricedOffer, { secondCircuit, globalReach, directPort }: WhatIf): Decimal {
  const second = secondCircuit ? port : ZERO_AMOUNT
  const reach = globalReach
    ? Decimal.sum(globalReach.perMonth.amount, costOf(globalReach.sent), costOf(globalReach.received))
    : ZERO_AMOUNT
  return second.plus(reach).plus(directPort?.amount ?? 0)
}

function wordsOf(offer: CircuitOffer, { secondCircuit, globalReach, directPort }: WhatIf): string {
  return [
    formatOffer(offer),
    secondCircuit ? 'twice' : null,
    directPort ? 'on ExpressRoute Direct' : null,
    globalReach ? 'with Global Reach' : null,
  ]
    .filter(Boolean)
    .join(', ')
}

function wished(current: CircuitOffer, wish: WhatIf): CircuitOffer {
  const tier = wish.tier ?? (wish.plan === 'local' ? 'Local' : current.tier)
  const plan = wish.plan ?? (tier === 'Local' ? 'local' : current.plan === 'local' ? 'unlimited' : current.plan)
  return {
    plan,
    tier: plan !== 'local' && tier === 'Local' ? 'Standard' : tier,
    bandwidthMbps: wish.bandwidthMbps ?? current.bandwidthMbps,
  }
}

function against(
  cost: ForecastPercentiles<Decimal>,
  current: MoneyPercentiles | null,
  currency: string,
): MoneyPercentiles | null {
  if (!current || sumPercentilesByCurrency([current])[0]?.p50.currency !== currency) return null
  return toMoneyPercentiles(
    {
      p10: cost.p10.minus(current.p10.amount),
      p50: cost.p50.minus(current.p50.amount),
      p90: cost.p90.minus(current.p90.amount),
    },
    currency,
  )
}

function notesOf(wish: WhatIf): string[] {
  return [
    ...(wish.secondCircuit
      ? [
          'The second circuit is priced in the same peering location; data is billed once, wherever it leaves. Another location, which Microsoft calls maximum resiliency, is not priced here; the SLA is for one circuit if both of its connections run BGP.',
        ]
      : []),
    ...(wish.globalReach
      ? [
          'Global Reach is priced as declared, because no known price list has its fee and rates. A GB is charged out of its source and into its destination, by the zone of each end. It is billed on Unlimited, too, and not available on Local.',
        ]
      : []),
    ...(wish.directPort
      ? [
          'The port pair is priced as declared, all of it; other circuits on it cost only their data. A circuit does not move onto a port in place.',
        ]
      : []),
    ...(wish.bandwidthMbps === undefined
      ? []
      : ['Bandwidth can be increased without loss if the port has room; a decrease needs a new circuit.']),
  ]
}
