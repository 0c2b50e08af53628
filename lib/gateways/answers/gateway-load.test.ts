import { describe, expect, it } from 'vitest'
import type { CurrentMetric } from '#lib/history/index.ts'
import { buildGatewayLoad, findSkuLimits, describeScaleUnits } from './gateway-load.ts'

const at = Date.UTC(2026, 10, 20, 3)
const metric = (name: string, average: number | null, instance: number, later = 0): CurrentMetric => ({
  sourceId: 1,
  scope: 'g1',
  scopeName: 'ergw',
  resourceId: '/g1',
  resourceType: 'microsoft.network/virtualnetworkgateways',
  subresource: '',
  peering: null,
  path: null,
  metric: name,
  unit: 'Count',
  dimensions: { roleinstance: `GatewayTenantWorker_IN_${instance}` },
  grainSeconds: 300,
  at: at + later,
  average,
  maximum: null,
  minimum: null,
  total: null,
})
const sku = (name: string | null, least: number | null = null, most = least, inUse: number | null = null) => ({
  resourceId: '/g1',
  sku: { name, tier: name, capacity: null },
  scaleUnits: least === null ? null : { least, most, inUse },
})

describe('the load of a gateway', () => {
  it('is the busiest instance’s CPU, and all instances’ flows together, as of the older of both', () => {
    const load = buildGatewayLoad(
      [
        metric('ExpressRouteGatewayCpuUtilization', 20, 0),
        metric('ExpressRouteGatewayCpuUtilization', 71, 1),
        metric('ExpressRouteGatewayActiveFlows', 30_000, 0, 300_000),
        metric('ExpressRouteGatewayActiveFlows', 20_000, 1),
      ],
      sku('ErGw1AZ'),
    )
    expect(load).toEqual([
      { name: 'cpu', value: 71, limit: 100, share: 0.71, at: at },
      { name: 'flows', value: 50_000, limit: 200_000, share: 0.25, at: at },
    ])
  })

  it('of an ExpressRoute gateway in a hub is compared with its scale units, of which flows have no limit', () => {
    const resourceId = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/expressRouteGateways/ergw-vhub'
    const load = buildGatewayLoad(
      ['BitsPerSecond', 'PacketsPerSecond', 'ActiveFlows'].map((name) =>
        metric(`ExpressRouteGateway${name}`, 100_000, 0),
      ),
      { ...sku(null, 2, 4), resourceId },
    )
    expect(load).toMatchObject([
      { name: 'flows', limit: null, limitAtMost: null },
      { name: 'bits', limit: 4e9, limitAtMost: 8e9 },
      { name: 'packets', limit: 400_000, limitAtMost: 800_000 },
    ])
  })

  it.each([
    ['ErGw3Az', null, 1_000_000],
    ['HighPerformance', null, 400_000],
    ['ErGwScale', 4, 400_000],
    ['ErGwScale', null, null],
    ['VpnGw1', null, null],
    [null, null, null],
  ])('of %s with %s units is held against %s flows', (name, units, limit) => {
    const [flows] = buildGatewayLoad([metric('ScalableExpressRouteGatewayActiveFlows', 100, 0)], sku(name, units))
    expect(flows?.limit).toBe(limit)
    expect(flows?.share).toBe(limit === null ? null : 100 / limit)
  })

  it.each([
    ['those in use', 2, 6, 4, 400_000],
    ['the least, where none is reported', 2, 6, null, 200_000],
  ])('of one that scales is held against %s, and says the limit of the most', (_, least, most, inUse, limit) => {
    const flows = metric('ScalableExpressRouteGatewayActiveFlows', 100, 0)
    expect(buildGatewayLoad([flows], sku('ErGwScale', least, most, inUse))).toMatchObject([
      { limit, limitAtMost: 600_000 },
    ])
  })

  it.each([
    ['bounds and the metric', { scaleUnits: 10, scaleUnitsMost: 40 }, [12.6], { least: 10, most: 40, inUse: 12 }],
    ['bounds alone', { scaleUnits: 10, scaleUnitsMost: 40 }, [], { least: 10, most: 40, inUse: null }],
    ['a fixed size', { scaleUnits: 3, scaleUnitsMost: 3 }, [], { least: 3, most: 3, inUse: 3 }],
    ['no bounds', { scaleUnits: null, scaleUnitsMost: null }, [2], null],
  ])('has the scale units of %s', (_, bounds, values, expected) => {
    const metrics = values.map((value) => metric('ScalableExpressRouteGatewayScaleUnit', value, 0))
    expect(describeScaleUnits(bounds, metrics)).toEqual(expected)
  })

  // both tables of the document agree at 10 and 40 units, and the lower figure applies between them
  it.each([
    [10, 1_000_000],
    [20, 2_000_000],
    [40, 8_000_000],
  ])('%d units take %d packets a second', (units, packets) =>
    expect(findSkuLimits(sku('ErGwScale'), units)?.packets).toBe(packets),
  )

  it.each([
    ['ErGw1AZ', null, 2_000],
    ['ErGw3AZ', null, 11_000],
    ['ErGwScale', 10, 20_000],
    ['ErGwScale', 15, 20_000],
    ['ErGwScale', 40, 40_000],
  ])(
    'machines in the networks of %s with %s units are held against %s, and new flows against nothing',
    (name, units, limit) => {
      const prefix = units === null ? '' : 'Scalable'
      const peak = (suffix: string, maximum: number) => ({
        ...metric(`${prefix}ExpressRouteGateway${suffix}`, null, 0),
        maximum,
      })
      const load = buildGatewayLoad([peak('NumberOfVmInVnet', 500), peak('MaxFlowsCreationRate', 90)], sku(name, units))
      expect(load).toMatchObject([
        { name: 'machines', value: 500, limit, share: 500 / limit },
        { name: 'flowsCreated', value: 90, limit: null, share: null },
      ])
    },
  )

  it('is absent where no metric reports it', () => {
    expect(buildGatewayLoad([metric('ExpressRouteGatewayActiveFlows', null, 0)], sku('ErGw1AZ'))).toEqual([])
  })
})
