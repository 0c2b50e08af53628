import { beforeAll, describe, expect, it } from 'vitest'
import { type CostBudget, costBudgetsBodySchema } from '../api/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { getCostBudgets, getCostWeekly } from './queued-answers.ts'
import { putCostBudgets } from './budgets.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 12)
const circuit = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
const customer = TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/').at(-1) ?? ''

beforeAll(async () => {
  const from = NOW - 28 * MS_PER_DAY
  await createTestEstatePollRecorder(db).inventory(from)
  // same traffic as in the test of projections: about 565.60 USD by the end of the month
  await recordTestCircuitBitRates(db, { from, to: NOW, bitsPerSecond: () => 8_000_000 })
}, 60_000)

const edge: CostBudget = {
  name: 'London',
  owner: 'kim',
  for: { kind: 'circuits', circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID.toUpperCase()] },
  amount: '500',
  currency: 'USD',
}
const put = (body: object, now = NOW) =>
  putCostBudgets(db, costBudgetsBodySchema.parse({ version: 0, why: 'plan of 2026', ...body }), now)

describe('budgets', () => {
  it('are set on circuits and on a customer, signed, and stand against the forecast', async () => {
    const all: CostBudget = { ...edge, name: 'all', for: { kind: 'customer', customer }, amount: '900' }
    const { data } = allApiEndpoints.costBudgets.response.parse(await put({ set: [edge, all] }))
    expect(data.version).toBe(2)
    expect(data.budgets).toContainEqual(
      expect.objectContaining({
        budget: { ...edge, for: { kind: 'circuits', circuitIds: [circuit] } },
        made: expect.objectContaining({ by: 'local', why: 'plan of 2026' }),
      }),
    )
    const [own, customers] = ['London', 'all'].map((name) => data.standings.find((one) => one.name === name))
    // projection less budget: 565.60 - 500, and 565.60 - 900
    expect(Number(own?.variance?.amount)).toBeCloseTo(65.6, 0)
    expect(own).toMatchObject({ owner: 'kim', customer: null, state: expect.stringMatching(/over$/) })
    expect(Number(customers?.variance?.amount)).toBeCloseTo(-334.4, 0)
    expect(customers).toMatchObject({ customer, circuitIds: [circuit], state: 'within' })
  })

  it('are compared with the projections that are kept, so that nobody waits after a start', async () => {
    const madeAt = async () => (await db.pool.query('SELECT made_at FROM cost_traffic ORDER BY circuit_id')).rows
    const before = await madeAt()
    expect(before).toHaveLength(1)
    const standings = async (now: number) => (await getCostBudgets(db, now)).data.standings
    const [first] = await standings(NOW + 1)
    const [later] = await standings(NOW + 8 * MS_PER_HOUR)
    expect(await madeAt()).toEqual(before)
    expect(later?.variance).toEqual(first?.variance)
    await standings(NOW + 30 * MS_PER_HOUR)
    expect(await madeAt()).not.toEqual(before)
  })

  it('need no projection while no budget is in force', async () => {
    await db.pool.query('DELETE FROM cost_traffic')
    expect((await getCostBudgets(db, NOW - MS_PER_DAY)).data.standings).toEqual([])
    expect((await db.pool.query('SELECT circuit_id FROM cost_traffic')).rows).toEqual([])
    await getCostBudgets(db, NOW)
    expect((await db.pool.query('SELECT circuit_id FROM cost_traffic')).rows).toEqual([{ circuit_id: circuit }])
  })

  it('stand in the weekly review', async () => {
    const { data } = allApiEndpoints.costWeekly.response.parse(await getCostWeekly(db, {}, NOW + 1))
    expect(data.budgets.map(({ name, owner }) => [name, owner])).toEqual(
      expect.arrayContaining([
        ['London', 'kim'],
        ['all', 'kim'],
      ]),
    )
  })

  it('are changed by taking the old one back, which stays as audit', async () => {
    const { budgets } = (await getCostBudgets(db, NOW)).data
    const old = budgets.find(({ budget }) => budget.name === 'London')
    const { data } = await put(
      { version: 2, set: [{ ...edge, amount: '1000' }], withdraw: [old?.id], why: 'more traffic' },
      NOW + 1_000,
    )
    expect(data.budgets.filter(({ budget }) => budget.name === 'London')).toHaveLength(2)
    expect(data.standings.filter(({ name }) => name === 'London')).toMatchObject([
      { budget: { amount: '1000.00' }, state: 'within' },
    ])
  })

  it.each([
    ['a name that is taken', { version: 4, set: [edge] }, /there is a budget "London" already/],
    ['an older version', { set: [{ ...edge, name: 'x' }] }, /version 4 of the budgets was saved meanwhile/],
    ['nothing', { version: 4 }, /nothing is to change/],
    [
      'an unknown circuit',
      { version: 4, set: [{ ...edge, name: 'y', for: { kind: 'circuits', circuitIds: ['nowhere'] } }] },
      /nothing is known/,
    ],
  ])('are refused with %s', async (_, body, says) => {
    await expect(put(body)).rejects.toThrow(says)
  })
})
