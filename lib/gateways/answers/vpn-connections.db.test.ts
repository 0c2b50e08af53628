import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { ensurePartitions } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getGateway } from './gateways.ts'
import {
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  createTestPollRecorder,
  createVpnConnectionResourceRows,
} from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const at = (n: number) => T + n * 60_000
const text = (n: number, ms = 0) => new Date(at(n) + ms).toISOString()

it('a VPN connection has its device, its tunnels, and since when each is in its state', async () => {
  await ensurePartitions(db, T)
  const feed = createTestPollRecorder(db)
  await feed.inventory(at(0), [
    createGatewayRow('vpngw', 'Vpn'),
    // ARM also has this flag on ExpressRoute gateways, but it has no meaning there
    { ...createGatewayRow('ergw'), config: { properties: { gatewayType: 'ExpressRoute', activeActive: false } } },
    createCircuitRow('lon'),
    createConnectionRow('lon-to-ergw', 'ergw', 'lon', 10),
    ...createVpnConnectionResourceRows('to-leeds', 'vpngw', 'leeds'),
  ])
  const tunnel = (name: string, status: string, bytesIn: bigint) => ({ name, status, bytesIn, bytesOut: 7n })
  const [first, second] = ['to-leeds_203.0.113.10', 'to-leeds_203.0.113.10 (2)']
  await feed.connection(at(1), 'to-leeds', 0, 'Connected', [
    tunnel(first, 'Connected', 1n),
    tunnel(second, 'Connected', 2n),
  ])
  await feed.connection(at(2), 'to-leeds', 0, 'Connected', [
    tunnel(first, 'Connected', 5n),
    tunnel(second, 'NotConnected', 0n),
  ])
  const ask = async (id: string) => allApiEndpoints.gateway.response.parse(await getGateway(db, id, at(2) + 5_000)).data
  const { connections } = await ask(gatewayId('vpngw'))
  const stopped = await getGateway(db, gatewayId('vpngw'), at(2) + 3_600_000)
  expect(stopped.data.connections[0]).toMatchObject({ status: 'Connected', notPolledSince: at(2) + 2_000 })
  expect(connections[0]).not.toHaveProperty('notPolledSince')
  expect(connections).toMatchObject([
    {
      name: 'to-leeds',
      status: 'Connected',
      bgp: true,
      device: {
        name: 'leeds',
        address: '203.0.113.10',
        asn: 65515,
        asnReservedBy: 'Azure',
        bgpAddress: '169.254.21.2',
      },
      ipsec: { protocol: 'IKEv2', policies: [] },
      tunnels: [
        { name: first, remote: '203.0.113.10', state: 'up', bytesIn: '5', bytesOut: '7' },
        { name: second, remote: '203.0.113.10', state: 'down', azureStatus: 'NotConnected', bytesIn: '0' },
      ],
    },
  ])
  expect(connections[0]?.tunnels.map(({ since }) => since)).toEqual([
    ['1970-01-01T00:00:00.000Z', text(1, 2_000)],
    [text(1), text(2, 2_000)],
  ])
  const came = at(1) - 3 * 3_600_000
  await feed.connection(at(3), 'to-leeds', 0, 'Connected', [
    { ...tunnel(first, 'Connected', 6n), establishedAt: came },
    { ...tunnel(second, 'NotConnected', 0n), establishedAt: came },
  ])
  const { connections: stated } = await ask(gatewayId('vpngw'))
  expect(
    stated[0]?.tunnels.map(({ since }) => since),
    'as Azure states it',
  ).toEqual([
    [new Date(came).toISOString(), new Date(came).toISOString()],
    [text(1), text(2, 2_000)],
  ])
  const { connections: others, activeActive } = await ask(gatewayId('ergw'))
  expect(activeActive).toBeNull()
  expect(others).toMatchObject([{ name: 'lon-to-ergw', bgp: null, device: null, ipsec: null, tunnels: [] }])
})

it('a VPN gateway is without BGP only where no connection of it has BGP either', async () => {
  await ensurePartitions(db, T)
  const flagless = createGatewayRow('vpngw-flagless', 'Vpn')
  const properties = { gatewayType: 'Vpn', vpnType: 'RouteBased', enableBgp: false }
  const state = async (n: number, enableBgp: boolean) => {
    await createTestPollRecorder(db).inventory(at(n), [
      { ...flagless, config: { properties } },
      ...createVpnConnectionResourceRows('to-york', 'vpngw-flagless', 'york', { enableBgp }),
    ])
    return (await getGateway(db, gatewayId('vpngw-flagless'), at(n) + 5_000)).data.state
  }
  expect(await state(10, false)).toBe('not_offered')
  expect(await state(20, true)).toBe('unknown')
})
