import { describe, expect, it } from 'vitest'
import { judgeAzureTest } from '#lib/contract/index.ts'
import { exampleBody } from './testdata/wire-form.ts'
import { armError } from './testing/arm-server.ts'
import { circuitId, createTestArmInventory, gatewayId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const hubGatewayId = gatewayId.replace('virtualNetworkGateways', 'expressRouteGateways')
const at = (text: string) => Date.parse(text)
const serve = (operation: string, body: unknown, resourceId = hubGatewayId) =>
  context.server.reset(createTestArmInventory({ bodies: { [`${resourceId}/${operation}`]: body } }))
const test = { id: '16546d1a-0548-4d6d-84ca-7149f3af4403', location: 'Hong Kong' }

describe('the official examples', () => {
  it('of the score: `-` is no score', async () => {
    serve('getResiliencyInformation', exampleBody('ExpressRouteGatewayGetResiliencyInformation'))
    expect(await context.azure.report({ resourceId: hubGatewayId, report: 'resiliency' })).toEqual({
      outcome: 'ok',
      error: null,
      data: {
        computedAt: at('2025-01-01T00:00:00Z'),
        nextAt: at('2025-01-01T01:00:00Z'),
        score: 85,
        change: 5,
        gain: { least: 2, most: 10 },
        components: [
          {
            name: 'Disaster Recovery',
            score: null,
            most: null,
            recommendations: [
              {
                title: 'Site Failover Not Yet Validated',
                text: 'Use Resiliency Validation Tests at least once every 3 months.',
                severity: 'High',
              },
            ],
          },
        ],
      },
    })
    expect(context.server.requests.at(0)?.query.has('attemptRefresh')).toBe(false)
  })

  it('of route sets: a prefix by its circuits, which are named elsewhere', async () => {
    serve('getRoutesInformation', exampleBody('ExpressRouteGatewayGetRoutesInformation'))
    const { outcome, data } = await context.azure.report({ resourceId: hubGatewayId, report: 'routes' })
    expect(outcome).toBe('ok')
    expect(data).toMatchObject({
      routes: [
        { prefix: '10.11.0.0/24', circuits: ['x0', 'x1'] },
        { prefix: '10.57.0.0/16', circuits: ['x0'] },
      ],
      circuits: { x0: { name: 'circuit1', location: 'Hong Kong' }, x1: { location: 'Hong Kong2' } },
    })
    expect(data?.circuits.x0?.resourceId).toMatch(/expressRouteCircuits\/circuit1$/)
  })

  it('of failover tests: those that were started, and one with its routes', async () => {
    serve('getFailoverAllTestsDetails', exampleBody('ExpressRouteGatewayGetFailoverAllTestsDetails'))
    const { data } = await context.azure.report({ resourceId: hubGatewayId, report: 'tests' })
    const startedAt = at('2026-02-11T07:37:04Z')
    expect(data).toMatchObject([{ ...test, status: 'Completed', startedAt, issues: [], details: null }])
    serve('getFailoverSingleTestDetails', exampleBody('ExpressRouteGatewayGetFailoverSingleTestDetails'))
    const one = await context.azure.report({ resourceId: hubGatewayId, report: 'tests', test })
    expect(one.data).toMatchObject([
      {
        startedAt,
        details: {
          isSuccessful: true,
          nonRedundant: ['10.10.0.0/16', '10.11.0.0/24'],
          redundant: [{ locations: ['Atlanta', 'Silicon Valley'], prefixes: ['10.0.0.0/24'] }],
        },
      },
    ])
    expect(Object.fromEntries(context.server.requests.at(0)?.query ?? [])).toMatchObject({
      failoverTestId: test.id,
      peeringLocation: 'Hong Kong',
    })
  })

  it.each([
    ['resiliency', 'getResiliencyInformation', 'VirtualNetworkGatewayGetResiliencyInformation'],
    ['routes', 'getRoutesInformation', 'VirtualNetworkGatewayGetRoutesInformation'],
  ] as const)('%s of a virtual network gateway is {}, which says nothing', async (report, operation, name) => {
    serve(operation, exampleBody(name), gatewayId)
    expect(await context.azure.report({ resourceId: gatewayId, report })).toMatchObject({
      outcome: 'malformed',
      data: null,
    })
  })

  it('of no tests at all is an empty list', async () => {
    serve('getFailoverAllTestsDetails', exampleBody('VirtualNetworkGatewayGetFailoverAllTestsDetails'), gatewayId)
    expect(await context.azure.report({ resourceId: gatewayId, report: 'tests' })).toMatchObject({
      outcome: 'ok',
      data: [],
    })
  })
})

it.each([
  ['8/22/2025 5:57:28 PM UTC', at('2025-08-22T17:57:28Z')],
  ['2025-08-22T17:57:28Z', at('2025-08-22T17:57:28Z')],
  ['soon', null],
])('a time is read as Azure prints it: %s', async (lastComputedTime, computedAt) => {
  serve('getResiliencyInformation', { overallScore: '20', lastComputedTime, components: [] })
  const { data } = await context.azure.report({ resourceId: hubGatewayId, report: 'resiliency' })
  expect(data).toMatchObject({ score: 20, computedAt })
})

it('an odd row is left out and counted, the others stay', async () => {
  const details = { '10.0.0.0/24': [{ circuit: 'x0' }], nowhere: [{ circuit: 'x0' }] }
  serve('getRoutesInformation', { routeSets: [{ details }] })
  expect(await context.azure.report({ resourceId: hubGatewayId, report: 'routes' })).toMatchObject({
    outcome: 'incomplete',
    error: { code: 'UNREAD_ROWS' },
    data: { routes: [{ prefix: '10.0.0.0/24' }] },
  })
})

it('what may not be asked is refused with the action that is missing, and a circuit is no target', async () => {
  const action = 'microsoft.network/virtualnetworkgateways/getresiliencyinformation/action'
  const message = `The client 'a' does not have authorization to perform action '${action}' over scope '/x'`
  context.server.rule({ when: /getResiliencyInformation/i, behaviour: armError(403, 'AuthorizationFailed', message) })
  expect(await context.azure.report({ resourceId: gatewayId, report: 'resiliency' })).toMatchObject({
    outcome: 'forbidden',
    error: { missingAction: expect.stringMatching(/getResiliencyInformation\/action/i) },
    data: null,
  })
  expect((await context.azure.report({ resourceId: circuitId, report: 'routes' })).outcome).toBe('not_polled')
})

describe('answers as recorded', () => {
  it('of the score have the change and the gain of the recommendations as signed texts', async () => {
    const body = {
      overallScore: '42',
      scoreChange: '-3',
      minScoreFromRecommendations: '+2',
      maxScoreFromRecommendations: '+48',
      lastComputedTime: '8/6/2026 8:05:41 AM',
      nextEligibleComputeTime: '8/6/2026 9:05:41 AM UTC',
      components: [],
    }
    serve('getResiliencyInformation', body)
    expect((await context.azure.report({ resourceId: hubGatewayId, report: 'resiliency' })).data).toMatchObject({
      computedAt: at('2026-08-06T08:05:41Z'),
      nextAt: at('2026-08-06T09:05:41Z'),
      score: 42,
      change: -3,
      gain: { least: 2, most: 48 },
    })
  })

  it('of route sets have the rank of each path', async () => {
    const details = {
      '10.0.0.0/24': [
        { circuit: 'x0', connection: 'con-a', pri: '1', sec: 2 },
        { circuit: 'x1', pri: '', sec: 'passive' },
      ],
    }
    serve('getRoutesInformation', { routeSets: [{ details }] })
    const { data } = await context.azure.report({ resourceId: hubGatewayId, report: 'routes' })
    expect(data?.routes).toEqual([
      {
        prefix: '10.0.0.0/24',
        circuits: ['x0', 'x1'],
        ranks: [
          { circuit: 'x0', connection: 'con-a', primary: '1', secondary: '2' },
          { circuit: 'x1', connection: null, primary: null, secondary: 'passive' },
        ],
      },
    ])
  })

  it('of a running test have no end, and its connections with the time of their last change', async () => {
    const connectionId = circuitId.replace(/expressRouteCircuits\/.*$/, 'connections/con-a')
    const running = {
      testGuid: test.id,
      peeringLocation: 'London',
      circuits: [{ nrpResourceUri: `https://uksouth.network.azure.com:30020${circuitId}`, name: 'ckt' }],
      status: 'Running',
      startTime: '8/6/2026 8:05:41 AM UTC',
      endTime: '',
      connections: [
        {
          nrpResourceUri: `https://uksouth.network.azure.com:30020${connectionId}`,
          name: 'con-a',
          status: 'Disconnected',
          lastUpdatedTime: '8/6/2026 8:05:59 AM',
        },
      ],
      issues: [],
    }
    serve('getFailoverAllTestsDetails', { value: [running, { ...running, status: 'Expired' }] })
    const { data } = await context.azure.report({ resourceId: hubGatewayId, report: 'tests' })
    const [own, expired] = data ?? []
    expect(own).toMatchObject({
      status: 'Running',
      startedAt: at('2026-08-06T08:05:41Z'),
      endedAt: null,
      circuits: [circuitId],
      connections: [
        { resourceId: connectionId, name: 'con-a', status: 'Disconnected', at: at('2026-08-06T08:05:59Z') },
      ],
    })
    expect(own && judgeAzureTest(own)).toBe('running')
    expect(expired && judgeAzureTest(expired)).toBe('expired')
  })

  it('of a circuit have the tests of its links, with the sessions of the link', async () => {
    const link = {
      testGuid: test.id,
      status: 'Completed',
      startTime: '8/6/2026 8:05:41 AM',
      endTime: '8/6/2026 8:35:41 AM',
      wasSimulationSuccessful: false,
      circuitTestCategory: 'BgpDisconnect',
      linkType: 'Primary',
      bgpStatus: [{ type: 'IPv4', link: 'Primary', status: 'Disconnected', checkTimeUtc: '8/6/2026 8:07:00 AM' }],
    }
    serve('getCircuitLinkFailoverAllTestsDetails', { value: [link] }, circuitId)
    const { outcome, data } = await context.azure.report({ resourceId: circuitId, report: 'tests' })
    expect(outcome).toBe('ok')
    expect(data).toMatchObject([
      {
        id: test.id,
        startedAt: at('2026-08-06T08:05:41Z'),
        link: {
          path: 'primary',
          category: 'BgpDisconnect',
          bgp: [{ family: 'IPv4', path: 'primary', status: 'Disconnected', at: at('2026-08-06T08:07:00Z') }],
        },
      },
    ])
    expect(data?.map(judgeAzureTest)).toEqual(['fail'])
    // the list does not contain the routes of the link, so they are unknown
    expect(data?.[0]?.details).toMatchObject({ isSuccessful: false, nonRedundant: null })
  })

  it('of a circuit have in the details of one test the prefixes that had no other link', async () => {
    const row = (route: string) => ({ route, nextHop: '172.16.0.1', primaryASPath: '65020', secondaryASPath: '' })
    const details = {
      startTimeUtc: '8/6/2026 8:05:41 AM',
      endTimeUtc: '8/6/2026 8:35:41 AM',
      status: 'Expired',
      wasSimulationSuccessful: true,
      linkType: 'Primary',
      circuitTestCategory: 'BgpDisconnect',
      isSimulationVerified: false,
      redundantRoutes: { beforeSimulation: [row('10.30.0.0/16')], duringSimulation: [row('10.30.0.0/16')] },
      nonRedundantRoutes: { beforeSimulation: [row('10.31.0.0/16'), row('10.32.4.0/24')], duringSimulation: [] },
      bgpStatus: [],
    }
    serve('getCircuitLinkFailoverSingleTestDetails', [details], circuitId)
    const link = { path: 'primary' as const, category: 'BgpDisconnect', bgp: [] }
    const { outcome, data } = await context.azure.report({
      resourceId: circuitId,
      report: 'tests',
      test: { ...test, link },
    })
    expect(outcome).toBe('ok')
    expect(data?.[0]?.details).toMatchObject({ isSuccessful: true, nonRedundant: ['10.31.0.0/16', '10.32.4.0/24'] })
    expect(data?.map(judgeAzureTest)).toEqual(['expired'])
    const request = context.server.requests.find(({ path }) => /SingleTestDetails$/i.test(path))
    expect([...(request?.query ?? [])]).toEqual(
      expect.arrayContaining([
        ['linkType', 'Primary'],
        ['circuitTestCategory', 'BgpDisconnect'],
        ['failoverTestId', test.id],
      ]),
    )
  })
})
