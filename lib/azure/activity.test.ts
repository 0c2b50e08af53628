import { describe, expect, it } from 'vitest'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import { circuitId, subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const from = Date.UTC(2026, 10, 20, 8)
const log = /\/eventtypes\/management\/values$/i
const on = (behaviour: TestArmServerReaction) => context.server.rule({ when: log, behaviour })
const target = { resourceId: subscriptionId, subresource: '' }
const poll = () =>
  context.azure.poll(target, 'activity', {
    params: { from, to: from + 60_000 },
  })

const entry = (over: object = {}) => ({
  eventDataId: 'e1',
  correlationId: 'c1',
  eventTimestamp: '2026-11-20T08:00:10.1234567Z',
  submissionTimestamp: '2026-11-20T08:03:00Z',
  operationName: { value: 'Microsoft.Network/expressRouteCircuits/write', localizedValue: 'Create or update' },
  status: { value: 'Succeeded' },
  category: { value: 'Administrative' },
  resourceId: circuitId,
  caller: 'someone@example.com',
  claims: { name: 'Some One', ipaddr: '203.0.113.9' },
  properties: { requestbody: '{"properties":{"sharedKey":"secret"}}' },
  ...over,
})

describe('the Activity Log', () => {
  it('is asked for the network provider in the window', async () => {
    on({ do: 'answer', body: { value: [] } })
    expect(await poll()).toMatchObject({ outcome: 'ok', rows: [] })
    const [first] = context.server.requests.filter(({ path }) => path.endsWith('/values'))
    expect(first?.query.get('$filter')).toBe(
      "eventTimestamp ge '2026-11-20T08:00:00.000Z' and eventTimestamp le '2026-11-20T08:01:00.000Z'" +
        " and resourceProvider eq 'Microsoft.Network'",
    )
    expect(first?.query.get('$select')?.split(',')).toEqual([
      'eventDataId',
      'correlationId',
      'eventTimestamp',
      'submissionTimestamp',
      'operationName',
      'status',
      'resourceId',
      'category',
      'caller',
    ])
  })

  it('that can not be read to its end stays read as far as it was, and names where it goes on', async () => {
    const read = from + 30 * 60_000
    on({ do: 'answer', body: { value: [entry()] } })
    context.server.rule({
      when: log,
      behaviour: ({ query }) =>
        query.get('$filter')?.includes(`ge '${new Date(read).toISOString()}'`)
          ? armError(429, 'TooManyRequests', 'slow down')
          : { do: 'answer', body: { value: [entry()] } },
    })
    const params = { from, to: from + 120 * 60_000 }
    const observation = await context.azure.poll(target, 'activity', { params })
    expect(observation).toMatchObject({
      outcome: 'incomplete',
      readUpTo: read,
      rows: [{ eventDataId: 'e1' }],
      error: { code: 'TooManyRequests', detail: expect.stringContaining('read up to 2026-11-20T08:30:00.000Z') },
    })
  })

  it('in which nothing but our own polls stands is read as far as it was, too', async () => {
    const end = from + 15 * 60_000
    const own = { value: 'Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action' }
    context.server.rule({
      when: log,
      behaviour: ({ query }) =>
        query.get('$filter')?.includes(`ge '${new Date(end).toISOString()}'`)
          ? armError(429, 'TooManyRequests', 'slow down')
          : { do: 'answer', body: { value: [entry({ operationName: own })] } },
    })
    const params = { from, to: from + 60 * 60_000 }
    const observation = await context.azure.poll(target, 'activity', { params })
    expect(observation).toMatchObject({ outcome: 'incomplete', readUpTo: end, rows: [] })
  })

  it('of which nothing can be read is no partial one', async () => {
    on(armError(429, 'TooManyRequests', 'slow down'))
    expect(await poll()).toMatchObject({ outcome: 'throttled', rows: [] })
  })

  it('gives its entries once, oldest first, without claims and bodies', async () => {
    const value = [entry({ eventDataId: 'e2', eventTimestamp: '2026-11-20T08:00:20Z' }), entry(), entry()]
    on({ do: 'answer', body: { value } })
    const { rows } = await poll()
    expect(rows).toEqual([
      {
        eventDataId: 'e1',
        correlationId: 'c1',
        at: from + 10_123,
        submittedAt: from + 180_000,
        operation: 'Microsoft.Network/expressRouteCircuits/write',
        status: 'Succeeded',
        resourceId: circuitId,
        caller: 'someone@example.com',
        category: 'Administrative',
      },
      expect.objectContaining({ eventDataId: 'e2' }),
    ])
    expect(JSON.stringify(rows)).not.toMatch(/Some One|203\.0\.113\.9|secret/)
  })

  it.each([
    'microsoft.network/virtualnetworkgateways/getbgppeerstatus/action',
    'Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action',
    'Microsoft.Network/virtualNetworkGateways/getAdvertisedRoutes/action',
    'Microsoft.Network/expressRouteCircuits/peerings/arpTables/action',
    'Microsoft.Network/expressRouteCircuits/peerings/routeTables/action',
    'Microsoft.Network/expressRouteCircuits/peerings/routeTablesSummary/read',
    'microsoft.network/virtualhubs/effectiveroutes/action',
    'Microsoft.Network/virtualHubs/inboundRoutes/action',
    'Microsoft.Network/virtualHubs/bgpConnections/learnedRoutes/action',
    'Microsoft.Network/virtualHubs/bgpConnections/advertisedRoutes/action',
    'Microsoft.Network/networkInterfaces/effectiveRouteTable/action',
  ])('%s is our own polling, and left out', async (operation) => {
    const reset = { value: 'microsoft.network/virtualnetworkgateways/reset/action' }
    on({
      do: 'answer',
      body: { value: [entry({ operationName: { value: operation } }), entry({ operationName: reset })] },
    })
    expect((await poll()).rows).toMatchObject([{ operation: reset.value }])
  })

  it.each(['Microsoft.Network/virtualHubs/bgpConnections/write', 'Microsoft.Network/routeTables/write'])(
    '%s is none, though a poll reads the same',
    async (operation) => {
      on({ do: 'answer', body: { value: [entry({ operationName: { value: operation } })] } })
      expect((await poll()).rows).toMatchObject([{ operation }])
    },
  )

  it('an entry without its time is malformed', async () => {
    on({ do: 'answer', body: { value: [entry({ eventTimestamp: null })] } })
    expect(await poll()).toMatchObject({
      outcome: 'malformed',
      error: { detail: 'value[0].eventTimestamp: expected an ISO 8601 time, got null' },
    })
  })
})
