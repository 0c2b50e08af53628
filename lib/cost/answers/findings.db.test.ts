import { beforeAll, describe, expect, it } from 'vitest'
import { type CostOverrideBody, costBudgetsBodySchema } from '../api/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  createInventoryRows,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { evaluateCostFindings } from './evaluate-findings.ts'
import { getCostFindings, readOpenFindings } from './findings.ts'
import { getCostWeekly } from './queued-answers.ts'
import { putCostBudgets } from './budgets.ts'
import { putCostOverrides } from './overrides.ts'

const db = withTestDatabase()
const MONTH = Date.UTC(2026, 10, 1)
const YESTERDAY = Date.UTC(2026, 10, 19)
const NOW = YESTERDAY + MS_PER_DAY + 3_600_000
const circuit = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
/**
 * Bit rate on each path. Two paths of 200 Mbit/s are 4,320 GB a day; since yesterday the rate is four times as high.
 */
const usual = 200_000_000

beforeAll(async () => {
  const from = YESTERDAY - 29 * MS_PER_DAY
  // 2 Gb/s at 872, unlimited by contract at 1,117: break-even at (1,117 - 872) / 0.025 = 9,800 GB
  const bandwidth = {
    serviceProviderProperties: { serviceProviderName: 'A', peeringLocation: 'London', bandwidthInMbps: 2_000 },
  }
  const add = [price('Standard Unlimited Data 2 Gbps Circuit', '1117')]
  await createTestEstatePollRecorder(db).inventory(from, createInventoryRows(bandwidth))
  await recordTestCircuitBitRates(db, { from, to: NOW, bitsPerSecond: (at) => (at < YESTERDAY ? usual : 4 * usual) })
  await putCostOverrides(db, { version: 0, add, withdraw: [], why: 'contract' }, NOW - MS_PER_DAY)
  const budget = (name: string, of: object) => ({ name, owner: 'kim', for: of, amount: '1000', currency: 'USD' })
  const set = [
    budget('London', { kind: 'circuits', circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID] }),
    budget('all', { kind: 'customer', customer: TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/').at(-1) }),
  ]
  await putCostBudgets(db, costBudgetsBodySchema.parse({ version: 0, set, why: 'plan' }), NOW - MS_PER_DAY)
}, 60_000)

const price = (meterName: string, dollars: string): CostOverrideBody => ({
  kind: 'price',
  meterName,
  region: null,
  price: dollars,
  currency: 'USD',
  circuitIds: [TEST_ESTATE_CIRCUIT_ARM_ID],
  from: null,
  until: null,
})

async function listed(query: Record<string, string> = {}, now = NOW) {
  return (await answered(query, now)).data
}

async function answered(query: Record<string, string> = {}, now = NOW) {
  const asked = allApiEndpoints.costFindings.parameters.parse(query)
  return allApiEndpoints.costFindings.response.parse(await getCostFindings(db, asked, now))
}

describe('the check of cost', () => {
  it('has not been before the first one', async () => {
    expect(await answered()).toMatchObject({ data: [], checkedAt: null })
  })

  it('finds budgets, a surge and the break-even, with amounts, a remedy and nobody to blame', async () => {
    expect(await evaluateCostFindings(db, NOW)).toEqual({ open: 5, changed: 5 })
    const found = await listed()
    expect(found.map(({ kind, subject }) => `${kind} ${subject.name}`).toSorted()).toEqual([
      'break_even_passed ckt-lon',
      'cheaper_option ckt-lon',
      'egress_surge ckt-lon',
      'forecast_over_budget London',
      'forecast_over_budget all',
    ])
    expect(new Set(found.map(({ owner }) => owner))).toEqual(new Set([null]))
    expect(found.find(({ kind }) => kind === 'egress_surge')).toMatchObject({
      subject: { kind: 'circuit', id: circuit, resourceId: TEST_ESTATE_CIRCUIT_ARM_ID },
      startedBetween: ['2026-11-19T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
      endedBetween: null,
      // 12,960 GB more than usual, at 0.025
      evidence: [{ before: 'usually 4,320 GB', after: '17,280 GB' }, { after: '$324.00 more than usual' }],
      links: [{ href: `/cost?circuit=${circuit}` }, { href: `/circuits/${circuit}` }],
    })
    const budgets = found.filter(({ kind }) => kind === 'forecast_over_budget')
    expect(budgets.map(({ amounts }) => amounts.limit)).toEqual(Array(2).fill({ amount: '1000.00', currency: 'USD' }))
    expect(budgets[0]?.remedy).toMatch(/^kim answers for the budget/)
  })

  it('dates the break-even to the five minutes in which the bytes reached it', async () => {
    const [passed] = await listed({ kind: 'break_even_passed' })
    // 9,800 GB at 50,000,000 bytes a second: 196,000 s after the begin of the month
    const crossed = MONTH + 196_000_000
    const [earliest, latest] = (passed?.startedBetween ?? []).map((at) => Date.parse(at))
    expect(crossed).toBeGreaterThan(earliest ?? Number.NaN)
    expect(crossed).toBeLessThanOrEqual(latest ?? Number.NaN)
    expect((latest ?? 0) - (earliest ?? 0)).toBe(300_000)
  })

  it('writes no event and no incident', async () => {
    const { rows } = await db.pool.query(
      'SELECT (SELECT count(*)::int FROM event) AS events, (SELECT count(*)::int FROM incident) AS incidents',
    )
    expect(rows).toEqual([{ events: 0, incidents: 0 }])
  })

  it('run twice finds once', async () => {
    expect(await evaluateCostFindings(db, NOW + 60_000)).toEqual({ open: 5, changed: 0 })
    expect(await listed()).toHaveLength(5)
  })

  it('shows what it found as the review has it, before the next check', async () => {
    const both = async (now: number) => {
      const { circuits } = (await getCostWeekly(db, {}, now)).data.projections
      const decision = circuits.find(({ circuitId }) => circuitId === circuit)?.recommendation
      const [found] = await listed({ kind: 'cheaper_option', state: 'open' }, now)
      return { decision, found }
    }
    const data = (dollars: string) => price('Metered Data - Data Transfer Out', dollars)
    const at = NOW + 60_000
    const checked = await both(at)
    expect(checked.decision?.action).toBe('switch')
    expect(checked.found?.amounts.saving).toEqual(checked.decision?.saving)

    const expensiveData = { version: 1, add: [data('0.05')], withdraw: [], why: 'new contract' }
    const { data: changedPrices } = await putCostOverrides(db, expensiveData, at)
    const expensive = await both(at + 1_000)
    expect(expensive.decision?.saving).not.toEqual(checked.decision?.saving)
    expect(expensive.found).toMatchObject({
      amounts: { saving: expensive.decision?.saving },
      remedy: expensive.decision?.reason,
    })

    const [first] = changedPrices.overrides
    const cheap = { version: changedPrices.version, add: [data('0.0001')], withdraw: [first?.id ?? ''], why: 'cheaper' }
    const { data: then } = await putCostOverrides(db, cheap, at + 2_000)
    const cheaper = await both(at + 3_000)
    expect(cheaper.decision?.action).not.toBe('switch')
    expect(cheaper.found).toBeUndefined()

    const ids = then.overrides.slice(0, 1).map(({ id }) => id)
    await putCostOverrides(db, { version: then.version, add: [], withdraw: ids, why: 'as listed' }, at + 4_000)
    expect((await both(at + 5_000)).found?.amounts.saving).toEqual(checked.decision?.saving)
  })

  it('stores its findings although the bills cannot be compared', async () => {
    const at = NOW + 90_000
    await db.pool.query('ALTER TABLE cost_bill_read RENAME TO cost_bill_read_elsewhere')
    await expect(evaluateCostFindings(db, at)).rejects.toThrow('cost_bill_read')
    await db.pool.query('ALTER TABLE cost_bill_read_elsewhere RENAME TO cost_bill_read')
    expect(await answered({}, at)).toMatchObject({ checkedAt: new Date(at).toISOString() })
  })

  it('ends what is over, and lists it apart', async () => {
    const withdraw = (await db.pool.query(`SELECT id FROM cost_budget WHERE body ->> 'name' = 'all'`)).rows.map(
      ({ id }) => String(id),
    )
    await putCostBudgets(db, costBudgetsBodySchema.parse({ version: 2, withdraw, why: 'no plan' }), NOW + 120_000)
    expect(await evaluateCostFindings(db, NOW + 180_000)).toEqual({ open: 4, changed: 1 })
    expect(await listed({ state: 'open' }, NOW + 180_000)).toHaveLength(4)
    expect(await listed({ state: 'ended' }, NOW + 180_000)).toMatchObject([
      {
        subject: { name: 'all' },
        endedBetween: [new Date(NOW + 90_000).toISOString(), new Date(NOW + 180_000).toISOString()],
      },
    ])
    expect(await readOpenFindings(db.pool, NOW)).toHaveLength(5)
    expect(await readOpenFindings(db.pool, NOW + 240_000)).toHaveLength(4)
  })
})
