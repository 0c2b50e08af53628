import { describe, expect, it } from 'vitest'
import type { MetricNow } from '#lib/history/index.ts'
import { gatewayLoad } from './gateway-load.ts'

const at = Date.UTC(2026, 10, 20, 3)
const metric = (name: string, average: number | null, instance: number, later = 0): MetricNow => ({
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
const sku = (name: string | null, capacity: number | null = null) => ({ name, tier: name, capacity })

describe('the load of a gateway', () => {
  it('is the busiest instance’s CPU, and all instances’ flows together, as of the older of both', () => {
    const load = gatewayLoad(
      [
        metric('ExpressRouteGatewayCpuUtilization', 20, 0),
        metric('ExpressRouteGatewayCpuUtilization', 71, 1),
        metric('ExpressRouteGatewayActiveFlows', 30_000, 0, 300_000),
        metric('ExpressRouteGatewayActiveFlows', 20_000, 1),
      ],
      sku('ErGw1AZ'),
    )
    expect(load).toEqual([
      { name: 'cpu', value: 71, limit: 100, share: 0.71, at: new Date(at).toISOString() },
      { name: 'flows', value: 50_000, limit: 200_000, share: 0.25, at: new Date(at).toISOString() },
    ])
  })

  it.each([
    ['ErGw3Az', null, 1_000_000],
    ['HighPerformance', null, 400_000],
    ['ErGwScale', 4, 400_000],
    ['ErGwScale', null, null],
    ['VpnGw1', null, null],
    [null, null, null],
  ])('of %s with %s units is held against %s flows', (name, capacity, limit) => {
    const [flows] = gatewayLoad([metric('ScalableExpressRouteGatewayActiveFlows', 100, 0)], sku(name, capacity))
    expect(flows?.limit).toBe(limit)
    expect(flows?.share).toBe(limit === null ? null : 100 / limit)
  })

  it('is absent where no metric reports it', () => {
    expect(gatewayLoad([metric('ExpressRouteGatewayActiveFlows', null, 0)], sku('ErGw1AZ'))).toEqual([])
  })
})
