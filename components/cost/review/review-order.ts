import type { CostAction, CostProjection } from '#lib/cost/api/index.ts'

/** Circuits that need a decision first, then unpriced ones. */
const rank: Record<CostAction, number> = { switch: 0, unpriced: 1, too_close: 2, too_early: 3, stay: 4 }

/** By action, then what saves most, then the most expensive first. */
export const byUrgency = (a: CostProjection, b: CostProjection): number =>
  rank[a.recommendation.action] - rank[b.recommendation.action] ||
  saved(b) - saved(a) ||
  likely(b) - likely(a) ||
  a.name.localeCompare(b.name)

/** Circuits in the order of a review. */
export const reviewOrder = (circuits: readonly CostProjection[]): CostProjection[] => circuits.toSorted(byUrgency)

const saved = ({ recommendation: { action, saving } }: CostProjection): number =>
  action === 'switch' ? Number(saving?.p50.amount ?? 0) : 0

const likely = ({ options }: CostProjection): number => Number(options.find(({ current }) => current)?.p50.amount ?? 0)
