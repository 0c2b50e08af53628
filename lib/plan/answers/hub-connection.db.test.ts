import { beforeAll, expect, it } from 'vitest'
import { allApiCommands } from '#lib/api/index.ts'
import type { ResourceRow, RouteRow } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createGatewayPeer } from '#lib/questions/testing/estate-feed.ts'
import {
  circuitId,
  createCircuitRow,
  createTestPollRecorder,
  pathRoute,
  privatePeering,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { readPlan } from '../api/file/read-plan.ts'
import { comparePlanEffectsWithThresholds, createPlanDrill } from '../api/plan-report.ts'
import { checkPlan } from './check-plan.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const NETWORK = circuitId('x').slice(0, circuitId('x').indexOf('/expressRouteCircuits'))
const HUB = `${NETWORK}/virtualHubs/vhub`
const ERGW = `${NETWORK}/expressRouteGateways/ergw`
const VPNGW = `${NETWORK}/vpnGateways/vpngw`
const SITE = `${NETWORK}/vpnSites/branch`
// lon and ams bring BOTH; only lon brings LON, and only the branch brings BRANCH
const [BOTH, LON, BRANCH] = ['10.1.0.0/16', '10.2.0.0/16', '10.4.0.0/16']

const listed = (resourceId: string, properties: object): ResourceRow => ({
  resourceId,
  type: `microsoft.network/${resourceId.split('/').at(-2)?.toLowerCase()}`,
  name: resourceId.split('/').at(-1) ?? '',
  subscriptionId: resourceId.split('/')[2] ?? '',
  resourceGroup: 'rg-edge',
  location: 'westeurope',
  config: { properties: { provisioningState: 'Succeeded', ...properties } },
})
const circuit = (name: string, n: number, peeringLocation: string) =>
  createCircuitRow(name, { ...privatePeering(n), serviceProviderProperties: { peeringLocation } })
const route = (peer: string, prefix: string, own: Partial<RouteRow> = {}): RouteRow => ({
  ...pathRoute(prefix),
  nextHop: null,
  peer,
  asPath: [12076, 65001],
  weight: null,
  localPref: null,
  ...own,
})
const overGateway = (prefix: string): RouteRow =>
  route('expressRouteGateways/ergw', prefix, { nextHop: 'expressRouteGateways/ergw', origin: 'ExpressRouteGateway' })

beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  await feed.inventory(T, [
    circuit('lon', 1, 'London'),
    circuit('ams', 2, 'Amsterdam'),
    listed(HUB, { virtualWan: { id: `${NETWORK}/virtualWans/wan` }, addressPrefix: '10.200.0.0/23' }),
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
          id: `${VPNGW}/vpnConnections/conn-branch`,
          properties: { remoteVpnSite: { id: SITE }, enableBgp: true },
        },
        { name: 'conn-unknown', id: `${VPNGW}/vpnConnections/conn-unknown`, properties: { enableBgp: true } },
      ],
    }),
    listed(SITE, { bgpProperties: { asn: 65010, bgpPeeringAddress: '10.4.255.1' } }),
  ])
  for (const path of ['primary', 'secondary'] as const) {
    await feed.tables(T, 'lon', path, [pathRoute(BOTH), pathRoute(LON)])
    await feed.tables(T, 'ams', path, [pathRoute(BOTH)])
  }
  const record = (kind: 'tables' | 'learned', resourceId: string, subresource: string, rows: RouteRow[]) =>
    recordPoll(db, { kind, resourceId, subresource, at: T, rows })
  await record('learned', ERGW, 'vhub/conn-lon', [route('conn-lon', BOTH), route('conn-lon', LON)])
  await record('learned', ERGW, 'vhub/conn-ams', [route('conn-ams', BOTH, { asPath: [12076, 65001, 65001] })])
  await record('learned', VPNGW, 'vhub/conn-branch', [route('conn-branch', BRANCH, { asPath: [65010] })])
  await record('tables', HUB, 'defaultRouteTable', [overGateway(BOTH), overGateway(LON)])
  const peers = ['10.4.255.1', '10.5.255.1'].map((neighbor) => createGatewayPeer('10.200.0.12', neighbor))
  await recordPoll(db, { kind: 'peers', resourceId: VPNGW, at: T, rows: peers })
})

async function check(entry: object) {
  const plan = readPlan(JSON.stringify([entry]))
  const body = allApiCommands.checkPlan.body.parse({ terms: plan.terms.map(({ term }) => term) })
  const answer = await checkPlan(db, body, { rights: new Set(['read']) }, T + 30_000)
  return { plan, ...allApiCommands.checkPlan.response.parse(answer) }
}

it('a plan that deletes the connection of a hub to a circuit has its effects on routes and checks', async () => {
  const resource = `${ERGW}/expressRouteConnections/CONN-LON`
  const { plan, ...answer } = await check({ delete: { resource } })
  const { data } = answer
  const id = `${computeShortId(ERGW)}/conn-lon`
  expect(data.terms).toEqual([{ words: 'ergw conn-lon is deleted', id, name: 'ergw conn-lon' }])
  expect(data.unknown).toEqual([])
  const ofHub = data.prefixes.filter(({ scope }) => scope === computeShortId(HUB))
  expect(ofHub.map(({ prefix, outcome }) => [prefix, outcome]).toSorted()).toEqual([
    [BOTH, 'moves'],
    [LON, 'stranded'],
  ])
  const failing = data.checks
    .filter(({ after }) => after === 'fail')
    .map(({ kind, subject }) => `${kind} of ${subject}`)
  expect(failing).toContain('two_locations of ergw')
  expect(data.downtime).toMatchObject([{ term: 0, sessions: 0, unknownSessions: 0, comesBack: false }])
  const report = comparePlanEffectsWithThresholds('plan.json', plan, answer)
  expect(createPlanDrill(report, { from: '', to: '' })).toMatchObject({ lose: id })
})

it('a plan that deletes the connection of a hub to a branch ends the sessions of this branch', async () => {
  const { data } = await check({ delete: { resource: 'conn-branch' } })
  expect(data.unknown).toEqual([])
  expect(data.prefixes).toMatchObject([{ prefix: BRANCH, outcome: 'stranded' }])
  expect(data.downtime).toMatchObject([{ sessions: 1, unknownSessions: 0, comesBack: false }])
})

it('a plan that deletes the connection of a hub to a branch whose VPN site is unknown ends an unknown number of sessions', async () => {
  const { data } = await check({ delete: { resource: 'conn-unknown' } })
  expect(data.downtime).toMatchObject([{ sessions: 0, unknownSessions: 2 }])
})

it('the effect of a routing weight in a hub is unknown', async () => {
  const { data } = await check({ set: { resource: 'conn-lon', weight: 10 } })
  expect(data.unknown).toEqual([{ term: 0, why: 'the effect of a routing weight in a hub is not modelled' }])
})
