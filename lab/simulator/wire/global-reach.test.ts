import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  requestSimulator,
  CIRCUITS_GROUP_ARM_ID,
  createBuiltInEstateWorld,
  type UntypedJsonObject,
  TEST_TIMELINE_ORIGIN,
} from '../testing.ts'

const NAME = 'reach-london-amsterdam'
const PEERING = 'peerings/AzurePrivatePeering'
const LONDON = `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/erc-london`
const AMSTERDAM = `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/erc-amsterdam`

const lost = createBuiltInEstateWorld([{ op: 'reach-loss', reach: NAME, at: '+10m', for: '10m' }])
const listed = (at: number, path: string) =>
  (requestSimulator(lost, TEST_TIMELINE_ORIGIN + at, 'GET', path).json.value as readonly UntypedJsonObject[]).map(
    (one) => one.properties as UntypedJsonObject,
  )
const iso = (at: number) => new Date(TEST_TIMELINE_ORIGIN + at).toISOString()

it('a connection stands in a list of each circuit, connected until it is lost', () => {
  for (const [at, circuitConnectionStatus] of [
    [5 * MS_PER_MINUTE, 'Connected'],
    [15 * MS_PER_MINUTE, 'Disconnected'],
    [25 * MS_PER_MINUTE, 'Connected'],
  ] as const) {
    const shared = { circuitConnectionStatus, addressPrefix: '172.31.255.0/29' }
    expect(listed(at, `${LONDON}/${PEERING}/connections`)).toMatchObject([
      { ...shared, peerExpressRouteCircuitPeering: { id: `${AMSTERDAM}/${PEERING}` } },
    ])
    expect(listed(at, `${AMSTERDAM}/${PEERING}/peerConnections`)).toMatchObject([
      { ...shared, connectionName: NAME, peerExpressRouteCircuitPeering: { id: `${LONDON}/${PEERING}` } },
    ])
  }
  expect(listed(0, `${AMSTERDAM}/${PEERING}/connections`)).toEqual([])
})

it('its traffic is a metric by the circuit at the other end, and nothing while it is lost', () => {
  const rates = (circuit: string) => {
    const timespan = `${iso(5 * MS_PER_MINUTE)}/${iso(16 * MS_PER_MINUTE)}`
    const query = `&metricnames=GlobalReachBitsOutPerSecond&interval=PT1M&timespan=${timespan}`
    const { json } = requestSimulator(
      lost,
      TEST_TIMELINE_ORIGIN + 60 * MS_PER_MINUTE,
      'GET',
      `${circuit}/providers/Microsoft.Insights/metrics`,
      {
        query,
      },
    )
    const [metric] = json.value as unknown as { timeseries: { data: { average: number }[] }[] }[]
    return (metric?.timeseries ?? []).map(({ data }) => data.map(({ average }) => average))
  }
  for (const circuit of [LONDON, AMSTERDAM]) {
    const [own = [], ...others] = rates(circuit)
    expect(others).toEqual([])
    expect(own[0]).toBeGreaterThan(0)
    expect(own.slice(6)).toEqual([0, 0, 0, 0, 0])
  }
})

it('its bytes pass the counters, and are no data of the plan on the bill', () => {
  const DAY = 1_440 * MS_PER_MINUTE
  const world = createBuiltInEstateWorld()
  // the newest day with complete records, because two days are late
  const day = Math.floor(TEST_TIMELINE_ORIGIN / DAY) * DAY - 3 * DAY
  const { json } = requestSimulator(
    world,
    TEST_TIMELINE_ORIGIN,
    'POST',
    `${CIRCUITS_GROUP_ARM_ID.split('/resourceGroups')[0]}/providers/Microsoft.CostManagement/query`,
    {
      body: JSON.stringify({
        timeframe: 'Custom',
        timePeriod: { from: new Date(day).toISOString(), to: new Date(day + DAY - 1).toISOString() },
        dataset: {
          granularity: 'Daily',
          aggregation: { quantity: { name: 'UsageQuantity', function: 'Sum' } },
          grouping: ['ResourceId', 'Meter'].map((name) => ({ type: 'Dimension', name })),
        },
      }),
    },
  )
  const { rows } = json.properties as unknown as { rows: [number, number, string, string][] }
  const billed = rows.find(([, , id, meter]) => /erc-amsterdam$/i.test(id) && /Data Transfer Out/.test(meter))?.[0] ?? 0
  const passed = (at: number) => {
    const stats = requestSimulator(world, at, 'GET', `${AMSTERDAM}/stats`).json
    return Object.entries(stats).reduce((sum, [name, value]) => (/out$/i.test(name) ? sum + Number(value) : sum), 0)
  }
  // 2 % of the traffic is Global Reach
  expect(billed / ((passed(day + DAY) - passed(day)) / 1e9)).toBeCloseTo(0.98, 2)
})
