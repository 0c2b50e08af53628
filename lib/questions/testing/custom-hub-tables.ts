import type { ResourceRow, RouteRow } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  circuitId,
  createCircuitRow,
  createTestPollRecorder,
  pathRoute,
  privatePeering,
  recordPoll,
} from './record-feed.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
/** Time of the tests, after both polls of the hub. */
export const CUSTOM_HUB_TABLES_AT = T0 + 90_000
const NETWORK = circuitId('x').slice(0, circuitId('x').indexOf('/expressRouteCircuits'))
const HUB = `${NETWORK}/virtualHubs/vhub`
const ERGW = `${NETWORK}/expressRouteGateways/ergw`
const HUB2 = `${NETWORK}/virtualHubs/vhub2`
const ERGW2 = `${NETWORK}/expressRouteGateways/ergw2`
const VPNGW = `${NETWORK}/vpnGateways/vpngw`
export const customHubTableId = (name: string) => `${HUB}/hubRouteTables/${name}`
/** Short ids of the hub and its gateways, and of the other hub's gateway. */
export const hubIds = {
  vhub: computeShortId(HUB),
  ergw: computeShortId(ERGW),
  vpngw: computeShortId(VPNGW),
  otherErgw: computeShortId(ERGW2),
}

/** Prefixes of the hub: lon and ams bring BOTH; the branch brings BRANCH and is the backup for LON. */
export const HUB_PREFIXES = { BOTH: '10.1.0.0/16', LON: '10.2.0.0/16', AMS: '10.3.0.0/16', BRANCH: '10.4.0.0/16' }
const { BOTH, LON, AMS, BRANCH } = HUB_PREFIXES
const LON_KEY = `${ERGW}/expressRouteConnections/conn-lon`
const AMS_KEY = `${ERGW}/expressRouteConnections/conn-ams`
const BRANCH_KEY = `${VPNGW}/vpnConnections/conn-branch`

const listed = (resourceId: string, properties: object): ResourceRow => {
  const [namespace = '', ...pairs] = resourceId.split('/').slice(6)
  return {
    resourceId,
    type: [namespace, ...pairs.filter((_, n) => n % 2 === 0)].join('/').toLowerCase(),
    name: pairs.at(-1) ?? '',
    subscriptionId: resourceId.split('/')[2] ?? '',
    resourceGroup: 'rg-edge',
    location: 'westeurope',
    config: { properties: { provisioningState: 'Succeeded', ...properties } },
  }
}
const network = (name: string, table: string): ResourceRow =>
  listed(`${HUB}/hubVirtualNetworkConnections/${name}`, {
    remoteVirtualNetwork: { id: `${NETWORK}/virtualNetworks/${name}` },
    routingConfiguration: { associatedRouteTable: { id: customHubTableId(table) } },
  })
const table = (name: string, from: string[]): ResourceRow =>
  listed(customHubTableId(name), { labels: [name], associatedConnections: [], propagatingConnections: from })

const over = (gateway: string, connection: string | null, prefix: string, asPath: number[]): RouteRow => ({
  instance: null,
  prefix,
  nextHop: connection === null ? gateway : null,
  peer: connection ?? gateway,
  origin: connection !== null ? null : gateway.startsWith('vpn') ? 'VPN_S2S_Gateway' : 'ExpressRouteGateway',
  asPath,
  weight: null,
  localPref: null,
})
const er = (prefix: string) => over('expressRouteGateways/ergw', null, prefix, [12076, 65001])
const vpn = (prefix: string) => over('vpnGateways/vpngw', null, prefix, [65010])

/**
 * Records a hub with two circuits, a branch and five custom route tables: `rt-all` and `rt-lon` are used and polled,
 * `rt-unread` is not polled, `rt-odd` has a prefix of a connection that does not propagate to it, and no network uses
 * `rt-free`. Another hub of the Virtual WAN has a connection to ams, too.
 */
export async function recordHubWithCustomTables(db: Database): Promise<void> {
  const feed = createTestPollRecorder(db)
  const record = (kind: 'tables' | 'learned', resourceId: string, subresource: string, at: number, rows: RouteRow[]) =>
    recordPoll(db, { kind, resourceId, subresource, at, rows })
  for (const at of [T0, T0 + 60_000]) {
    await feed.inventory(at, [
      createCircuitRow('lon', privatePeering(1)),
      createCircuitRow('ams', privatePeering(2)),
      listed(HUB, {
        routingState: 'Provisioned',
        virtualWan: { id: `${NETWORK}/virtualWans/wan` },
        addressPrefix: '10.200.0.0/23',
      }),
      listed(ERGW, {
        virtualHub: { id: HUB },
        expressRouteConnections: ['lon', 'ams'].map((name) => ({
          name: `conn-${name}`,
          id: `${ERGW}/expressRouteConnections/conn-${name}`,
          properties: { expressRouteCircuitPeering: { id: `${circuitId(name)}/peerings/AzurePrivatePeering` } },
        })),
      }),
      listed(VPNGW, {
        virtualHub: { id: HUB },
        connections: [
          {
            name: 'conn-branch',
            id: BRANCH_KEY,
            properties: { remoteVpnSite: { id: `${NETWORK}/vpnSites/branch` } },
          },
        ],
      }),
      listed(customHubTableId('defaultRouteTable'), { labels: ['default'], propagatingConnections: [] }),
      table('rt-all', [LON_KEY, AMS_KEY, BRANCH_KEY]),
      table('rt-lon', [LON_KEY.toUpperCase()]),
      table('rt-unread', [LON_KEY]),
      table('rt-odd', [LON_KEY]),
      table('rt-free', [LON_KEY]),
      // another hub of the Virtual WAN brings AMS, too, over a connection of its own
      listed(HUB2, {
        virtualWan: { id: `${NETWORK}/virtualWans/wan` },
        addressPrefix: '10.201.0.0/23',
      }),
      listed(ERGW2, {
        virtualHub: { id: HUB2 },
        expressRouteConnections: [
          {
            name: 'conn-ams',
            id: `${ERGW2}/expressRouteConnections/conn-ams`,
            properties: { expressRouteCircuitPeering: { id: `${circuitId('ams')}/peerings/AzurePrivatePeering` } },
          },
        ],
      }),
      network('net-default', 'defaultRouteTable'),
      network('net-all', 'rt-all'),
      network('net-lon', 'rt-lon'),
      network('net-unread', 'rt-unread'),
      network('net-odd', 'rt-odd'),
    ])
    for (const path of ['primary', 'secondary'] as const) {
      await feed.tables(at, 'lon', path, [pathRoute(BOTH), pathRoute(LON)])
      await feed.tables(at, 'ams', path, [pathRoute(BOTH), pathRoute(AMS)])
    }
    const brought = (gateway: string, connection: string, asPath: number[], ...prefixes: string[]) =>
      prefixes.map((prefix) => over(gateway, connection, prefix, asPath))
    await record('learned', ERGW, 'vhub/conn-lon', at, brought('ergw', 'conn-lon', [12076, 65001], BOTH, LON))
    await record('learned', ERGW, 'vhub/conn-ams', at, brought('ergw', 'conn-ams', [12076, 65001, 65001], BOTH, AMS))
    await record('learned', ERGW2, 'vhub2/conn-ams', at, brought('ergw2', 'conn-ams', [12076, 65001], AMS))
    await record('tables', HUB2, 'defaultRouteTable', at, [
      over('expressRouteGateways/ergw2', null, AMS, [12076, 65001]),
    ])
    await record('learned', VPNGW, 'vhub/conn-branch', at, brought('vpngw', 'conn-branch', [65010], LON, BRANCH))
    await record('tables', HUB, 'defaultRouteTable', at, [er(BOTH), er(LON), er(AMS), vpn(BRANCH)])
    await record('tables', customHubTableId('rt-all'), '', at, [er(BOTH), er(LON), er(AMS), vpn(BRANCH)])
    await record('tables', customHubTableId('rt-lon'), '', at, [er(BOTH), er(LON)])
    // the table has a prefix that none of the connections brings that propagate to it
    await record('tables', customHubTableId('rt-odd'), '', at, [er(LON), er(AMS)])
    await record('tables', customHubTableId('rt-free'), '', at, [er(LON)])
  }
}
