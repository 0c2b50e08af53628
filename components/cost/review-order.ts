import type { CostAction, CostProjection } from '#lib/contract/index.ts'

/** What asks for a decision stands first, then what nobody can tell the price of. */
const rank: Record<CostAction, number> = { switch: 0, unpriced: 1, too_close: 2, too_early: 3, stay: 4 }

/** What is to be done first, and of each kind the dearest first. */
export const byUrgency = (a: CostProjection, b: CostProjection): number =>
  rank[a.recommendation.action] - rank[b.recommendation.action] || likely(b) - likely(a) || a.name.localeCompare(b.name)

/** Circuits as a review takes them. */
export const reviewOrder = (circuits: readonly CostProjection[]): CostProjection[] => circuits.toSorted(byUrgency)

const likely = ({ options }: CostProjection): number => Number(options.find(({ current }) => current)?.p50.amount ?? 0)
