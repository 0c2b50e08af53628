import { expect, it } from 'vitest'
import { armTypes, type ResourceRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  gatewayId,
  learnedRoute,
  createNetworkRow,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { getProposals } from './proposals.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)

const inNetwork = (place: string) => gatewayId('x').replace('virtualNetworkGateways/x', place)
const resource = (resourceId: string, type: string, properties: Record<string, unknown>): ResourceRow => ({
  ...createNetworkRow('x', []),
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  config: { properties },
})

it('proposes the sites behind the VPN connections of hubs, which may have equal names', async () => {
  const feed = createTestPollRecorder(db)
  const ends = ['a', 'b'].map((name, n) => ({
    hub: inNetwork(`virtualHubs/hub-${name}`),
    gateway: inNetwork(`vpnGateways/vpngw-${name}`),
    site: inNetwork(`vpnSites/riga-${name}`),
    prefix: `10.4${n}.0.0/16`,
    asn: 65020 + n,
  }))
  await feed.inventory(
    T0,
    ends.flatMap(({ hub, gateway, site, asn }) => [
      resource(hub, armTypes.virtualHub, { virtualWan: { id: inNetwork('virtualWans/wan') } }),
      resource(site, armTypes.vpnSite, { bgpProperties: { asn, bgpPeeringAddress: '10.200.0.1' } }),
      resource(gateway, armTypes.vpnGateway, {
        virtualHub: { id: hub },
        connections: [{ name: 'conn', properties: { remoteVpnSite: { id: site }, vpnLinkConnections: [] } }],
      }),
    ]),
  )
  for (const { gateway, hub, prefix, asn } of ends) {
    const route = { instance: null, peer: 'conn', nextHop: null, origin: null }
    const rows = [
      learnedRoute(prefix, { ...route, asPath: [asn] }),
      // a static route of the site, and a route that the site did not originate
      learnedRoute('10.90.0.0/16', { ...route, asPath: [] }),
      learnedRoute('10.91.0.0/16', { ...route, asPath: [64999, asn] }),
    ]
    await recordPoll(db, {
      kind: 'learned',
      resourceId: gateway,
      subresource: `${hub.split('/').at(-1)}/conn`,
      at: T0,
      rows,
    })
  }
  const { data } = await getProposals(db, T0 + 60_000)
  expect(data.flatMap(({ sites }) => sites.map(({ name, prefixes }) => [name, prefixes]))).toEqual([
    ['VPN site riga-a, AS65020', ['10.40.0.0/16']],
    ['VPN site riga-b, AS65021', ['10.41.0.0/16']],
  ])
})
