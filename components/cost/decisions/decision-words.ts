import { cameTrue } from '#lib/contract/events/came-true.ts'
import type { CostDecision, CostProjection, CostRecommendation, CostReversal, MoneyBand } from '#lib/cost/api/index.ts'
import type { CostMoney } from '#lib/contract/index.ts'
import { formatBandwidth } from '../../format/quantity.ts'
import { planActionWords, bandWords, formatMoney, heldWords, planWords } from '../money-words.ts'

/** `Standard metered, 200 Mb/s`. */
export const optionWords = (option: NonNullable<CostRecommendation['to']>): string =>
  [planWords(option), option.bandwidthMbps === null ? null : formatBandwidth(option.bandwidthMbps)]
    .filter(Boolean)
    .join(', ')

/** What is saved a month by doing what is recommended; null where nothing is to be done. */
export const savingOf = ({ recommendation: { action, saving } }: CostProjection): MoneyBand | null =>
  action === 'switch' ? saving : null

/** Whether a recommended change can be taken back in place, and what that takes; null where none is recommended. */
export function reversibleWords({
  recommendation: { action, reversal },
  oneWay,
}: CostProjection): { word: 'Yes' | 'No'; how: string | null } | null {
  if (action !== 'switch') return null
  return { word: oneWay ? 'No' : 'Yes', how: reversal && backWords(reversal) }
}

const backWords = ({ change, cost, days }: CostReversal): string =>
  change === 'in_place'
    ? 'in place, at once'
    : ['new circuit', cost ? formatMoney(cost) : 'cost not declared', `${days} days of both`].join(', ')

/** "losing erc-london: up to 701 Mb/s on one path, 0.70 of it". */
export function decisionTakenWords({ name, atMostBitsPerSecond: bits }: Taken, bandwidthMbps: number | null): string {
  const what = name === null ? 'Losing something that you do not see' : `Losing ${name}`
  if (bits === null) return `${what}: how much moves here is not known.`
  const share = bandwidthMbps ? `, ${(bits / (bandwidthMbps * 1e6)).toFixed(2)} of it` : ''
  return `${what}: up to ${Math.ceil(bits / 1e6)} Mb/s on one path${share}.`
}

type Taken = NonNullable<CostProjection['takesOver']>['losses'][number]

/** How sure a forecast is: how often the truth lay in past bands, as far as such a figure came true, and how far off the likely figure was. */
export function confidenceWords({ pastError: { bandHeld, mape, months } }: CostProjection) {
  if (bandHeld === null || mape === null) return { word: 'not known yet', detail: null }
  const [past, came] = [bandHeld, cameTrue(bandHeld)].map((share) => Math.round(share * 100))
  return {
    word: heldWords(bandHeld),
    detail: `${past} of 100 past bands held; of such, ${came} of 100 months came true. ±${(mape * 100).toFixed(1)} %, ${months} back-tests`,
  }
}

/** Why, in whole sentences. */
export function reasonWords({ recommendation: { action, reason }, oneWay }: CostProjection): string {
  const back = oneWay && action === 'switch' && !/irreversible/i.test(reason)
  return back ? `${reason} Irreversible: going back needs a new circuit.` : reason
}

/** "Expected by 2026-W46: $5,700 a month on Standard unlimited, 1 Gb/s. This month: $5,700, within it." */
export function followUpWords({
  week,
  offer,
  expected,
  actual,
  verdict,
}: NonNullable<CostDecision['followUp']>): string {
  const against = verdict === 'within' ? 'within it' : `${verdict} it`
  return `Expected by ${week}: ${bandWords(expected)} a month on ${optionWords(offer)}. This month: ${bandWords(actual)}, ${against}.`
}

export const recommendedWords = ({ recommendation: { action, to } }: CostProjection): string =>
  to && action === 'switch' ? `${planActionWords[action]} to ${optionWords(to)}` : planActionWords[action]

/** The best offer that waits for an answer: `Worth asking: Local, 1 Gb/s, saves $3,538`; null where there is none. */
export function askWords({ recommendation: { asks } }: CostProjection): string | null {
  const [best] = asks
  return best ? `Worth asking: ${optionWords(best.to)}, saves ${formatMoney(best.saving.p50)}` : null
}

/** What all recommended changes save a month, for each currency. */
export const totalSaving = (circuits: readonly CostProjection[]): MoneyBand[] =>
  sumBands(circuits.flatMap((circuit) => savingOf(circuit) ?? []))

/** What all circuits cost this month on their current plans, for each currency. */
export const totalMonth = (circuits: readonly CostProjection[]): MoneyBand[] =>
  sumBands(circuits.flatMap(({ options }) => options.find(({ current }) => current) ?? []))

/** What was billed so far, for each currency. */
export function totalBilled(circuits: readonly CostProjection[]): CostMoney[] {
  const bands = circuits.flatMap(({ costToDate: money }) => (money ? [{ p10: money, p50: money, p90: money }] : []))
  return sumBands(bands).map(({ p50 }) => p50)
}

type Band = Pick<MoneyBand, 'p10' | 'p50' | 'p90'>

/** Sums for each currency, as if what is added were fully correlated: a wider band than that of independent ones. */
function sumBands(bands: readonly Band[]): Band[] {
  return [...Map.groupBy(bands, ({ p50 }) => p50.currency)].map(([currency, own]) => {
    // cents: adding amounts as they are written would add their rounding errors
    const sum = (of: (band: Band) => CostMoney): CostMoney => ({
      amount: (own.reduce((cents, band) => cents + Math.round(Number(of(band).amount) * 100), 0) / 100).toFixed(2),
      currency,
    })
    return { p10: sum(({ p10 }) => p10), p50: sum(({ p50 }) => p50), p90: sum(({ p90 }) => p90) }
  })
}
