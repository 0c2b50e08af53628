import { beforeAll, describe, expect, it } from 'vitest'
import { costBudgetsBody, endpoints } from '#lib/contract/index.ts'
import { shortIdOf } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getEvents } from '../events.ts'
import { CIRCUIT, estateFeed, SUBSCRIPTION } from '../testing/estate-feed.ts'
import { feedTraffic } from '../testing/traffic-feed.ts'
import { evaluateCost, putCostBudgets } from './index.ts'

const db = withTestDatabase()
const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 20, 3, 37)
const YESTERDAY = Date.UTC(2026, 10, 19)
const circuit = shortIdOf(CIRCUIT)
const notified: string[][] = []
const evaluate = (now: number) =>
  evaluateCost(db, now, async (_, ids) => {
    notified.push([...ids])
  })

beforeAll(async () => {
  const from = YESTERDAY - 29 * DAY
  await estateFeed(db).inventory(from)
  // 200 Mbit/s on each path are 4,320 GB a day; yesterday four times as much
  const usual = 200_000_000
  await feedTraffic(db, { from, to: NOW, bitsPerSecond: (at) => (at < YESTERDAY ? usual : 4 * usual) })
  const set = [
    {
      name: 'London',
      owner: 'kim',
      for: { kind: 'circuits', circuitIds: [CIRCUIT] },
      amount: '1000',
      currency: 'USD',
    },
    {
      name: 'all',
      owner: 'lee',
      for: { kind: 'customer', customer: SUBSCRIPTION.split('/').at(-1) },
      amount: '1000',
      currency: 'USD',
    },
  ]
  await putCostBudgets(db, costBudgetsBody.parse({ version: 0, set, why: 'plan' }), NOW - DAY)
}, 60_000)

describe('the daily evaluation of cost', () => {
  it('raises budgets and a surge, with money in them, in the event log', async () => {
    const events = await evaluate(NOW)
    expect(events.map(({ kind, scope }) => [kind, scope])).toEqual(
      expect.arrayContaining([
        ['forecast_over_budget', circuit],
        ['forecast_over_budget', shortIdOf(SUBSCRIPTION)],
        ['egress_surge', circuit],
      ]),
    )
    const asked = endpoints.events.parameters.parse({ kind: 'egress_surge' })
    const { data } = endpoints.events.response.parse(await getEvents(db, asked, NOW))
    expect(data).toMatchObject([
      {
        scope: circuit,
        startedBetween: ['2026-11-19T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
        endedBetween: null,
        // 12,960 GB more, at 0.025
        evidence: [{ before: 'usually 4320.0 GB', after: '17280.0 GB: 324.00 USD more' }],
      },
    ])
    expect(notified).toHaveLength(1)
  })

  it('run twice raises once', async () => {
    expect(await evaluate(NOW + 60_000)).toEqual([])
    expect(await evaluate(NOW + DAY / 2)).toEqual([])
    const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM event')
    expect(rows).toEqual([{ n: 3 }])
    expect(notified).toHaveLength(1)
  })
})
