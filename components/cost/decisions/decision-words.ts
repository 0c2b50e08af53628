import type { CostChange, CostDecision, CostProjection, CostRecommendation, MoneyBand } from '#lib/cost/api/index.ts'
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

/** What it takes to get to an option that this circuit has; null where none is named. */
const changeOf = ({ options }: CostProjection, to: CostRecommendation['to']): CostChange | null =>
  options.find((option) => to !== null && isOffer(option, to))?.change ?? null

export const isOffer = (a: Offer, b: Offer): boolean =>
  a.plan === b.plan && a.tier === b.tier && a.bandwidthMbps === b.bandwidthMbps

type Offer = NonNullable<CostRecommendation['to']>

/** What a recommended change takes, and whether it can be taken back; null where none is recommended. */
export function effortWords(projection: CostProjection): { word: string; detail: string } | null {
  const { recommendation, oneWay } = projection
  const { action, to, payback, plan, reversal } = recommendation
  if (action !== 'switch') return null
  const isNew = changeOf(projection, to) === 'new_circuit'
  const steps = plan.length > 0 && `${plan.length} steps`
  const once = payback?.cost && Number(payback.cost.amount) > 0 && `${formatMoney(payback.cost)} once`
  const days = isNew && reversal && reversal.days > 0 && `${reversal.days} days of both`
  return {
    word: isNew ? 'New circuit' : 'In place',
    detail: [steps, once, days, oneWay ? 'no return in place' : 'reversible'].filter(Boolean).join(', '),
  }
}

/** `If erc-london fails: up to 701 Mb/s on one path, 70 %`. */
export function decisionTakenWords({ name, atMostBitsPerSecond: bits }: Taken, bandwidthMbps: number | null): string {
  const what = `If ${name ?? 'something that you do not see'} fails`
  if (bits === null) return `${what}: how much moves here is not known.`
  const share = bandwidthMbps ? `, ${Math.ceil((bits / (bandwidthMbps * 1e6)) * 100)} %` : ''
  return `${what}: up to ${Math.ceil(bits / 1e6)} Mb/s on one path${share}.`
}

type Taken = NonNullable<CostProjection['takesOver']>['losses'][number]

/** Returns the confidence of the decision as a word and its reason. The month's forecast has a record of its own. */
export function confidenceWords({ recommendation: { confidence } }: Pick<CostProjection, 'recommendation'>) {
  if (!confidence || confidence.word === 'unknown')
    return { word: 'Not known yet', brief: null, detail: confidence?.words ?? null }
  const { word, basis, chance, words } = confidence
  const brief = basis === 'forecast' ? chance !== null && `${Math.round(chance * 100)} of 100` : words
  return { word: `${word.charAt(0).toUpperCase()}${word.slice(1)}`, brief: brief || null, detail: words }
}

/** Returns the record of the month's forecast: how often such bands came true, and the mean error; null if no past forecast has matured. */
export function forecastRecordWords({ pastError: { bandHeld, mape, months } }: CostProjection): string | null {
  if (bandHeld === null || mape === null) return null
  const past = Math.round(bandHeld * 100)
  return `${heldWords(bandHeld)} such months came true (${past} of 100 past bands held, ±${(mape * 100).toFixed(1)} %, ${months} back-tests)`
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

/** The best offer that waits for an answer: `Ask: Local, 1 Gb/s, saves $3,538`; null where there is none. */
export function askWords({ recommendation: { asks } }: CostProjection): string | null {
  const [best] = asks
  return best ? `Ask: ${optionWords(best.to)}, saves ${formatMoney(best.saving.p50)}` : null
}

/** What all recommended changes save a month, for each currency, by what they take. */
export function savingsByChange(circuits: readonly CostProjection[]): { inPlace: Band[]; newCircuit: Band[] } {
  const of = (wanted: CostChange) => circuits.filter((one) => changeOf(one, one.recommendation.to) === wanted)
  return { inPlace: totalSaving(of('in_place')), newCircuit: totalSaving(of('new_circuit')) }
}

/** What offers that wait for an answer would save beyond what is recommended, for each currency. */
export const totalAsked = (circuits: readonly CostProjection[]): CostMoney[] =>
  sumBands(
    circuits.flatMap((circuit) => {
      const best = circuit.recommendation.asks[0]?.saving.p50
      const own = savingOf(circuit)?.p50
      if (!best || (own && own.currency !== best.currency)) return []
      const more = Number(best.amount) - Number(own?.amount ?? 0)
      const money = { amount: more.toFixed(2), currency: best.currency }
      return more > 0 ? [{ p10: money, p50: money, p90: money }] : []
    }),
  ).map(({ p50 }) => p50)

/** What all recommended changes save a month, for each currency. */
export const totalSaving = (circuits: readonly CostProjection[]): MoneyBand[] =>
  sumBands(circuits.flatMap((circuit) => savingOf(circuit) ?? []))

/** What all circuits cost this month on their current plans, for each currency. */
export const totalMonth = (circuits: readonly CostProjection[]): MoneyBand[] =>
  sumBands(circuits.flatMap(({ options }) => options.find(({ current }) => current) ?? []))

/** Estimated cost of the month so far, for each currency: measured bytes at the prices in force. */
export function totalToDate(circuits: readonly CostProjection[]): CostMoney[] {
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
