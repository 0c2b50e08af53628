import { beforeAll, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { InvalidRequestError, NotFoundError } from '#lib/questions/index.ts'
import { getGatewayLoad } from './gateway-load.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000
const text = (n: number) => new Date(minute(n)).toISOString()
const [CPU, FLOWS] = ['ExpressRouteGatewayCpuUtilization', 'ExpressRouteGatewayActiveFlows']
const NOW = minute(30)

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(minute(0), createInventoryRows())
  await feed.gatewayMetrics(minute(25), [
    { metric: CPU, instance: 'IN_0', average: 20, maximum: 90, at: minute(0) },
    { metric: CPU, instance: 'IN_1', average: 70, maximum: 80, at: minute(0) },
    { metric: FLOWS, instance: 'IN_0', average: 30_000, maximum: 50_000, at: minute(0) },
    { metric: FLOWS, instance: 'IN_1', average: 20_000, maximum: 25_000, at: minute(0) },
    // no instance has a sample at minute 05, and only one instance has a sample at minute 10
    { metric: FLOWS, instance: 'IN_0', average: 40_000, at: minute(10) },
  ])
})

const ask = async (from: number, to: number, id = TEST_ESTATE_GATEWAY_ARM_ID) =>
  allApiEndpoints.gatewayLoad.response.parse(await getGatewayLoad(db, id, { from: minute(from), to: minute(to) }, NOW))
    .data

describe('the load of a gateway over time', () => {
  it('is the busiest instance’s CPU and the flows of all, with what they had at the most', async () => {
    const { stepSeconds, metrics } = await ask(0, 30)
    expect(stepSeconds).toBe(300)
    expect(metrics).toEqual([
      { name: 'cpu', limit: 100, points: [{ start: text(0), average: 70, peak: 90, instances: 2 }] },
      {
        name: 'flows',
        limit: 200_000,
        points: [
          { start: text(0), average: 50_000, peak: 75_000, instances: 2 },
          { start: text(10), average: 40_000, peak: null, instances: 1 },
        ],
      },
    ])
  })

  it('is means and peaks of longer steps over a longer range', async () => {
    const { stepSeconds, metrics } = await ask(-9 * 24 * 60, 30)
    expect(stepSeconds).toBe(900)
    expect(metrics[1]?.points).toEqual([{ start: text(0), average: 45_000, peak: null, instances: 1 }])
  })

  it('has no point outside the range', async () => {
    expect((await ask(5, 10)).metrics).toEqual([])
  })

  it('says from when samples are kept, where the range begins before', async () => {
    const { from, keptFrom } = await ask(-20 * 24 * 60, 30)
    expect([from, keptFrom]).toEqual([text(-20 * 24 * 60), text(30 - 14 * 24 * 60)])
  })

  it('is refused for what is no gateway, and for times to come', async () => {
    await expect(ask(0, 30, TEST_ESTATE_CIRCUIT_ARM_ID)).rejects.toThrow(NotFoundError)
    await expect(ask(31, 40)).rejects.toThrow(InvalidRequestError)
  })
})
