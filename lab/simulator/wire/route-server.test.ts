import { expect, it } from 'vitest'
import { MINUTE } from '#lib/contract/time/time.ts'
import { ask, estateWorld, HUB, type Loose, ORIGIN } from '../testing.ts'
import { refusedByAzure } from '../acceptance.ts'
import { parseScenario } from '../scenario.ts'
import { estate } from '../scenarios/estate.ts'

const SERVER = `${HUB}/virtualHubs/rs-hub`
const lost = estateWorld([{ op: 'peer-loss', routeServer: 'rs-hub', name: 'fw-1', at: '+10m', for: '10m' }])
const get = (at: number, path: string) => ask(lost, ORIGIN + at, 'GET', path).json
const table = (at: number, peer: string, which: string) =>
  ask(lost, ORIGIN + at, 'POST', `${SERVER}/bgpConnections/${peer}/${which}`).json
const sizes = (tables: Loose) =>
  Object.entries(tables).map(([instance, rows]) => [instance, (rows as readonly Loose[]).length])

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
    (get(at, `${SERVER}/bgpConnections`).value as readonly { properties: Loose }[]).map(
      ({ properties }) => properties.connectionState,
    )
  expect([states(0), states(15 * MINUTE), states(25 * MINUTE)]).toEqual([
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
  expect(sizes(table(15 * MINUTE, 'fw-1', 'learnedRoutes'))).toEqual(both(0))
  expect(sizes(table(15 * MINUTE, 'fw-1', 'advertisedRoutes'))).toEqual(both(0))
  expect(sizes(table(0, 'fw-2', 'advertisedRoutes'))[0]?.[1]).toBeGreaterThan(0)
  expect(ask(lost, ORIGIN, 'POST', `${SERVER}/bgpConnections/none/learnedRoutes`).status).toBe(404)
})

it('Azure takes eight peers, none with an ASN of its own, and a subnet of its own', () => {
  const [server] = estate.routeServers ?? []
  const refused = (changes: object) =>
    refusedByAzure(parseScenario({ ...estate, routeServers: [{ ...server, ...changes }] }))
  const peer = (n: number) => ({ name: `p${n}`, address: `10.0.17.${n + 4}`, asn: 65_050 })
  expect(refused({})).toEqual([])
  expect(refused({ peers: Array.from({ length: 9 }, (_, n) => peer(n)) })).toEqual([expect.stringContaining('takes 8')])
  expect(refused({ peers: [{ ...peer(0), asn: 65515 }] })).toEqual([expect.stringContaining('Azure reserves')])
  expect(refused({ addresses: ['10.0.16.4', '10.9.0.4'] })).toEqual([
    expect.stringContaining('outside RouteServerSubnet'),
  ])
})
