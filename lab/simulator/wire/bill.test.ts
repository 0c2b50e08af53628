import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import { builtInEstateScenario } from '../scenarios/estate.ts'
import { pairWithHub } from '../scenarios/pair-with-hub.ts'
import { requestSimulator, TEST_TIMELINE_ORIGIN, ONE_CIRCUIT_GROUP_ARM_ID, createOneCircuitWorld } from '../testing.ts'
import { createWorld } from '../world.ts'

const SUBSCRIPTION = ONE_CIRCUIT_GROUP_ARM_ID.split('/resourceGroups')[0] ?? ''
const QUERY = `${SUBSCRIPTION}/providers/Microsoft.CostManagement/query`
const question = (figures: string[], days = 3) =>
  JSON.stringify({
    type: 'ActualCost',
    timeframe: 'Custom',
    timePeriod: {
      from: new Date(TEST_TIMELINE_ORIGIN - days * MS_PER_DAY).toISOString().slice(0, 10),
      to: new Date(TEST_TIMELINE_ORIGIN).toISOString(),
    },
    dataset: {
      granularity: 'Daily',
      aggregation: Object.fromEntries(figures.map((name, i) => [`figure${i}`, { name, function: 'Sum' }])),
      grouping: ['ResourceId', 'Meter'].map((name) => ({ type: 'Dimension', name })),
    },
  })
interface Table {
  columns: { name: string }[]
  rows: (string | number)[][]
  nextLink: string | null
}
const billed = (
  world: ReturnType<typeof createOneCircuitWorld>,
  figures: string[],
  more: { query?: string; days?: number } = {},
) => {
  const given = requestSimulator(world, TEST_TIMELINE_ORIGIN, 'POST', QUERY, {
    body: question(figures, more.days),
    query: more.query ?? '',
  })
  return { status: given.status, table: given.json.properties as unknown as Table }
}

describe('the bill', () => {
  it('is what passed at list price, by day and meter, without the days that come late', () => {
    const world = createOneCircuitWorld()
    const { table } = billed(world, ['Cost', 'UsageQuantity'])
    expect(table.columns.map(({ name }) => name)).toEqual([
      'Cost',
      'UsageQuantity',
      'UsageDate',
      'ResourceId',
      'Meter',
      'Currency',
    ])
    const data = table.rows.filter(([, , , , meter]) => meter === 'Metered Data - Data Transfer Out')
    // the 15th and 16th; the 17th is late and the 18th is not over
    expect(data.map(([, , day]) => day)).toEqual([20261115, 20261116])
    const stats = (at: number) => {
      const { json } = requestSimulator(
        world,
        at,
        'GET',
        `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/stats`,
      )
      return Number(json.primaryBytesOut) + Number(json.secondaryBytesOut)
    }
    const day = Date.UTC(2026, 10, 15)
    const gb = (stats(day + MS_PER_DAY) - stats(day)) / 1e9
    const [cost, quantity] = data[0] ?? []
    expect(Number(quantity)).toBeCloseTo(gb, 4)
    expect(Number(cost)).toBeCloseTo(gb * 0.025, 6)
  })

  it('has a discount and another GB where the scenario says so', () => {
    const plain = billed(createOneCircuitWorld(), ['Cost', 'UsageQuantity']).table.rows
    const billing = { gbBytes: 1_073_741_824, discount: 0.1, lateDays: 1 }
    const world = createOneCircuitWorld([], { billing })
    const costs = billed(world, ['Cost', 'UsageQuantity']).table.rows
    const preTax = billed(world, ['PreTaxCost']).table.rows
    for (const [i, row] of plain.entries()) {
      const gb = row[4] === 'Metered Data - Data Transfer Out' ? 1e9 / 1_073_741_824 : 1
      expect(Number(costs[i]?.[1])).toBeCloseTo(Number(row[1]) * gb, 9)
      expect(Number(preTax[i]?.[0])).toBeCloseTo(Number(row[0]) * 0.9 * gb, 9)
      expect(Number(costs[i]?.[0])).toBeCloseTo(Number(row[0]) * 0.9 * gb, 9)
    }
  })

  it('has only the traffic of a circuit on ExpressRoute Direct', () => {
    const group = { name: 'rg-pair', location: 'westeurope' }
    const port = { name: 'port', group: group.name, peeringLocation: 'Amsterdam', gbps: 10, router: 'ams-1' }
    const [circuit] = createOneCircuitWorld().scenario.circuits
    const direct = { ...circuit, provider: undefined, port: 'port', connectivity: 'direct' }
    const { rows } = billed(createOneCircuitWorld([], { ports: [port], circuits: [direct] }), ['Cost']).table
    const ofCircuit = rows.filter(([, , id]) => String(id).includes('/expressRouteCircuits/'))
    expect(new Set(ofCircuit.map(([, , , meter]) => meter))).toEqual(new Set(['Metered Data - Data Transfer Out']))
  })

  it('comes in pages, each requested with the same body', () => {
    const world = createOneCircuitWorld([], { past: '90d' })
    const days = 60
    const first = billed(world, ['Cost'], { days }).table
    const token = new URL(first.nextLink ?? '').searchParams.get('$skiptoken')
    const second = billed(world, ['Cost'], { days, query: `&$skiptoken=${token}` }).table
    expect(first.rows).toHaveLength(100)
    expect(second.rows.length).toBeGreaterThan(0)
    expect(second.rows[0]).not.toEqual(first.rows[0])
  })

  it('has hubs, their gateways and VPN gateways by the hour', () => {
    const { table } = billed(createWorld(parseSimulatorScenario(pairWithHub), TEST_TIMELINE_ORIGIN), [
      'Cost',
      'UsageQuantity',
    ])
    const ofDay = table.rows.filter(([, , day]) => day === 20261115)
    const named = ofDay.map(([, quantity, , id, meter]) => [String(id).split('/').at(-2), meter, quantity])
    expect(named).toEqual(
      expect.arrayContaining([
        ['virtualHubs', 'Standard Hub Unit', 24],
        ['expressRouteGateways', 'ExpressRoute Scale Unit', expect.any(Number)],
        ['vpnGateways', 'VPN S2S Scale Unit', 24],
      ]),
    )
    const vpn = parseSimulatorScenario(builtInEstateScenario).gateways.filter(({ kind }) => kind === 'Vpn')
    expect(vpn.map(({ sku }) => sku)).toEqual(['VpnGw2AZ'])
    const pair = createOneCircuitWorld([], {
      gateways: [{ ...(pairWithHub.gateways?.[0] as object), kind: 'Vpn', sku: 'VpnGw1AZ' }] as never,
      connections: [],
    })
    const { rows } = billed(pair, ['Cost', 'UsageQuantity']).table
    const [cost, quantity] = rows.find(([, , , , meter]) => meter === 'VpnGw1AZ') ?? []
    expect([quantity, Number(cost).toFixed(2)]).toEqual([24, (24 * 0.21).toFixed(2)])
  })

  it('takes no more than two figures', () => {
    expect(billed(createOneCircuitWorld(), ['Cost', 'PreTaxCost', 'UsageQuantity']).status).toBe(400)
  })
})
