import { beforeAll, describe, expect, it } from 'vitest'
import { parseWhatIfLosses, type ResourceRow, type RouteRow } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  circuitId,
  createCircuitRow,
  createTestPollRecorder,
  pathRoute,
  privatePeering,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import type { WhatIfHubTable } from '../../api/index.ts'
import { getN1 } from '../single-losses/answers.ts'
import { refreshSingleLosses } from '../single-losses/refresh-single-losses.ts'
import { computeWhatIf } from '../what-if.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const now = T0 + 90_000
const NETWORK = circuitId('x').slice(0, circuitId('x').indexOf('/expressRouteCircuits'))
const HUB = `${NETWORK}/virtualHubs/vhub`
const ERGW = `${NETWORK}/expressRouteGateways/ergw`
const HUB2 = `${NETWORK}/virtualHubs/vhub2`
const ERGW2 = `${NETWORK}/expressRouteGateways/ergw2`
const VPNGW = `${NETWORK}/vpnGateways/vpngw`
const tableId = (name: string) => `${HUB}/hubRouteTables/${name}`
const ids = { vhub: computeShortId(HUB), ergw: computeShortId(ERGW), vpngw: computeShortId(VPNGW) }

// lon and ams bring BOTH; the branch brings BRANCH and is the backup for LON
const [BOTH, LON, AMS, BRANCH] = ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16', '10.4.0.0/16']
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
    routingConfiguration: { associatedRouteTable: { id: tableId(table) } },
  })
const table = (name: string, from: string[]): ResourceRow =>
  listed(tableId(name), { labels: [name], associatedConnections: [], propagatingConnections: from })

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

beforeAll(async () => {
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
      listed(tableId('defaultRouteTable'), { labels: ['default'], propagatingConnections: [] }),
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
    await record('tables', tableId('rt-all'), '', at, [er(BOTH), er(LON), er(AMS), vpn(BRANCH)])
    await record('tables', tableId('rt-lon'), '', at, [er(BOTH), er(LON)])
    // the table has a prefix that none of the connections brings that propagate to it
    await record('tables', tableId('rt-odd'), '', at, [er(LON), er(AMS)])
    await record('tables', tableId('rt-free'), '', at, [er(LON)])
  }
})

async function lose(text: string) {
  const losses = parseWhatIfLosses(text)
  if ('wrong' in losses) throw new Error(losses.wrong)
  return (await computeWhatIf(db, { lose: losses.terms, change: [], rows: 'all' }, { costOfMonth: null }, now)).data
}

const ofHub = (tables: readonly WhatIfHubTable[]) => tables.filter(({ hubName }) => hubName === 'vhub')
const shorten = (tables: readonly WhatIfHubTable[]) =>
  Object.fromEntries(
    ofHub(tables).map(({ name, cutOff, failOver, unknown }) => [
      name,
      [
        cutOff.length > 0 && `cut off ${cutOff.join(' ')}`,
        failOver.length > 0 && `fail over ${failOver.join(' ')}`,
        unknown.length > 0 && `unknown ${unknown.join(' ')}`,
      ]
        .filter(Boolean)
        .join(', '),
    ]),
  )

describe('each route table of a hub that a network uses', () => {
  it('has the outcomes of a circuit, by the connections that propagate to it', async () => {
    expect(shorten((await lose(computeShortId(circuitId('lon')))).hubTables)).toEqual({
      defaultRouteTable: `fail over ${BOTH} ${LON}`,
      'rt-all': `fail over ${BOTH} ${LON}`,
      'rt-lon': `cut off ${BOTH} ${LON}`,
      'rt-unread': `unknown ${BOTH} ${LON}`,
      'rt-odd': `cut off ${LON}, unknown ${AMS}`,
    })
    expect(shorten((await lose(computeShortId(circuitId('ams')))).hubTables)).toEqual({
      defaultRouteTable: `cut off ${AMS}`,
      'rt-all': `cut off ${AMS}`,
      'rt-lon': '',
      'rt-unread': '',
      'rt-odd': `unknown ${AMS}`,
    })
  })

  it('keeps its routes if one path of a circuit fails', async () => {
    const { hubTables } = await lose(`${computeShortId(circuitId('lon'))}/primary`)
    expect(shorten(hubTables)).toMatchObject({ defaultRouteTable: '', 'rt-all': '', 'rt-lon': '' })
  })

  it('has the outcomes of a connection of the hub, an ExpressRoute or a VPN connection', async () => {
    const { hubTables, lost } = await lose(`${ids.ergw}/CONN-LON`)
    expect(lost).toMatchObject([{ kind: 'hub_connection', id: ids.ergw, name: 'ergw conn-lon' }])
    expect(shorten(hubTables)).toMatchObject({
      defaultRouteTable: `fail over ${BOTH} ${LON}`,
      'rt-lon': `cut off ${BOTH} ${LON}`,
      'rt-unread': `unknown ${BOTH} ${LON}`,
    })
    expect(shorten((await lose(`${ids.vpngw}/conn-branch`)).hubTables)).toMatchObject({
      defaultRouteTable: `cut off ${BRANCH}`,
      'rt-all': `cut off ${BRANCH}`,
      'rt-lon': '',
    })
    await expect(lose(`${ids.ergw}/conn-none`)).rejects.toThrow('conn-none')
  })

  it('is unknown if another hub of the Virtual WAN may take over, and cut off if that hub loses its route, too', async () => {
    const outcomes = async (text: string) => shorten((await lose(text)).hubTables)
    expect(await outcomes(`${ids.ergw}/conn-ams`)).toMatchObject({
      defaultRouteTable: `unknown ${AMS}`,
      'rt-all': `unknown ${AMS}`,
    })
    expect(await outcomes(`${ids.ergw}/conn-ams,${computeShortId(ERGW2)}/conn-ams`)).toMatchObject({
      defaultRouteTable: `cut off ${AMS}`,
      'rt-all': `cut off ${AMS}`,
    })
  })

  it('loses everything with its hub, also prefixes whose connection is uncertain, but not if it was not polled', async () => {
    expect(shorten((await lose(ids.vhub)).hubTables)).toMatchObject({
      'rt-lon': `cut off ${BOTH} ${LON}`,
      'rt-odd': `cut off ${LON} ${AMS}`,
      'rt-unread': `unknown ${BOTH} ${LON}`,
    })
  })

  it('names its networks and hub, and whether it was read', async () => {
    const { hubTables, prefixes, notModelled } = await lose(computeShortId(circuitId('lon')))
    const facts = ofHub(hubTables).map(({ name, hubName, isDefault, networks, isRead }) =>
      [name, hubName, isDefault, networks.join(), isRead].join(' '),
    )
    expect(facts.toSorted()).toEqual([
      'defaultRouteTable vhub true net-default true',
      'rt-all vhub false net-all true',
      'rt-lon vhub false net-lon true',
      'rt-odd vhub false net-odd true',
      'rt-unread vhub false net-unread false',
    ])
    const scope = computeShortId(tableId('rt-lon'))
    expect(hubTables.find(({ name }) => name === 'rt-lon')).toMatchObject({ id: scope, counts: { cutOff: 2 } })
    expect(prefixes.filter((row) => row.scope === scope)).toMatchObject([
      { prefix: BOTH, scopeName: 'rt-lon of vhub', outcome: 'stranded' },
      { prefix: LON, scopeName: 'rt-lon of vhub', outcome: 'stranded' },
    ])
    expect(notModelled.map(({ id }) => id)).not.toContain('hub_tables')
  })
})

it('counts the tables of a hub in single losses', async () => {
  await refreshSingleLosses(db, [], { now: () => now, signal: new AbortController().signal, share: 1 })
  const { data } = await getN1(db, {}, now)
  const lon = data.cases.find(({ kind, id }) => kind === 'circuit' && id === computeShortId(circuitId('lon')))
  // both prefixes in rt-lon and one in rt-odd; the default table and rt-all fail over
  expect(lon).toMatchObject({ stranded: 3, strandedPrefixes: 2 })
})

it('lists each connection of a hub among the single losses, with the effects of its what-if', async () => {
  const { data } = await getN1(db, {}, now)
  const own = data.cases.filter(({ kind }) => kind === 'hub_connection')
  expect(own.map(({ term, name }) => [term, name]).toSorted()).toEqual(
    [
      [`${ids.ergw}/conn-lon`, 'ergw conn-lon'],
      [`${ids.ergw}/conn-ams`, 'ergw conn-ams'],
      [`${computeShortId(ERGW2)}/conn-ams`, 'ergw2 conn-ams'],
      [`${ids.vpngw}/conn-branch`, 'vpngw conn-branch'],
    ].toSorted(),
  )
  for (const { term, stranded, unknown } of own) {
    const { counts } = await lose(term)
    expect([term, stranded, unknown]).toEqual([term, counts.stranded, counts.unknown])
  }
  expect(own.find(({ term }) => term === `${ids.ergw}/conn-lon`)).toMatchObject({ stranded: 3, strandedPrefixes: 2 })
})
