import { expect, it } from 'vitest'
import { costReviewSchema, type CostProjection } from '../../api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { FailoverTraffic } from '../projection/failover-traffic.ts'
import {
  createOfficeTrafficHours,
  createTestCostContext,
  createTestProjectionInput,
  projectTestCircuits,
} from '../testing/circuits.ts'
import { limitReview } from './limit-review.ts'
import { formatReviewCsv } from './review-csv.ts'
import { summarizeReview } from './summarize-review.ts'

const NOW = Date.UTC(2026, 10, 20)
const hours = createOfficeTrafficHours(NOW - 60 * MS_PER_DAY, NOW, 5e10)
/** Returns the traffic that moves to a circuit after the loss of each other circuit. */
const createTakeOver = (losses: number): FailoverTraffic => ({
  at: NOW,
  isUnsure: false,
  losses: Array.from({ length: losses }, (_, n) => ({
    term: `other-${n}`,
    name: `erc-other-${n}`,
    path: 'primary',
    direction: 'out',
    atMostBitsPerSecond: 1e6 * n,
    circuits: [`other-${n}`],
    rise: null,
  })),
})

/** Returns a review of equal circuits, in the extent of the page or with all fields. */
function createReview(count: number, detail: 'full' | 'brief', circuitId: string | null = null) {
  const [one] = projectTestCircuits(
    [createTestProjectionInput(hours, {}, { takeOver: createTakeOver(count) })],
    createTestCostContext(NOW),
  ).circuits
  if (!one) throw new Error('the circuit has no projection')
  const gaps = Array.from({ length: count }, () => ({
    from: new Date(NOW).toISOString(),
    to: new Date(NOW).toISOString(),
    seconds: 60,
    atMostBytes: null,
  }))
  const circuits = Array.from({ length: count }, (_, n): CostProjection => ({ ...one, circuitId: `c${n}`, gaps }))
  return limitReview(
    {
      week: '2026-W47',
      from: new Date(NOW - 4 * MS_PER_DAY).toISOString(),
      to: new Date(NOW).toISOString(),
      closedAt: null,
      projections: { month: '2026-11', madeAt: null, circuits, totals: [], unpriced: 0 },
      summary: summarizeReview(circuits, 0.8, () => detail === 'full'),
      variance: [],
      comparedWith: null,
      unused: [],
      budgets: [],
      decisions: [],
      corrections: [],
      weeks: [],
      closing: null,
    },
    { detail, circuitId },
  )
}

const bytesOf = (review: object) => JSON.stringify(review).length
/** Maximum size of a circuit in the review that the page first fetches, in bytes. */
const MAX_CIRCUIT_BYTES = 7_000

it('grows in brief by a bounded number of bytes a circuit, however many circuits there are', () => {
  const [ten, forty] = [createReview(10, 'brief'), createReview(40, 'brief')].map(bytesOf)
  expect(((forty ?? 0) - (ten ?? 0)) / 30).toBeLessThan(MAX_CIRCUIT_BYTES)
  expect(bytesOf(createReview(40, 'full'))).toBeGreaterThan(5 * (forty ?? 0))
})

it('has the same totals and figures in brief, in the same order, and agrees with its schema', () => {
  const [brief, full] = [createReview(3, 'brief'), createReview(3, 'full')]
  expect(costReviewSchema.parse(brief)).toEqual(brief)
  expect(formatReviewCsv(brief)).toBe(formatReviewCsv(full))
  expect({ ...brief.summary, circuits: [] }).toEqual({ ...full.summary, circuits: [] })
  const [shown, whole] = [brief.projections.circuits[0], full.projections.circuits[0]]
  expect(shown?.recommendation.steps).toBe(whole?.recommendation.plan.length)
  expect(new Set(shown?.options.map(({ plan }) => plan))).toEqual(new Set(whole?.options.map(({ plan }) => plan)))
})

it('has all fields of one requested circuit, with the totals of all', () => {
  const [one, all] = [createReview(3, 'full', 'c1'), createReview(3, 'full')]
  expect(one.projections.circuits).toEqual([all.projections.circuits[1]])
  expect(one.summary).toEqual({
    ...all.summary,
    circuits: all.summary.circuits.filter(({ circuitId }) => circuitId === 'c1'),
  })
})
