import { formatCurrencyAmount } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { CostRecommendation } from '../../api/index.ts'
import { createEqualPercentiles, formatNumberForSentence, formatMoneyAmount } from '../money.ts'
import { formatOffer } from '../prices/quote-offer.ts'
import { findCurrentOfferCost } from '../projection/project-circuit.ts'
import { getRecommendedSaving } from '../review/summarize-review.ts'
import { convertBytesToGb } from '../usage/gigabyte.ts'
import type { BillingMonth } from '../usage/month.ts'
import { createCircuitFindingFields } from './circuit-finding-fields.ts'
import type { CircuitFindingInput, FindingLimits } from './finding-facts.ts'
import type { FindingBody, FindingRuleResult } from './fold-findings.ts'

/**
 * Decides whether a circuit's billed bytes of the month passed the break-even, or probably will. Above the break-even,
 * Unlimited costs less than Metered. The remedy is the recommendation of the cost review. If it is to stay, the remedy
 * is the reason against Unlimited. The finding has a saving only if a change is recommended, because the difference
 * between the two plans may be too small for a change. The result is empty for a circuit that is not metered, because
 * its data is not charged.
 */
export function judgeBreakEven(
  circuit: CircuitFindingInput,
  month: BillingMonth,
  limits: FindingLimits,
): FindingRuleResult[] {
  const { projection } = circuit.use
  const { plan, metered, unlimited, breakEvenBytes, chanceAboveBreakEven: chance, gb, recommendation } = projection
  if (plan !== 'metered') return []
  const { common, ...about } = createCircuitFindingFields(circuit)
  const own = { ...about, detail: month.name }
  const isPriced = metered !== null && unlimited !== null && breakEvenBytes !== null
  const quantity = (bytes: string) => `${formatNumberForSentence(convertBytesToGb(BigInt(bytes), gb.bytes))} GB`
  const body = (after: string): FindingBody => ({
    ...common,
    evidence: [
      {
        field: `billable bytes of ${month.name}`,
        before: breakEvenBytes && `break-even at ${quantity(breakEvenBytes)}`,
        after,
      },
      ...(metered && unlimited
        ? [
            {
              field: `cost of ${month.name}`,
              before: `Metered ${formatCurrencyAmount(metered.p50)}`,
              after: `Unlimited ${formatCurrencyAmount(unlimited)}`,
            },
          ]
        : []),
    ],
    amounts: { cost: metered, limit: unlimited, saving: getRecommendedSaving(projection) },
    remedy: formatBreakEvenRemedy(recommendation),
  })
  const isPast = circuit.crossed !== null
  return [
    {
      ...own,
      kind: 'break_even_passed',
      // The counted bytes of a month only increase. Therefore this finding ends before the end of the month only if
      // prices change.
      lines: isPriced ? { above: isPast, below: !isPast } : null,
      began: circuit.crossed,
      body: body(`at least ${quantity(projection.billedBytesToDate)}`),
    },
    {
      ...own,
      kind: 'break_even_ahead',
      lines: isPast
        ? { above: false, below: true }
        : chance === null
          ? null
          : { above: chance >= limits['breakEven.chance'], below: chance < limits['breakEven.clear'] },
      ended: circuit.crossed,
      body: body(`ends above it with ${Math.round((chance ?? 0) * 100)} %`),
    },
  ]
}

/** Returns the remedy of a finding about the break-even: the recommended change, or the reason to stay on Metered. */
function formatBreakEvenRemedy({ action, reason, declined }: CostRecommendation): string {
  if (action !== 'stay') return reason
  return `Stay on Metered. ${declined?.find(({ to }) => to.plan === 'unlimited')?.reason ?? reason}`
}

/** Decides whether the projection recommends a less expensive offer. */
export function judgeCheaperOption(circuit: CircuitFindingInput): FindingRuleResult {
  const { common, ...about } = createCircuitFindingFields(circuit)
  const { recommendation, options } = circuit.use.projection
  const { action, to, saving, reason, confidence } = recommendation
  const current = options.find((option) => option.current)
  const target = options.find(
    (option) =>
      to !== null && option.plan === to.plan && option.tier === to.tier && option.bandwidthMbps === to.bandwidthMbps,
  )
  const isKnown = action !== 'unpriced' && action !== 'too_early'
  return {
    ...about,
    kind: 'cheaper_option',
    detail: '',
    lines: isKnown ? { above: action === 'switch', below: action !== 'switch' } : null,
    body: {
      ...common,
      evidence:
        current && target
          ? [
              {
                field: 'cost of the month',
                before: `${formatOffer(current)} ${formatCurrencyAmount(current.p50)}`,
                after: `${formatOffer(target)} ${formatCurrencyAmount(target.p50)}`,
              },
            ]
          : [],
      amounts: { cost: findCurrentOfferCost(circuit.use.projection), limit: target?.p50 ?? null, saving },
      remedy: reason,
      confidence,
    },
  }
}

/**
 * Decides whether the bytes out of Azure on the last whole day are a multiple of the usual bytes of this weekday. The
 * result is empty for a circuit that is not metered.
 */
export function judgeUsageSurge(circuit: CircuitFindingInput, limits: FindingLimits): FindingRuleResult[] {
  const { day, use } = circuit
  if (use.projection.plan !== 'metered') return []
  const { common, ...about } = createCircuitFindingFields(circuit)
  const gb = use.projection.gb.bytes
  const quantity = (bytes: bigint) => `${formatNumberForSentence(convertBytesToGb(bytes, gb), 1)} GB`
  const [bytes, usual] = [day?.bytes ?? 0n, day?.usual ?? 0n]
  const times = usual > 0n ? Number((bytes * 1_000n) / usual) / 1_000 : bytes > 0n ? Number.MAX_SAFE_INTEGER : 0
  const extraBitsPerSecond = (Number(bytes - usual) * 8_000) / MS_PER_DAY
  const extra = day && formatMoneyAmount(convertBytesToGb(bytes - usual, gb).times(day.rate.amount), day.rate.currency)
  return [
    {
      ...about,
      kind: 'egress_surge',
      detail: '',
      lines: day && {
        above: times >= limits['surge.times'] && extraBitsPerSecond >= limits['surge.least'],
        below: times < limits['surge.clear'],
      },
      began: day?.bounds ?? null,
      // if the bytes of that day were at the usual level again, the surge ended within that day
      ended: day?.bounds ?? null,
      body: {
        ...common,
        evidence: [
          { field: 'bytes out of Azure in a day', before: `usually ${quantity(usual)}`, after: quantity(bytes) },
          ...(extra
            ? [{ field: 'charge of that day', before: null, after: `${formatCurrencyAmount(extra)} more than usual` }]
            : []),
        ],
        amounts: { limit: null, saving: null, cost: extra && createEqualPercentiles(extra) },
        remedy:
          'Check Traffic for when it began, and Routes for what changed then; a backup or a copy is the most frequent reason.',
      },
    },
  ]
}
