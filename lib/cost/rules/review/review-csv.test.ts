import { expect, it } from 'vitest'
import {
  createTestProjectionInput,
  createHoursWithEqualBytes,
  createTestCostContext,
  DECIMAL_GB_BYTES,
  projectTestCircuits,
} from '../testing/circuits.ts'
import { formatReviewCsv } from './review-csv.ts'
import { summarizeReview } from './summarize-review.ts'

const [NOV, DEC] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)]

it('a review as a file has a row for each circuit in the order of the review, its money as numbers, and says why there is none', () => {
  const result = createTestProjectionInput(
    createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES),
    {},
    { name: 'London, "core"' },
  )
  const lost = createTestProjectionInput([], { peeringLocation: 'Atlantis' }, { circuitId: 'erc-2', name: '=1+1' })
  const projections = projectTestCircuits(
    [result, lost],
    createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC } }),
  )
  const difference = { amount: '12.30', currency: 'USD' }
  const variance = [{ circuitId: 'erc-1', from: difference, to: difference, difference, parts: [] }]
  const [head, second, first, rest] = formatReviewCsv({
    week: '2026-W48',
    projections,
    variance,
    comparedWith: '2026-W46',
    summary: summarizeReview(projections.circuits, 0.8),
  }).split('\r\n')
  expect(rest).toBe('')
  expect(head).toBe(
    'week,circuitId,circuit,zone,plan,tier,bandwidthMbps,billedBytesToDate,coveredShare,currency,costToDate,p10,p50,p90,changeSinceLastWeek,changeSince,unlimited,breakEvenBytes,chanceOfWrongSide,recommendation,to,savingP50,oneWay,worthAsking,askSavingP50,pastError,bandHeld,unpricedBecause,assumedToDate,confidence,confidenceBasis,confidenceChance,peakMbps,peakShare,nearlyFull',
  )
  // 436 + 72,000 GB x 0.025; (5,700 - 436) / 0.025 = 210,560 GB
  expect(first).toMatch(
    /^2026-W48,erc-1,"London, ""core""",Zone 1,metered,Standard,1000,72000000000000,1,USD,2236\.00,2236\.00,2236\.00,2236\.00,12\.30,2026-W46,5700\.00,210560000000000,0,/,
  )
  expect(second).toBe(
    "2026-W48,erc-2,'=1+1,,metered,Standard,1000,0,0,USD,,,,,,,,,,unpriced,,,false,,,,,Atlantis is not in Microsoft's list of peering locations; declare its zone,,,,,,,",
  )
})

it.each([
  [{ plan: 'local', tier: 'Local', bandwidthMbps: 1000 } as const, 'Local 1 Gb/s'],
  [{ plan: 'unlimited', tier: 'Standard', bandwidthMbps: 200 } as const, 'Standard Unlimited 200 Mb/s'],
])('what is recommended is named once: %j', (to, words) => {
  const projections = projectTestCircuits(
    [createTestProjectionInput(createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES))],
    createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC } }),
  )
  const [one] = projections.circuits
  if (one) one.recommendation = { ...one.recommendation, to }
  const [head, row] = formatReviewCsv({
    week: '2026-W48',
    projections,
    variance: [],
    comparedWith: null,
    summary: summarizeReview(projections.circuits, 0.8),
  })
    .split('\r\n')
    .map((line) => line.split(','))
  expect(row?.[head?.indexOf('to') ?? -1]).toBe(words)
})
