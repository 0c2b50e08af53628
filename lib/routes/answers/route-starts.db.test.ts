import { beforeAll, describe, expect, it } from 'vitest'
import { armTypes, type ResourceRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { lookUpRoutesToAddress } from './route-lookup.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const EMPTY = T0 + 60_000
const READ = T0 + 120_000

const inNetwork = (place: string) => gatewayId('x').replace('virtualNetworkGateways/x', place)
const HUB = inNetwork('virtualHubs/vhub')
const SERVER = inNetwork('virtualHubs/rs')
const SPOKES = `${HUB}/hubRouteTables/rt-spokes`
const APPLIANCE = `${SERVER}/bgpConnections/nva`
const resource = (resourceId: string, type: string, config: Record<string, unknown>): ResourceRow => ({
  ...createNetworkRow('x', []),
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  config,
})

/**
 * `near` and `far` have one gateway each. The Route Server of `far` prefers the shorter AS path of its appliance. A hub
 * has its own table.
 */
beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  for (const at of [T0, EMPTY, READ]) {
    await feed.inventory(at, [
      createGatewayRow('ergw-near', 'ExpressRoute', 'near'),
      createGatewayRow('ergw-far', 'ExpressRoute', 'far'),
      createNetworkRow('near', ['10.100.0.0/16']),
      createNetworkRow('far', ['10.101.0.0/16']),
      resource(HUB, armTypes.virtualHub, {
        properties: { addressPrefix: '10.60.0.0/23', virtualWan: { id: inNetwork('virtualWans/wan') } },
      }),
      resource(SERVER, armTypes.virtualHub, {
        properties: {
          hubRoutingPreference: 'ASPath',
          ipConfigurations: [
            { properties: { subnet: { id: inNetwork('virtualNetworks/far/subnets/RouteServerSubnet') } } },
          ],
        },
      }),
      ...['default', 'spokes'].flatMap((table) => [
        createNetworkRow(`vnet-${table}`, ['10.102.0.0/16']),
        resource(`${HUB}/hubVirtualNetworkConnections/conn-${table}`, armTypes.hubNetworkConnection, {
          properties: {
            remoteVirtualNetwork: { id: inNetwork(`virtualNetworks/vnet-${table}`) },
            ...(table === 'spokes' && { routingConfiguration: { associatedRouteTable: { id: SPOKES } } }),
          },
        }),
      ]),
      resource(SPOKES, armTypes.hubRouteTable, { properties: { labels: [] } }),
      resource(APPLIANCE, armTypes.hubBgpConnection, { properties: { peerAsn: 65070, peerIp: '10.101.9.4' } }),
    ])
    await feed.learned(at, 'ergw-near', [learnedRoute('10.1.0.0/16', { asPath: [12076, 65001] })])
    await feed.learned(at, 'ergw-far', [learnedRoute('10.1.0.0/16', { asPath: [12076, 65001, 65001, 65001] })])
    await recordPoll(db, {
      kind: 'learned',
      resourceId: APPLIANCE,
      at,
      rows: [learnedRoute('10.1.0.0/16', { instance: null, peer: '10.101.9.4', asPath: [65070] })],
    })
    if (at === READ) {
      const rows = [pathRoute('10.3.0.0/16', { origin: 'ExpressRouteGateway', nextHop: null })]
      await recordPoll(db, { kind: 'tables', resourceId: HUB, subresource: 'defaultRouteTable', at, rows })
      const own = [pathRoute('10.4.0.0/16', { origin: 'ExpressRouteGateway', nextHop: null })]
      await recordPoll(db, { kind: 'tables', resourceId: SPOKES, subresource: '', at, rows: own })
    }
  }
})

const ask = async (ip: string, at: number, scope?: string) =>
  (await lookUpRoutesToAddress(db, { ip, at, ...(scope && { scope }) }, READ + 60_000)).data

describe('a look-up of the whole estate', () => {
  it('ranks each network on its own, together with its Route Server', async () => {
    const { candidates } = await ask('10.1.4.7', READ + 3_000)
    expect(
      candidates.map(({ rank, start, scopeName, asPath }) => `${start?.name} ${rank} ${scopeName} ${asPath.join(' ')}`),
    ).toEqual(['near 1 ergw-near 12076 65001', 'far 1 nva 65070', 'far 2 ergw-far 12076 65001 65001 65001'])
  })

  it('names the network in which traffic of one gateway starts, too', async () => {
    const { candidates } = await ask('10.1.4.7', READ + 3_000, gatewayId('ergw-far'))
    expect(candidates.map(({ start }) => start?.name)).toEqual(['far'])
  })

  it('claims that an address has no route only if the table of each hub was read', async () => {
    for (const ip of ['10.200.1.1', '8.8.8.8'])
      expect(await ask(ip, EMPTY + 3_000)).toMatchObject({ known: 'indeterminate', system: null, candidates: [] })
    expect(await ask('10.200.1.1', READ + 3_000)).toMatchObject({ known: 'observed', system: null })
    expect(await ask('8.8.8.8', READ + 3_000)).toMatchObject({ known: 'observed', system: 'internet' })
    const { candidates } = await ask('10.3.1.1', READ + 3_000)
    expect(candidates.map(({ rank, start }) => `${rank} ${start?.name}`)).toEqual(['1 vhub'])
  })
})

describe('a look-up from a network that is connected to a hub', () => {
  const from = (name: string) => inNetwork(`virtualNetworks/${name}`)

  it.each([
    ['vnet-default', '10.3.1.1', ['vhub']],
    ['vnet-default', '10.4.1.1', []],
    ['vnet-spokes', '10.3.1.1', []],
    ['vnet-spokes', '10.4.1.1', ['rt-spokes']],
  ])('%s to %s uses the table with which its connection is associated', async (name, ip, starts) => {
    const { candidates, known } = await ask(ip, READ + 3_000, from(name))
    expect([candidates.map(({ start }) => start?.name), known]).toEqual([starts, 'observed'])
  })

  it('is unknown while the table is not read', async () => {
    expect(await ask('10.4.1.1', EMPTY + 3_000, from('vnet-spokes'))).toMatchObject({
      known: 'unknown',
      candidates: [],
    })
  })
})
