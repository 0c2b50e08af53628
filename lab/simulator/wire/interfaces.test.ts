import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import { oneCircuitScenario } from '../scenarios/pair.ts'
import { requestSimulator, createBuiltInEstateWorld, type UntypedJsonObject, TEST_TIMELINE_ORIGIN } from '../testing.ts'
import { createWorld } from '../world.ts'

const APPS =
  '/subscriptions/00000000-c0de-4000-8000-000000000002/resourceGroups/rg-contoso-apps/providers/Microsoft.Network'
const world = createBuiltInEstateWorld([
  { op: 'withdraw', circuit: 'erc-london', site: 'dc-london', at: '+10m', for: '10m' },
  { op: 'machine-stop', interface: 'nic-web-01', at: '+30m', for: '10m' },
])
const post = (at: number, name: string) =>
  requestSimulator(world, TEST_TIMELINE_ORIGIN + at, 'POST', `${APPS}/networkInterfaces/${name}/effectiveRouteTable`)
const rowsAt = (at: number) => post(at, 'nic-web-01').json.value as readonly UntypedJsonObject[]
const routesAt = (at: number) =>
  rowsAt(at).map(({ source, state, addressPrefix, nextHopType }) => [
    source,
    state,
    (addressPrefix as unknown as string[])[0],
    nextHopType,
  ])

it('a network interface has system routes, those of its subnet, and what the gateways of the hub learned', () => {
  const routes = routesAt(0)
  expect(routes).toEqual(
    expect.arrayContaining([
      ['User', 'Active', '0.0.0.0/0', 'VirtualAppliance'],
      ['Default', 'Invalid', '0.0.0.0/0', 'Internet'],
      ['Default', 'Active', '10.101.0.0/16', 'VnetLocal'],
      ['Default', 'Active', '10.0.0.0/16', 'VNetPeering'],
      ['Default', 'Active', '10.0.0.0/8', 'None'],
    ]),
  )
  const learned = rowsAt(0).filter(({ source }) => source === 'VirtualNetworkGateway')
  expect(learned.length).toBeGreaterThan(3)
  expect(learned.every(({ nextHopIpAddress }) => (nextHopIpAddress as unknown as string[]).length > 0)).toBe(true)
})

it('loses next hops with what the gateways learn', () => {
  const hops = (at: number) =>
    rowsAt(at).reduce((sum, { nextHopIpAddress }) => sum + (nextHopIpAddress as unknown as string[]).length, 0)
  expect(hops(15 * MS_PER_MINUTE)).toBeLessThan(hops(0))
})

it('has no routes while its machine does not run', () => {
  const statuses = [0, 35 * MS_PER_MINUTE, 45 * MS_PER_MINUTE].map((at) => post(at, 'nic-web-01').status)
  expect(statuses).toEqual([200, 400, 200])
  expect(post(0, 'none').status).toBe(404)
})

it('a subnet that is peered is all that the other network has routes for, and that its gateways announce beside their summary', () => {
  const group = 'rg-pair'
  const [hub] = oneCircuitScenario.vnets ?? []
  if (!hub) throw new Error('no network')
  const spokes = ['vnet-a', 'vnet-b'].map((name, n) => ({
    name,
    group,
    addressSpace: [`10.${n === 0 ? 1 : 200}.0.0/16`],
    subnets: [
      { name: 'app', prefix: `10.${n === 0 ? 1 : 200}.1.0/24` },
      { name: 'data', prefix: `10.${n === 0 ? 1 : 200}.2.0/24` },
    ],
    peerings: [{ name: `${name}-to-hub`, remote: hub.name, useRemoteGateways: true }],
  }))
  const subnets = { local: ['GatewaySubnet'], remote: ['app'] }
  const peerings = spokes.map(({ name }) => ({ name: `hub-to-${name}`, remote: name, gatewayTransit: true, subnets }))
  const vnets = [{ ...hub, peerings, advertised: ['10.0.0.0/14'], encryption: 'AllowUnencrypted' as const }, ...spokes]
  const own = createWorld(parseSimulatorScenario({ ...oneCircuitScenario, vnets }), TEST_TIMELINE_ORIGIN)
  const place = '/subscriptions/00000000-c0de-4000-8000-0000000000f1/resourceGroups/rg-pair/providers/Microsoft.Network'
  const { properties } = requestSimulator(own, TEST_TIMELINE_ORIGIN, 'GET', `${place}/virtualNetworks/${hub.name}`)
    .json as unknown as {
    properties: { virtualNetworkPeerings: { properties: object }[] }
  }
  expect(properties).toMatchObject({
    summarizedGatewayPrefixes: { addressPrefixes: ['10.0.0.0/14'] },
    encryption: { enabled: true, enforcement: 'AllowUnencrypted' },
  })
  expect(properties.virtualNetworkPeerings[0]?.properties).toMatchObject({
    peerCompleteVnets: false,
    remoteSubnetNames: ['app'],
    remoteAddressSpace: { addressPrefixes: ['10.1.1.0/24'] },
  })
  const table = requestSimulator(
    own,
    TEST_TIMELINE_ORIGIN,
    'POST',
    `${place}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/routeTables/primary`,
  )
  const announced = (table.json.value as readonly UntypedJsonObject[]).filter(
    ({ path }) => String(path).trim() === '65515',
  )
  expect(new Set(announced.map(({ network }) => String(network)))).toEqual(new Set(['10.0.0.0/14', '10.200.1.0/24']))
})
