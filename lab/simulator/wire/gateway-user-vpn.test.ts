import { expect, it } from 'vitest'
import { twoSites } from '../scenarios/two-sites.ts'
import { createOneCircuitWorld, ONE_CIRCUIT_GROUP_ARM_ID, requestSimulator, TEST_TIMELINE_ORIGIN } from '../testing.ts'

const GATEWAY = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair`

it('a VPN gateway with user VPN has its configuration and its metrics', () => {
  const [gateway] = twoSites.gateways
  const userVpn = { pool: '172.31.0.0/24', clients: 40, mbps: 8 }
  const world = createOneCircuitWorld([], {
    gateways: [{ ...gateway, kind: 'Vpn', sku: 'VpnGw1AZ', userVpn }],
    circuits: [],
    connections: [],
    sites: [],
    demands: [],
  })
  expect(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', GATEWAY).json).toMatchObject({
    properties: { vpnClientConfiguration: { vpnClientAddressPool: { addressPrefixes: ['172.31.0.0/24'] } } },
  })
  const [from, to] = [0, 60_000].map((ms) => new Date(TEST_TIMELINE_ORIGIN + ms).toISOString())
  const query = `&timespan=${from}/${to}&interval=PT1M&metricnames=P2SConnectionCount&aggregation=Total&$filter=Protocol eq '*' and Instance eq '*'`
  const later = TEST_TIMELINE_ORIGIN + 1_200_000
  const { json } = requestSimulator(world, later, 'GET', `${GATEWAY}/providers/Microsoft.Insights/metrics`, { query })
  const { value } = json as never as { value: { timeseries: { data: { total?: number }[] }[] }[] }
  const counts = value.flatMap(({ timeseries }) => timeseries.flatMap(({ data }) => data[0]?.total ?? []))
  expect(counts).toHaveLength(2)
  const devices = counts.reduce((sum, count) => sum + count, 0)
  expect(devices).toBeGreaterThanOrEqual(36)
  expect(devices).toBeLessThanOrEqual(40)
})
