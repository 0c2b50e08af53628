import { type CostRecommendation, withCurrency } from '#lib/contract/index.ts'
import type { ForecastBasis } from '../forecast/forecast-rest.ts'
import { type Band, type Decimal, grouped, moneyBandOf } from '../money.ts'
import { offerWords, type Quote } from '../prices/quote.ts'
import type { Change } from './change.ts'
import { breakEven, chanceAbove, costAt, savingBand } from './cost-at.ts'

/**
 * Some changes cannot be reversed in place: they need so many months beyond the break-even, or the last one and this chance for the present
 * one, and that the likely course of as many to come stays beyond it.
 */
const IRREVERSIBLE_CHANCE = 0.9
const IRREVERSIBLE_MONTHS = 3
/** A new circuit runs beside the old one for a while, and has to pay that back. */
const OVERLAP_MONTHS = 0.5
const PAYBACK_MONTHS = 12
/** What saves less than this share of today's figure is not worth a change. */
const WORTH = 0.02

export interface Alternative {
  quote: Quote
  change: Change
}

export interface DecisionFacts {
  current: Quote
  alternatives: readonly Alternative[]
  bytes: Band<bigint>
  basis: ForecastBasis
  gb: number
  /** the other reading of a GB, while none was matched to a bill; null = it is known */
  otherGb: number | null
  /** share of the month in which the circuit is there */
  share: number
  /** where metered and unlimited cost the same; null = no such point */
  breakEven: bigint | null
  /** bytes of whole 30-day months before, newest first, as far as they are known */
  pastMonths: readonly bigint[]
  /** Mbit/s of the hour of the last 30 days that carried most, both paths together; null = not known */
  busiestMbps: number | null
  /** likely bytes of the months to come, next first */
  nextMonths: readonly bigint[]
}

/** What to do, and why. Reversibility weighs: what can't be taken back needs more than a likely saving. */
export function recommend(facts: DecisionFacts): CostRecommendation {
  const { current, basis } = facts
  const isTooEarly = basis === 'too_early' || basis === 'run_rate'
  if (isTooEarly)
    return plainly('too_early', 'Less than a week of traffic is known: a weekend alone could turn the answer.')
  const ranked = facts.alternatives
    .filter(({ change }) => isOpen(change))
    .map((one) => ({ ...one, saving: savingBand(current, one.quote, facts.bytes, facts.gb, facts.share) }))
    .toSorted((a, b) => b.saving.p50.comparedTo(a.saving.p50))
  const verdicts = ranked.map((one) => ({ ...one, verdict: weigh(facts, one) }))
  const chosen =
    verdicts.find(({ verdict }) => verdict.action === 'switch') ??
    verdicts.find(({ verdict }) => verdict.action === 'too_close') ??
    verdicts.find(({ saving }) => saving.p50.greaterThan(0)) ??
    // the question is the other plan, not another tier that is a little less expensive
    verdicts.find(
      ({ quote }) =>
        quote.tier === current.tier && quote.plan !== current.plan && quote.bandwidthMbps === current.bandwidthMbps,
    ) ??
    verdicts[0]
  if (!chosen) return plainly('stay', 'Nothing else is on offer that it could change to.')
  const { plan, tier, bandwidthMbps } = chosen.quote
  return {
    action: chosen.verdict.action,
    to: chosen.verdict.action === 'stay' ? null : { plan, tier, bandwidthMbps },
    saving: moneyBandOf(chosen.saving, current.currency),
    reason:
      chosen.verdict.reason +
      busiestWords(chosen, facts) +
      inPlaceWords(chosen, verdicts, facts) +
      toLocalWords(chosen, facts),
  }
}

/** What fits 95 of 100 hours may not fit the busiest one, while one path carries alone. */
function busiestWords(
  { quote, verdict }: Weighed & { verdict: Verdict },
  { current, busiestMbps }: DecisionFacts,
): string {
  const isTight =
    busiestMbps !== null && busiestMbps > quote.bandwidthMbps && quote.bandwidthMbps < current.bandwidthMbps
  return isTight && verdict.action === 'switch'
    ? ` The busiest hour of 30 days carried ${Math.ceil(busiestMbps)} Mb/s, more than one path of it has.`
    : ''
}

/** Beside a new circuit: what is worth a change without one. */
function inPlaceWords(
  chosen: Weighed & { verdict: Verdict },
  verdicts: readonly (Weighed & { verdict: Verdict })[],
  { current }: DecisionFacts,
): string {
  if (chosen.verdict.action !== 'switch' || chosen.change.change !== 'new_circuit') return ''
  const other = verdicts.find(({ change, verdict }) => change.change === 'in_place' && verdict.action === 'switch')
  if (!other) return ''
  return ` In place, ${offerWords(other.quote)} would save ${withCurrency(grouped(other.saving.p50), current.currency)}.`
}

/** What the change to Local rests on: Microsoft's list of allowed changes of SKU has only those from Local. */
function toLocalWords({ quote, change, verdict }: Weighed & { verdict: Verdict }, { current }: DecisionFacts): string {
  const isToLocal = quote.plan === 'local' && current.plan !== 'local' && change.change === 'in_place'
  return isToLocal && verdict.action === 'switch'
    ? ' To Local in place is published by a Microsoft engineer (PowerShell or CLI); the documentation does not list it.'
    : ''
}

export const unpriced = (why: string): CostRecommendation => plainly('unpriced', `It has no price: ${why}.`)

function plainly(action: CostRecommendation['action'], reason: string): CostRecommendation {
  return { action, to: null, saving: null, reason }
}

/** Nothing prevents it, as far as is known. */
const isOpen = ({ change, blockedBy }: Change): boolean => change !== 'impossible' && blockedBy.length === 0

type Weighed = Alternative & { saving: Band<Decimal> }
interface Verdict {
  action: 'stay' | 'switch' | 'too_close'
  reason: string
}

function weigh(facts: DecisionFacts, one: Weighed): Verdict {
  const { saving, quote, change } = one
  const { otherGb } = facts
  const money = (amount: Decimal) => withCurrency(grouped(amount.abs()), quote.currency)
  const name = offerWords(quote)
  if (saving.p90.lessThanOrEqualTo(0)) {
    return { action: 'stay', reason: `Nothing is cheaper: ${name} would cost ${money(saving.p50)} a month more.` }
  }
  if (saving.p10.lessThanOrEqualTo(0)) return tooClose(facts, one, money)
  const today = costAt(facts.current, facts.bytes.p50, facts.gb, facts.share)
  if (
    otherGb !== null &&
    savingBand(facts.current, quote, facts.bytes, otherGb, facts.share).p50.lessThanOrEqualTo(0)
  ) {
    const reason = `${name} would save ${money(saving.p50)} a month, but not with the other reading of a billed GB: that alone changes the answer. Match it to a bill first.`
    return { action: 'too_close', reason }
  }
  if (saving.p50.lessThan(today.times(WORTH))) {
    return {
      action: 'stay',
      reason: `${name} would save ${money(saving.p50)} a month, too little to be worth a change.`,
    }
  }
  if (change.change === 'new_circuit') return weighNew(one, name, money)
  if (change.oneWay) return weighIrreversible(facts, one, name, money)
  return {
    action: 'switch',
    reason: `${name} saves ${money(saving.p50)} a month over the whole band, is changed in place, and can be taken back.`,
  }
}

function tooClose(
  { current, bytes, breakEven: even }: DecisionFacts,
  { saving, quote }: Weighed,
  money: (amount: Decimal) => string,
): Verdict {
  const isOtherPlan =
    quote.plan !== current.plan && quote.bandwidthMbps === current.bandwidthMbps && quote.plan !== 'local'
  const chance = even === null || !isOtherPlan ? null : chanceAbove(bytes, even)
  const of =
    chance === null ? '' : ` The chance that the month ends above the break-even is ${Math.round(chance * 100)} %.`
  if (saving.p50.lessThanOrEqualTo(0) && chance !== null && Math.min(chance, 1 - chance) < 1 - IRREVERSIBLE_CHANCE) {
    return { action: 'stay', reason: `${offerWords(quote)} is likely to cost ${money(saving.p50)} more.${of}` }
  }
  return {
    action: 'too_close',
    reason: `Too close to call against ${offerWords(quote)}: between ${money(saving.p10)} lost and ${money(saving.p90)} saved.${of}`,
  }
}

function weighNew({ saving, quote }: Weighed, name: string, money: (amount: Decimal) => string): Verdict {
  const overlap = quote.port.times(OVERLAP_MONTHS)
  const months = overlap.dividedBy(saving.p10)
  const how = `as a new circuit: the provider's work, and ${OVERLAP_MONTHS * 30} days of both side by side, about ${money(overlap)}`
  if (months.greaterThan(PAYBACK_MONTHS)) {
    return {
      action: 'stay',
      reason: `${name} would save ${money(saving.p50)} a month, but only ${how}; that takes over ${PAYBACK_MONTHS} months to pay back.`,
    }
  }
  return {
    action: 'switch',
    reason: `${name} saves ${money(saving.p50)} a month, ${how}, paid back within ${withinMonths(months)}.`,
  }
}

function withinMonths(months: Decimal): string {
  const whole = Math.ceil(months.toNumber())
  return whole === 1 ? 'a month' : `${whole} months`
}

function weighIrreversible(
  facts: DecisionFacts,
  { saving, quote }: Weighed,
  name: string,
  money: (amount: Decimal) => string,
): Verdict {
  const { bytes, pastMonths, nextMonths } = facts
  // of this very change: from metered to what pays no byte
  const line = facts.current.plan === 'metered' ? breakEven(facts.current, quote, facts.gb, facts.share) : null
  const chance = line === null ? 1 : chanceAbove(bytes, line)
  const door = 'only a new circuit takes it back'
  const above = (months: readonly bigint[]) =>
    line === null || (months.length > 0 && months.every((one) => one >= line))
  const past = pastMonths.slice(0, IRREVERSIBLE_MONTHS)
  // by their mean: a short February alone is no reason
  const next = nextMonths.slice(0, IRREVERSIBLE_MONTHS)
  const stays =
    line === null || (next.length > 0 && above([next.reduce((sum, one) => sum + one, 0n) / BigInt(next.length)]))
  const isProven = past.length === IRREVERSIBLE_MONTHS && above(past)
  if (stays && (isProven || (above(past.slice(0, 1)) && chance >= IRREVERSIBLE_CHANCE))) {
    const because = isProven
      ? `the last ${IRREVERSIBLE_MONTHS} months were above the break-even`
      : `the last 30 days were above the break-even, this month will be with a chance of ${Math.round(chance * 100)} %`
    return {
      action: 'switch',
      reason: `${name} saves ${money(saving.p50)} a month: ${because}, and so are the months ahead. It is changed in place; ${door}.`,
    }
  }
  return {
    action: 'too_close',
    reason: `${offerWords(quote)} would save ${money(saving.p50)} this month, but ${door}, and ${stays ? 'it is not sure enough yet' : 'the months ahead are not likely to stay above the break-even'}.`,
  }
}
