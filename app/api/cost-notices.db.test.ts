import { beforeAll, expect, it } from 'vitest'
import { evaluateCost, putCostBudgets } from '#lib/queries/index.ts'
import { CIRCUIT, estateFeed } from '#lib/queries/testing/estate-feed.ts'
import { feedTraffic } from '#lib/queries/testing/traffic-feed.ts'
import { costBudgetsBody } from '#lib/contract/index.ts'
import { incidentsChanged } from '#lib/notify/index.ts'
import { T0 } from '#lib/notify/testing/facts.ts'
import { hook, notifyLab } from '#lib/notify/testing/lab.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'

const db = withTestDatabase()
const { decideAt, setUp, recordingSender } = notifyLab(db)
const MINUTE = 60_000
const DAY = 86_400_000

beforeAll(async () => {
  await estateFeed(db).inventory(T0 - 20 * DAY)
  await feedTraffic(db, { from: T0 - 20 * DAY, to: T0, bitsPerSecond: () => 8_000_000 })
  const set = [
    { name: 'edge', owner: 'kim', for: { kind: 'circuits', circuitIds: [CIRCUIT] }, amount: '100', currency: 'USD' },
  ]
  await putCostBudgets(db, costBudgetsBody.parse({ version: 0, set, why: 'plan' }), T0 - DAY)
}, 60_000)

it('a budget that is likely to be exceeded is sent once, with the money and whom to ask', async () => {
  await setUp(hook('a'))
  await evaluateCost(db, T0, incidentsChanged)
  expect(await decideAt(5 * MINUTE)).toBe(1)
  await evaluateCost(db, T0 + 10 * MINUTE, incidentsChanged)
  expect(await decideAt(15 * MINUTE)).toBe(0)
  const { sent, drain } = recordingSender()
  await drain()
  const [{ message } = { message: null }] = sent
  expect(message?.content).toMatchObject({
    kind: 'forecast_over_budget',
    severity: 'major',
    evidence: [expect.stringMatching(/budget 100\.00 USD → .* USD over/)],
    nextStep: expect.stringMatching(/^kim answers for the budget/),
  })
})
