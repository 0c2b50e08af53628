import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import { createAzureClient } from '#lib/azure/index.ts'
import { exampleBody, readTestdataJson, wireForm } from '#lib/azure/testdata/wire-form.ts'
import { type TestArmServer, startArmServer } from '#lib/azure/testing/arm-server.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { startWorker, type PollWorker } from '#lib/poller/index.ts'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import type { RouteContext } from './_http/handler.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'

const circuits = getHandlersOfPath('/circuits')
const events = getHandlersOfPath('/events')
const gateways = getHandlersOfPath('/gateways')
const routes = getHandlersOfPath('/routes')
const sessions = getHandlersOfPath('/sessions')
const sources = getHandlersOfPath('/sources')

/**
 * End-to-end test of each body: examples that ARM published and answers of a real deployment are sent over HTTP through
 * the SDK into observations, into Postgres, and out of the API. The server is not the simulator.
 */
const db = withTestDatabase()
const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555'
const OBSERVED_GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/useastercust1rg/providers/Microsoft.Network`
const EXAMPLE_GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg1/providers/Microsoft.Network`
const observed = {
  gateway: `${OBSERVED_GROUP}/virtualNetworkGateways/erspvnetcust1gw1`,
  circuit: `${OBSERVED_GROUP}/expressRouteCircuits/useasterc1cust1`,
  connection: `${OBSERVED_GROUP}/connections/useasterc1cust1-cxn`,
}
const example = {
  gateway: `${EXAMPLE_GROUP}/virtualNetworkGateways/example-gateway`,
  circuit: `${EXAMPLE_GROUP}/expressRouteCircuits/example-circuit`,
  connection: `${EXAMPLE_GROUP}/connections/example-connection`,
}

type Row = Record<string, unknown>
const asResource = (body: unknown, id: string) => ({ ...(body as Row), id, name: id.split('/').at(-1) })
const observedResource = (name: string, id: string) =>
  asResource(wireForm(readTestdataJson(`observed/${name}.json`)), id)
/** References between the observed resources name the placeholder subscription. */
const placed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('<subscription_id>', SUBSCRIPTION)) as T

function estate() {
  const [exampleCircuit] = (exampleBody('ExpressRouteCircuitListBySubscription') as { value: Row[] }).value
  const [exampleGateway] = (exampleBody('VirtualNetworkGatewayList') as { value: Row[] }).value
  const link = (third: string, fourth: string) => ({
    name: 'AzurePrivatePeering',
    properties: {
      peeringType: 'AzurePrivatePeering',
      state: 'Enabled',
      azureASN: 12076,
      peerASN: 9583,
      primaryPeerAddressPrefix: third,
      secondaryPeerAddressPrefix: fourth,
    },
  })
  const circuitProperties = {
    ...((exampleCircuit as Row).properties as Row),
    circuitProvisioningState: 'Enabled',
    serviceProviderProvisioningState: 'Provisioned',
    peerings: [link('100.65.171.0/30', '192.0.2.4/30')],
  }
  // the example gateway has BGP disabled and would not be polled
  const gatewayProperties = { ...((exampleGateway as Row).properties as Row), enableBgp: true }
  const peering = (circuit: string) => `${circuit}/peerings/AzurePrivatePeering`
  return placed({
    subscriptions: [{ subscriptionId: SUBSCRIPTION, displayName: 'Edge' }],
    resources: [
      observedResource('gateway', observed.gateway),
      observedResource('circuit', observed.circuit),
      observedResource('connection', observed.connection),
      asResource({ ...exampleCircuit, properties: circuitProperties }, example.circuit),
      asResource({ ...exampleGateway, properties: gatewayProperties }, example.gateway),
      asResource(exampleBody('VirtualNetworkGatewayConnectionGet'), example.connection),
    ],
    bodies: {
      [`${observed.gateway}/getBgpPeerStatus`]: readTestdataJson('observed/bgp-peer-status.json'),
      [`${observed.gateway}/getLearnedRoutes`]: readTestdataJson('observed/learned-routes.json'),
      [`${peering(observed.circuit)}/routeTables/primary`]: {
        value: readTestdataJson('observed/route-table-primary.json'),
      },
      [`${peering(observed.circuit)}/arpTables/primary`]: readTestdataJson('observed/arp-primary.json'),
      [`${peering(observed.circuit)}/arpTables/secondary`]: readTestdataJson('observed/arp-secondary.json'),
      [`${example.gateway}/getBgpPeerStatus`]: exampleBody('VirtualNetworkGatewayGetBGPPeerStatus'),
      [`${example.gateway}/getLearnedRoutes`]: exampleBody('VirtualNetworkGatewayLearnedRoutes'),
      [`${peering(example.circuit)}/routeTablesSummary/primary`]: exampleBody(
        'ExpressRouteCircuitRouteTableSummaryList',
      ),
      [`${peering(example.circuit)}/routeTables/primary`]: exampleBody('ExpressRouteCircuitRouteTableList'),
      [`${peering(example.circuit)}/arpTables/primary`]: exampleBody('ExpressRouteCircuitARPTableList'),
      [`${example.circuit}/stats`]: exampleBody('ExpressRouteCircuitStats'),
    },
  })
}

type Handler = { GET: (request: Request, context: RouteContext) => Promise<Response> }
async function ask(handler: Handler, query: Record<string, string> = {}): Promise<Row[]> {
  const url = `http://127.0.0.1/api/v1/x?${new URLSearchParams(query)}`
  const response = await handler.GET(new Request(url), { params: Promise.resolve({}) })
  const body = (await response.json()) as { data: Row[] }
  expect(response.status, JSON.stringify(body)).toBe(200)
  return body.data
}
const one = async (handler: Handler, resourceId: string) =>
  (await ask(handler)).find((row) => String(row.resourceId).toLowerCase() === resourceId.toLowerCase())
const outcomeOf = async (scope: string, kind: string, subresource?: string) =>
  (await ask(sources, {})).find(
    (row) =>
      String(row.resourceId).toLowerCase() === scope.toLowerCase() &&
      row.kind === kind &&
      (subresource === undefined || row.subresource === subresource),
  )

/** Poll timeout. It is long because every request is answered here, so that a slow machine does not cause an event. */
const PATIENCE_MS = 300_000

let server: TestArmServer
let worker: PollWorker
let azure: ReturnType<typeof createAzureClient>

beforeAll(async () => {
  replaceDatabaseForTests(db)
  // JSON of the estate can't contain a BigInt, so the counters are inserted afterwards
  const counters = {
    primaryBytesIn: 9007199254740993n,
    primaryBytesOut: 18014398509481987n,
    secondaryBytesIn: 0,
    secondaryBytesOut: null,
  }
  const described = estate()
  server = await startArmServer({
    ...described,
    bodies: { ...described.bodies, [`${observed.circuit}/stats`]: counters },
  })
  Object.assign(process.env, server.environment)
  azure = createAzureClient({
    resourceManagerUrl: server.url,
    subscriptionIds: [SUBSCRIPTION],
    deadlineMs: PATIENCE_MS,
  })
  worker = startWorker({
    db,
    azure,
    deadlineMs: PATIENCE_MS,
    intervals: {
      sessionsMs: 1_000,
      circuitsMs: 1_000,
      routesMs: 1_000,
      inventoryMs: 1_000,
      metricsMs: 60_000,
      activityMs: 60_000,
    },
  })
  await waitUntilTrue('every source polled', async () => {
    const all = await ask(sources)
    return all.length > 12 && all.every((row) => row.lastPollAt !== null || row.kind === 'metrics')
  })
}, 60_000)

afterAll(async () => {
  await worker?.stop()
  azure?.close()
  await server?.close()
})

describe('a real deployment, from its answers to the API', () => {
  it('shows four sessions, one of which never connected', async () => {
    const rows = await waitUntilTrue('four sessions', async () => {
      const seen = await ask(sessions, { scope: observed.gateway })
      return seen.length === 4 && seen
    })
    const verdicts = Object.fromEntries(rows.map((row) => [row.neighbor, [row.role, row.verdict, row.azureState]]))
    expect(verdicts).toEqual({
      '10.0.4.4': ['msee', 'up', 'Connected'],
      '10.0.4.5': ['msee', 'up', 'Connected'],
      '10.0.4.14': ['gateway-peer', 'up', 'Connected'],
      '10.0.4.15': ['gateway-peer', 'never_established', 'Connecting'],
    })
    expect(rows.find((row) => row.neighbor === '10.0.4.15')?.establishedAt).toBeNull()
  })

  it('shows learned routes with their AS paths as numbers', async () => {
    const rows = await waitUntilTrue('learned routes', async () => {
      const seen = await ask(routes, { scope: observed.gateway })
      return seen.length === 2 && seen
    })
    expect(rows.find((row) => row.prefix === '192.0.2.1/32')).toMatchObject({
      asPath: [12076, 65001, 4514841457, 4514841457, 3254848411, 4854741111, 1111111111, 64999, 1111111111, 64301],
      origin: 'EBgp',
      peer: '10.0.4.5',
      nextHop: '10.0.4.5',
      weight: 32769,
    })
    expect(rows.find((row) => row.prefix === '10.0.4.0/27')).toMatchObject({ asPath: [], nextHop: null })
  })

  it('shows the circuit, its ARP tables, its path table and its counters to the last digit', async () => {
    const circuit = await one(circuits, observed.circuit)
    expect(circuit).toMatchObject({
      name: 'useasterc1cust1',
      bandwidthMbps: 1000,
      sku: { tier: 'Standard', family: 'UnlimitedData' },
      provisioning: { circuit: 'Enabled', provider: 'Provisioned' },
      connectivity: 'exchange',
    })
    expect(JSON.stringify(circuit)).not.toContain('11122aa3')
    const [primary, secondary] = (circuit?.paths ?? []) as Row[]
    expect(primary).toMatchObject({
      path: 'primary',
      layers: { provisioned: 'up', arp: 'complete' },
      bytesIn: '9007199254740993',
      bytesOut: '18014398509481987',
      arp: expect.arrayContaining([expect.objectContaining({ ipAddress: '192.0.2.97', macAddress: '0600.0000.ceb0' })]),
    })
    expect(secondary).toMatchObject({ path: 'secondary', layers: { arp: 'complete' }, bytesIn: '0', bytesOut: null })
    const table = await ask(routes, { scope: observed.circuit })
    expect(table.map((row) => [row.prefix, row.path])).toEqual(
      expect.arrayContaining([
        ['203.0.113.0/24', 'primary'],
        ['10.0.0.0/20', 'primary'],
      ]),
    )
  })

  it('shows the gateway with its connection', async () => {
    expect(await one(gateways, observed.gateway)).toMatchObject({
      name: 'erspvnetcust1gw1',
      kind: 'expressRoute',
      connections: [
        expect.objectContaining({ name: 'useasterc1cust1-cxn', bytesIn: null, circuitName: 'useasterc1cust1' }),
      ],
    })
  })
})

describe('the official examples, from body to API', () => {
  it.each([
    ['peers', example.gateway, ''],
    ['learned', example.gateway, ''],
  ])('the empty example body of %s is malformed, and calls nothing down', async (kind, scope, subresource) => {
    const source = await waitUntilTrue(`${kind} polled`, () => outcomeOf(scope, kind, subresource))
    expect(source).toMatchObject({ lastOutcome: 'malformed', error: { detail: expect.stringContaining('value') } })
    expect(await ask(sessions, { scope })).toEqual([])
    expect((await one(gateways, scope))?.state).toBe('unknown')
  })

  it('the route table summary shows a session to the customer that never came up', async () => {
    const rows = await waitUntilTrue('the CE session', async () => {
      const seen = await ask(sessions, { scope: example.circuit })
      return seen.length > 0 && seen
    })
    expect(rows).toEqual([
      expect.objectContaining({
        neighbor: '100.65.171.1',
        localAddress: '100.65.171.2',
        path: 'primary',
        role: 'onprem',
        state: 'idle',
        verdict: 'never_established',
      }),
    ])
  })

  it('the route table with a route to nowhere is malformed, and names the field', async () => {
    expect(await outcomeOf(example.circuit, 'tables', 'AzurePrivatePeering/primary')).toMatchObject({
      lastOutcome: 'malformed',
      error: { detail: expect.stringContaining('value[0].network') },
    })
    expect(await ask(routes, { scope: example.circuit })).toEqual([])
  })

  it('the stats are its counters', async () => {
    const [primary, secondary] = ((await one(circuits, example.circuit))?.paths ?? []) as Row[]
    expect(primary).toMatchObject({ bytesIn: '537408', bytesOut: '44032550' })
    expect(secondary).toMatchObject({ bytesIn: '0', bytesOut: '39002500' })
  })

  it('the connection is one of its gateway’s, with what ARM says of it', async () => {
    const polled = await outcomeOf(example.connection, 'connection')
    expect(polled).toMatchObject({ lastOutcome: 'ok' })
  })

  it('and no event of the network was raised: only what this server has no answer for', async () => {
    const raised = await ask(events)
    expect(new Set(raised.map(({ kind }) => kind))).toEqual(new Set(['collector_error', 'initial_state']))
    const errors = raised.filter(({ kind }) => kind === 'collector_error')
    const classes = errors.map(({ cause }) => (cause as { class: string }).class)
    // on a slow machine, the empty examples have been polled often enough to be reported too
    expect(new Set(['collector_malformed', ...classes])).toEqual(
      new Set(['collector_malformed', 'collector_not_found']),
    )
  })
})
