import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  requestSimulator,
  createBuiltInEstateWorld,
  HUB_GROUP_ARM_ID,
  type UntypedJsonObject,
  TEST_TIMELINE_ORIGIN,
} from '../testing.ts'
import { refusedByAzure } from '../acceptance.ts'
import { parseSimulatorScenario } from '../scenario.ts'
import { builtInEstateScenario } from '../scenarios/estate.ts'

const SERVER = `${HUB_GROUP_ARM_ID}/virtualHubs/rs-hub`
const lost = createBuiltInEstateWorld([
  { op: 'peer-loss', routeServer: 'rs-hub', name: 'fw-1', at: '+10m', for: '10m' },
])
const get = (at: number, path: string) => requestSimulator(lost, TEST_TIMELINE_ORIGIN + at, 'GET', path).json
const table = (at: number, peer: string, which: string) =>
  requestSimulator(lost, TEST_TIMELINE_ORIGIN + at, 'POST', `${SERVER}/bgpConnections/${peer}/${which}`).json
const sizes = (tables: UntypedJsonObject) =>
  Object.entries(tables).map(([instance, rows]) => [instance, (rows as readonly UntypedJsonObject[]).length])

it('a Route Server is a hub without a Virtual WAN, with its peers in a list', () => {
  expect(get(0, SERVER)).toMatchObject({
    kind: 'RouteServer',
    properties: {
      virtualRouterAsn: 65515,
      virtualRouterIps: ['10.0.16.4', '10.0.16.5'],
      allowBranchToBranchTraffic: false,
    },
  })
  const states = (at: number) =>
    (get(at, `${SERVER}/bgpConnections`).value as readonly { properties: UntypedJsonObject }[]).map(
      ({ properties }) => properties.connectionState,
    )
  expect([states(0), states(15 * MS_PER_MINUTE), states(25 * MS_PER_MINUTE)]).toEqual([
    ['Connected', 'Connected'],
    ['NotConnected', 'Connected'],
    ['Connected', 'Connected'],
  ])
})

it('each instance has a table of a peer, empty while its session is down', () => {
  const both = (n: number) => [
    ['RouteServiceRole_IN_0', n],
    ['RouteServiceRole_IN_1', n],
  ]
  expect(sizes(table(0, 'fw-1', 'learnedRoutes'))).toEqual(both(2))
  expect(sizes(table(15 * MS_PER_MINUTE, 'fw-1', 'learnedRoutes'))).toEqual(both(0))
  expect(sizes(table(15 * MS_PER_MINUTE, 'fw-1', 'advertisedRoutes'))).toEqual(both(0))
  expect(sizes(table(0, 'fw-2', 'advertisedRoutes'))[0]?.[1]).toBeGreaterThan(0)
  expect(
    requestSimulator(lost, TEST_TIMELINE_ORIGIN, 'POST', `${SERVER}/bgpConnections/none/learnedRoutes`).status,
  ).toBe(404)
})

it('Azure takes eight peers, none with an ASN of its own, and a subnet of its own', () => {
  const [server] = builtInEstateScenario.routeServers ?? []
  const refused = (changes: object) =>
    refusedByAzure(parseSimulatorScenario({ ...builtInEstateScenario, routeServers: [{ ...server, ...changes }] }))
  const peer = (n: number) => ({ name: `p${n}`, address: `10.0.17.${n + 4}`, asn: 65_050 })
  expect(refused({})).toEqual([])
  expect(refused({ peers: Array.from({ length: 9 }, (_, n) => peer(n)) })).toEqual([expect.stringContaining('takes 8')])
  expect(refused({ peers: [{ ...peer(0), asn: 65515 }] })).toEqual([expect.stringContaining('Azure reserves')])
  expect(refused({ addresses: ['10.0.16.4', '10.9.0.4'] })).toEqual([
    expect.stringContaining('outside RouteServerSubnet'),
  ])
})
