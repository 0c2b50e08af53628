import { describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { listNetworks } from './networks.ts'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import { putDeclarations } from '#lib/declarations/answers/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'

const START = Date.UTC(2026, 10, 20, 3)
let at = START
const db = withTestDatabase()
const idOf = (name: string) => TEST_ESTATE_GATEWAY_ARM_ID.replace(/virtualNetworkGateways.*/, `virtualNetworks/${name}`)

const vnet = (name: string, remote: string, flags: object): ResourceRow => ({
  subscriptionId: TEST_ESTATE_GATEWAY_ARM_ID.split('/')[2] ?? '',
  resourceGroup: 'Edge',
  location: 'uksouth',
  resourceId: idOf(name),
  type: 'microsoft.network/virtualnetworks',
  name,
  config: {
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      virtualNetworkPeerings: [
        {
          name: `${name}-to-${remote}`,
          // ARM returns ids with arbitrary capitalization
          properties: { peeringState: 'Connected', remoteVirtualNetwork: { id: idOf(remote).toUpperCase() }, ...flags },
        },
      ],
    },
  },
})

/** Returns a hub with a gateway, a spoke, and a peering of the spoke with an unknown network. */
function estate(): ResourceRow[] {
  const subnet = { id: `${idOf('hub')}/subnets/GatewaySubnet` }
  const gateways = createInventoryRows().map((row) => {
    if (row.resourceId !== TEST_ESTATE_GATEWAY_ARM_ID) return row
    const { properties } = row.config as { properties: object }
    return { ...row, config: { properties: { ...properties, ipConfigurations: [{ properties: { subnet } }] } } }
  })
  return [
    ...gateways,
    vnet('hub', 'spoke', { allowGatewayTransit: true, useRemoteGateways: false }),
    vnet('spoke', 'elsewhere', { allowGatewayTransit: false, useRemoteGateways: true }),
  ]
}

it('networks come with the gateways in them, and name the other side of a peering where it is seen', async () => {
  await createTestEstatePollRecorder(db).inventory(START, estate())
  const { data } = allApiEndpoints.networks.response.parse(await listNetworks(db, { limit: 100 }, START + 10_000))
  const [hub, spoke] = data
  expect(data.map(({ name }) => name)).toEqual(['hub', 'spoke'])
  expect(hub?.gatewayIds).toHaveLength(1)
  expect(hub?.peerings).toMatchObject([{ remoteId: spoke?.id, allowGatewayTransit: true, state: 'Connected' }])
  expect(spoke).toMatchObject({ gatewayIds: [], peerings: [{ remoteId: null, remoteName: 'ELSEWHERE' }] })
  // the spoke was read and has no peering back to the hub; the remote network of the spoke's own peering is not read
  expect([hub, spoke].map((one) => one?.peerings[0]?.otherSide)).toEqual(['none', 'not_read'])
})

it('a circuit shows the addresses that overlap where it reaches', async () => {
  await createTestEstatePollRecorder(db).inventory(START + 1_000, estate())
  const overlaps = async () =>
    allApiEndpoints.circuit.response.parse(await getCircuit(db, TEST_ESTATE_CIRCUIT_ARM_ID, START + 11_000)).data
      .overlaps
  const before = await overlaps()
  await putDeclarations(db, { sites: [{ name: 'DC-A', prefixes: ['10.0.9.0/24'], home: null, routers: [] }] })
  const found = await overlaps()
  expect(before?.map(({ text }) => text)).not.toContain('10.0.9.0/24 of DC-A lies in 10.0.0.0/16 of hub.')
  expect(found?.map(({ text }) => text)).toContain('10.0.9.0/24 of DC-A lies in 10.0.0.0/16 of hub.')
  await putDeclarations(db, { sites: [] })
})

it('a peering is shown from both sides, each as it is configured', async () => {
  const both = [
    vnet('hub', 'spoke', {
      allowGatewayTransit: true,
      allowForwardedTraffic: true,
      allowVirtualNetworkAccess: true,
      peeringSyncLevel: 'LocalNotInSync',
      remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16'] },
    }),
    vnet('spoke', 'hub', {
      useRemoteGateways: false,
      peeringState: 'Disconnected',
      peeringSyncLevel: 'RemoteNotInSync',
    }),
  ]
  await createTestEstatePollRecorder(db).inventory((at += 60_000), [...createInventoryRows(), ...both])
  const { data } = allApiEndpoints.networks.response.parse(await listNetworks(db, { limit: 100 }, at + 10_000))
  expect(data.find(({ name }) => name === 'hub')?.peerings).toMatchObject([
    {
      state: 'Connected',
      syncLevel: 'LocalNotInSync',
      allowForwardedTraffic: true,
      allowVirtualNetworkAccess: true,
      remotePrefixes: ['10.1.0.0/16'],
      otherSide: 'seen',
      back: {
        name: 'spoke-to-hub',
        state: 'Disconnected',
        syncLevel: 'RemoteNotInSync',
        useRemoteGateways: false,
        allowGatewayTransit: null,
      },
    },
  ])
  const found = data.map(({ name, findings }) => [name, findings.map(({ kind, peering }) => `${kind} ${peering}`)])
  expect(found).toContainEqual(['hub', ['out_of_sync hub-to-spoke']])
  expect(found).toContainEqual(['spoke', ['disconnected spoke-to-hub']])
})

describe('a network that is connected to a Virtual WAN hub', () => {
  const hub = (group: string): ResourceRow => ({
    ...vnet('hub-we', 'none', {}),
    resourceId: idOf('hub-we')
      .replace('virtualNetworks', 'virtualHubs')
      .replace(/resourceGroups\/[^/]+/i, group),
    type: 'microsoft.network/virtualhubs',
    config: { properties: { virtualWan: { id: '/wan' }, addressPrefix: '10.9.0.0/24' } },
  })
  const spoke = vnet('wan-spoke', 'HV_hub-we_33e8a688-6e34-4fce-8af6-5db929a73890', { useRemoteGateways: true })

  it.each([
    { name: 'names the hub where there is one of that name', hubs: [hub('resourceGroups/a')], known: true },
    { name: 'and none where two are', hubs: [hub('resourceGroups/a'), hub('resourceGroups/b')], known: false },
  ])('$name', async ({ hubs, known }) => {
    await createTestEstatePollRecorder(db).inventory((at += 60_000), [...createInventoryRows(), ...hubs, spoke])
    const { data } = await listNetworks(db, { limit: 100 }, at + 10_000)
    const hubId = data.find(({ kind }) => kind === 'hub')?.id
    const peerings = data.find(({ name }) => name === 'wan-spoke')?.peerings
    expect(peerings).toMatchObject([{ remoteId: known ? hubId : null }])
  })
})
