import type { CostMoney, CostProjection, CostRecommendation, MoneyBand } from '#lib/contract/index.ts'
import { formatBandwidth } from '../format/quantity.ts'
import { sumBands } from './sum-bands.ts'
import { actionWords, planWords } from './money-words.ts'

/** `Standard metered, 200 Mb/s`. */
export const optionWords = (option: NonNullable<CostRecommendation['to']>): string =>
  [planWords(option), option.bandwidthMbps === null ? null : formatBandwidth(option.bandwidthMbps)]
    .filter(Boolean)
    .join(', ')

/** What is saved a month by doing what is recommended; null where nothing is to be done. */
export const savingOf = ({ recommendation: { action, saving } }: CostProjection): MoneyBand | null =>
  action === 'switch' ? saving : null

/** Whether a recommended change can be taken back in place, and how it is made; null where none is recommended. */
export function reversibleWords({
  recommendation: { action, to },
  oneWay,
  options,
}: CostProjection): { word: 'Yes' | 'No'; how: string | null } | null {
  if (action !== 'switch' || !to) return null
  const option = options.find(
    ({ plan, tier, bandwidthMbps }) => plan === to.plan && tier === to.tier && bandwidthMbps === to.bandwidthMbps,
  )
  const how = option?.change === 'in_place' ? 'in place' : option?.change === 'new_circuit' ? 'new circuit' : null
  return { word: oneWay ? 'No' : 'Yes', how }
}

/** How often the truth lay in past bands: `10 of 10`, and how far off the likely figure was. */
export function confidenceWords({ pastError: { bandHeld, mape, months } }: CostProjection) {
  if (bandHeld === null || mape === null) return { word: 'not known yet', detail: null }
  return { word: `${Math.round(bandHeld * 10)} of 10`, detail: `±${(mape * 100).toFixed(1)} %, ${months} back-tests` }
}

/** Why, in whole sentences. */
export function reasonWords({ recommendation: { action, reason }, oneWay }: CostProjection): string {
  const back = oneWay && action === 'switch' && !/irreversible/i.test(reason)
  return back ? `${reason} Irreversible: going back needs a new circuit.` : reason
}

export const recommendedWords = ({ recommendation: { action, to } }: CostProjection): string =>
  to && action === 'switch' ? `${actionWords[action]} to ${optionWords(to)}` : actionWords[action]

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
