import { armTypes, type ResourceRow } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'

export const RECORDED_ESTATE_START = Date.UTC(2026, 10, 20, 3)
export const PLANNED_AT = RECORDED_ESTATE_START + 30_000

const LON = ['10.0.4.4', '10.0.4.5'] as const
const AMS = ['10.0.4.6', '10.0.4.7'] as const
const learned = (prefix: string, msees: readonly string[], length = 1) =>
  ['10.0.4.12', '10.0.4.13'].flatMap((instance) =>
    msees.map((peer) =>
      learnedRoute(prefix, { instance, peer, asPath: [12076, ...Array<number>(length).fill(65001)] }),
    ),
  )
const table = (customer: string, prefixes: string[]) => [
  ...prefixes.map((prefix) => pathRoute(prefix, { nextHop: customer })),
  ...['10.0.4.12', '10.0.4.13'].map((nextHop) => pathRoute('10.0.0.0/16', { nextHop, asPath: [65515] })),
]
const peering = (primary: string, secondary: string) => ({
  name: 'AzurePrivatePeering',
  properties: {
    peeringType: 'AzurePrivatePeering',
    state: 'Enabled',
    peerASN: 65001,
    primaryPeerAddressPrefix: primary,
    secondaryPeerAddressPrefix: secondary,
  },
})
const sold = (name: string, location: string, mbps: number, ...peerings: object[]): ResourceRow =>
  createCircuitRow(name, {
    circuitProvisioningState: 'Enabled',
    serviceProviderProvisioningState: 'Provisioned',
    serviceProviderProperties: { serviceProviderName: 'Equinix', peeringLocation: location, bandwidthInMbps: mbps },
    peerings,
  })
export const filterId = circuitId('x').replace('expressRouteCircuits/x', 'routeFilters/rf-edge')
const microsoft = {
  name: 'MicrosoftPeering',
  properties: {
    ...peering('203.0.113.0/30', '203.0.113.4/30').properties,
    peeringType: 'MicrosoftPeering',
    routeFilter: { id: filterId },
  },
}
const filter: ResourceRow = {
  ...createCircuitRow('rf-edge'),
  resourceId: filterId,
  type: 'microsoft.network/routefilters',
  config: {
    properties: {
      provisioningState: 'Succeeded',
      rules: [{ name: 'allow', properties: { access: 'Allow', communities: ['12076:51024'] } }],
    },
  },
}

const provider: ResourceRow = {
  ...createCircuitRow('Equinix'),
  resourceId: '/subscriptions/s/providers/Microsoft.Network/expressRouteServiceProviders/Equinix',
  type: armTypes.serviceProvider,
  config: { properties: { bandwidthsOffered: [200, 500, 1_000, 2_000].map((valueInMbps) => ({ valueInMbps })) } },
}

/**
 * Records two circuits on one gateway. Amsterdam prepends, and is the only path to 10.9.0.0/16; London is the only path
 * to 10.2.0.0/16.
 */
export async function recordTestEstateForPlans(db: Database): Promise<void> {
  const feed = createTestPollRecorder(db)
  const sized = createGatewayRow('ergw', 'ExpressRoute', 'hub')
  await feed.inventory(RECORDED_ESTATE_START, [
    sold('ckt-lon', 'London', 1_000, peering('172.16.0.0/30', '172.16.0.4/30'), microsoft),
    sold('ckt-ams', 'Amsterdam', 500, peering('172.16.1.0/30', '172.16.1.4/30')),
    { ...sized, config: { properties: { ...(sized.config['properties'] as object), sku: { name: 'ErGw1AZ' } } } },
    createNetworkRow('hub', ['10.0.0.0/16'], { spoke: ['10.100.0.0/16'] }),
    createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
    createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
    filter,
    provider,
  ])
  for (const [name, customer, prefixes] of [
    ['ckt-lon', ['172.16.0.1', '172.16.0.5'], ['10.1.0.0/16', '10.2.0.0/16']],
    ['ckt-ams', ['172.16.1.1', '172.16.1.5'], ['10.1.0.0/16', '10.9.0.0/16']],
  ] as const) {
    await feed.tables(RECORDED_ESTATE_START, name, 'primary', table(customer[0], [...prefixes]))
    await feed.tables(RECORDED_ESTATE_START, name, 'secondary', table(customer[1], [...prefixes]))
  }
  await feed.learned(RECORDED_ESTATE_START, 'ergw', [
    ...learned('10.1.0.0/16', LON),
    ...learned('10.1.0.0/16', AMS, 3),
    ...learned('10.2.0.0/16', LON),
    ...learned('10.9.0.0/16', AMS),
  ])
  const site = { name: 'London', prefixes: ['10.1.0.0/16', '10.2.0.0/16'], home: computeShortId(circuitId('ckt-lon')) }
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { sites: [{ ...site, routers: [] }] }, { by: 'test', expected: null }),
  )
  await feed.schedule(
    { resourceId: gatewayId('ergw'), kind: 'learned' },
    ...['ckt-lon', 'ckt-ams'].flatMap((name) =>
      (['primary', 'secondary'] as const).map((one) => ({
        resourceId: circuitId(name),
        subresource: `AzurePrivatePeering/${one}`,
        kind: 'tables' as const,
      })),
    ),
  )
}
