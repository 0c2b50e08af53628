import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { twoSites } from '../scenarios/two-sites.ts'
import { requestSimulator, TEST_TIMELINE_ORIGIN, ONE_CIRCUIT_GROUP_ARM_ID, createOneCircuitWorld } from '../testing.ts'

const GATEWAY = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair`
const world = createOneCircuitWorld([], twoSites)
const post = (operation: string, query = '') =>
  requestSimulator(world, TEST_TIMELINE_ORIGIN, 'POST', `${GATEWAY}/${operation}`, { query })

it('what a gateway learned by which circuits is in its route sets, and counts in its score', () => {
  const { routeSets, circuitsMetadataMap } = post('getRoutesInformation').json
  expect(routeSets).toMatchObject([
    { locations: ['London', 'Amsterdam'], details: { '10.10.0.0/16': [{ circuit: 'x0' }, { circuit: 'x1' }] } },
    { locations: ['Amsterdam'], details: { '10.11.0.0/16': [{ circuit: 'x1' }] } },
  ])
  expect(circuitsMetadataMap).toMatchObject({ x1: { name: 'erc-pair', location: 'Amsterdam' } })
  // 5 points for a single peering location, times four after a test of the last 30 days, 10 for zones, 10 because there
  // are no recommendations
  expect(post('getResiliencyInformation').json).toMatchObject({ overallScore: '40' })
})

it('a test that was run has its routes, and its start and stop are in the log', () => {
  const [amsterdam, london] = post('getFailoverAllTestsDetails', '&type=All&fetchLatest=true').json as never as {
    testGuid: string
  }[]
  expect(london).toMatchObject({ peeringLocation: 'London', status: 'NotStarted', startTime: '' })
  expect(amsterdam).toMatchObject({ peeringLocation: 'Amsterdam', status: 'Completed' })
  const query = `&peeringLocation=Amsterdam&failoverTestId=${amsterdam?.testGuid}`
  expect(post('getFailoverSingleTestDetails', query).json).toMatchObject([
    {
      nonRedundantRoutes: ['10.11.0.0/16'],
      redundantRoutes: [{ peeringLocations: ['Amsterdam', 'London'], routes: ['10.10.0.0/16'] }],
    },
  ])
  expect(post('getFailoverSingleTestDetails', '&failoverTestId=none').status).toBe(404)
  const log = `${ONE_CIRCUIT_GROUP_ARM_ID.slice(0, ONE_CIRCUIT_GROUP_ARM_ID.indexOf('/resourceGroups'))}/providers/Microsoft.Insights/eventtypes/management/values`
  const minute = (n: number) =>
    new Date(TEST_TIMELINE_ORIGIN - 3 * 24 * 60 * MS_PER_MINUTE + n * MS_PER_MINUTE).toISOString()
  const filter = `&$filter=${encodeURIComponent(`eventTimestamp ge '${minute(-1)}' and eventTimestamp le '${minute(31)}' and resourceUri eq '${GATEWAY}'`)}`
  const entries = JSON.stringify(requestSimulator(world, TEST_TIMELINE_ORIGIN, 'GET', log, { query: filter }).json)
  for (const word of ['start', 'stop']) expect(entries).toContain(`${word}SiteFailoverTest/action`)
})

it('a VPN gateway has none of it', () => {
  const [gateway] = twoSites.gateways
  const vpn = createOneCircuitWorld([], {
    gateways: [{ ...gateway, kind: 'Vpn', sku: 'VpnGw1AZ' }],
    circuits: [],
    connections: [],
    sites: [],
    demands: [],
  })
  const { status, json } = requestSimulator(vpn, TEST_TIMELINE_ORIGIN, 'POST', `${GATEWAY}/getResiliencyInformation`)
  expect(status).toBe(400)
  expect(json).toMatchObject({ error: { message: expect.stringContaining('not supported') } })
})
