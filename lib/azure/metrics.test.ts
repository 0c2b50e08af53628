import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MetricRow } from '#lib/contract/index.ts'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import { circuitId, createTestArmInventory, gatewayId, withAzure } from './testing/fixture.ts'
import type { PollParams } from './types.ts'

const context = withAzure()
const from = Date.UTC(2026, 10, 20, 8)
const to = from + 15 * 60_000
const metrics = /\/providers\/Microsoft\.Insights\/metrics$/i

const poll = (resourceId: string, params: PollParams = { from, to }) =>
  context.azure.poll({ resourceId, subresource: '' }, 'metrics', { params })
const queries = () => context.server.requests.filter(({ path }) => metrics.test(path)).map(({ query }) => query)
const rowsOf = async (resourceId: string, params?: PollParams) => (await poll(resourceId, params)).rows as MetricRow[]

function body(name: string, timeseries: unknown[], interval = 'PT1M') {
  return {
    interval,
    value: [{ name: { value: name, localizedValue: 'Bits' }, unit: 'BitsPerSecond', errorCode: 'Success', timeseries }],
  }
}
const answer = (value: unknown): TestArmServerReaction => ({ do: 'answer', body: value })
const dimension = (name: string, value: string) => ({ name: { value: name, localizedValue: name }, value })

describe('what is asked', () => {
  it('of a circuit: availability by peer and rates by device, each split', async () => {
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    expect(await poll(circuitId)).toMatchObject({ outcome: 'ok', rows: [] })
    expect(queries().map((query) => [query.get('metricnames'), query.get('$filter'), query.get('interval')])).toEqual([
      ['ArpAvailability,BgpAvailability', "PeeringType eq '*' and Peer eq '*'", 'PT1M'],
      ['BitsInPerSecond,BitsOutPerSecond', "PeeringType eq '*' and DeviceRole eq '*'", 'PT1M'],
      ['QosDropBitsInPerSecond,QosDropBitsOutPerSecond', null, 'PT5M'],
      ['FastPathRoutesCountForCircuit', null, 'PT5M'],
    ])
    expect(queries()[0]?.get('timespan')).toBe('2026-11-20T08:00:00.000Z/2026-11-20T08:15:00.000Z')
    expect(context.server.requests.every(({ path }) => path.startsWith(`${circuitId}/providers/`))).toBe(true)
  })

  it.each([
    [
      'ExpressRoute',
      'ErGw1AZ',
      'ExpressRouteGatewayCountOfRoutesLearnedFromPeer',
      "roleInstance eq '*' and BgpPeerAddress eq '*'",
    ],
    ['ExpressRoute', 'ErGwScale', 'ScalableExpressRouteGatewayCountOfRoutesLearnedFromPeer', "BgpPeerAddress eq '*'"],
    ['ExpressRoute', 'ErGwScale', 'ScalableExpressRouteGatewayScaleUnit', null],
    ['ExpressRoute', 'ErGw1AZ', 'ExpressRouteGatewayNumberOfVmInVnet,ExpressRouteGatewayMaxFlowsCreationRate', null],
    ['Vpn', 'VpnGw2AZ', 'BgpPeerStatus', "BgpPeerAddress eq '*' and Instance eq '*'"],
  ])('of a gateway of type %s and SKU %s: %s', async (gatewayType, name, metric, filter) => {
    context.server.reset(
      createTestArmInventory({ resources: [{ id: gatewayId, properties: { gatewayType, sku: { name } } }] }),
    )
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    expect(await poll(gatewayId)).toMatchObject({ outcome: 'ok' })
    const query = queries().find((candidate) => candidate.get('metricnames')?.includes(metric))
    expect(query?.get('$filter')).toBe(filter)
    expect(query?.get('interval')).toBe('PT5M')
  })

  it.each([
    ['with user VPN', { vpnClientAddressPool: { addressPrefixes: ['172.31.0.0/24'] } }, true],
    ['without it', null, false],
  ])('of a VPN gateway %s', async (_, vpnClientConfiguration, has) => {
    const properties = { gatewayType: 'Vpn', sku: { name: 'VpnGw2AZ' }, vpnClientConfiguration }
    context.server.reset(createTestArmInventory({ resources: [{ id: gatewayId, properties }] }))
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    const known = { gatewayType: 'Vpn', sku: 'VpnGw2AZ', hasUserVpn: has }
    for (const params of [
      { from, to },
      { from, to, resource: { region: '', gateway: known } },
    ]) {
      const earlier = queries().length
      await poll(gatewayId, params)
      const own = queries().slice(earlier)
      const ofUsers = own.filter((query) => /P2S|UserVpn/.test(query.get('metricnames') ?? ''))
      expect(ofUsers.map((query) => [query.get('metricnames'), query.get('$filter'), query.get('interval')])).toEqual(
        has
          ? [
              ['P2SConnectionCount', "Protocol eq '*' and Instance eq '*'", 'PT1M'],
              ['P2SBandwidth', "Instance eq '*'", 'PT1M'],
              ['UserVpnRouteCount', "RouteType eq '*' and Instance eq '*'", 'PT5M'],
            ]
          : [],
      )
      expect(own.length - ofUsers.length).toBe(3)
    }
  })

  it('a grain finer than the metric has is widened, a coarser one is kept', async () => {
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    await poll(circuitId, { from, to, interval: 'PT1H' })
    await poll(circuitId, { from, to, interval: 'nonsense' })
    expect(queries().map((query) => query.get('interval'))).toEqual([
      ...Array.from({ length: 4 }, () => 'PT1H'),
      'PT1M',
      'PT1M',
      'PT5M',
      'PT5M',
    ])
  })

  it('only the metrics that are wanted', async () => {
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    await poll(circuitId, { from, to, interval: 'PT5M', metrics: ['BitsOutPerSecond'] })
    expect(queries().map((query) => [query.get('metricnames'), query.get('interval')])).toEqual([
      ['BitsInPerSecond,BitsOutPerSecond', 'PT5M'],
    ])
  })

  it.each([
    ['known to have Global Reach', { resource: { region: '', gateway: null, hasReach: true } }, true],
    ['without it', { resource: { region: '', gateway: null } }, false],
    ['whose Global Reach is asked for by name', { metrics: ['GlobalReachBitsOutPerSecond'] }, true],
  ])('of a circuit %s', async (_, params, asks) => {
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    await poll(circuitId, { from, to, ...params })
    const query = queries().find((candidate) => candidate.get('metricnames')?.startsWith('GlobalReach'))
    expect(query?.get('$filter')).toBe(asks ? "PeeredCircuitSKey eq '*'" : undefined)
  })

  it('a long window in pieces that meet', async () => {
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    const day = 86_400_000
    await poll(circuitId, { from, to: from + 2.5 * day })
    const spans = queries()
      .filter((query) => query.get('metricnames')?.startsWith('Bits'))
      .map((query) => query.get('timespan'))
    const at = (days: number) => new Date(from + days * day).toISOString()
    expect(spans).toEqual([`${at(0)}/${at(1)}`, `${at(1)}/${at(2)}`, `${at(2)}/${at(2.5)}`])
  })

  it('any window in whole buckets, each of them in one request and in one row', async () => {
    const minutes = { PT1M: 1, PT5M: 5, PT15M: 15, PT1H: 60 }
    const windows = fc.record({
      from: fc.integer({ min: from, max: from + 86_400_000 }),
      length: fc.integer({ min: 1, max: 4 * 86_400_000 }),
      interval: fc.constantFrom('PT1M', 'PT5M', 'PT15M', 'PT1H'),
    })
    await fc.assert(
      fc.asyncProperty(windows, async ({ from: begin, length, interval }) => {
        const grainMs = minutes[interval as keyof typeof minutes] * 60_000
        // a window also begins at a multiple of five minutes, because Azure may answer with longer buckets
        const alignmentMs = Math.max(grainMs, 5 * 60_000)
        const first = Math.floor(begin / alignmentMs) * alignmentMs
        const end = begin + length
        context.server.reset(createTestArmInventory({}))
        // buckets before, in and after each piece
        const at = [first - grainMs, first, first + 1_440 * grainMs, Math.floor((end - 1) / grainMs) * grainMs]
        const data = [...new Set(at)].map((one) => ({ timeStamp: new Date(one).toISOString(), average: 1 }))
        context.server.rule({
          when: metrics,
          behaviour: answer(body('BitsInPerSecond', [{ metadatavalues: [], data }], interval)),
        })
        const rows = await rowsOf(circuitId, { from: begin, to: end, interval, metrics: ['BitsInPerSecond'] })
        const spans = queries().map((query) => (query.get('timespan') ?? '').split('/').map((text) => Date.parse(text)))
        expect(spans.map(([start]) => start)).toEqual([first, ...spans.slice(0, -1).map(([, stop]) => stop)])
        expect(spans.every(([start = 0]) => start % grainMs === 0)).toBe(true)
        expect(spans.at(-1)?.[1]).toBe(end)
        const inside = [...new Set(at)].filter((one) => one >= first && one < end).toSorted((a, b) => a - b)
        expect(rows.map((row) => row.at)).toEqual(inside)
      }),
      { numRuns: 40 },
    )
  })
})

describe('what is read', () => {
  it('a bucket without the aggregation is no row, dimension names are lower case', async () => {
    const data = [
      { timeStamp: '2026-11-20T08:00:00Z', average: 80_000_000.5 },
      { timeStamp: '2026-11-20T08:01:00Z' },
      { timeStamp: '2026-11-20T08:02:00Z', average: null },
      { timeStamp: '2026-11-20T08:03:00Z', average: 0 },
    ]
    const metadatavalues = [dimension('DeviceRole', 'Primary-IPv4'), dimension('peeringtype', 'Private')]
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    context.server.rule({
      when: metrics,
      behaviour: answer(body('BitsInPerSecond', [{ metadatavalues, data }])),
      times: 1,
    })
    const row = {
      metric: 'BitsInPerSecond',
      unit: 'BitsPerSecond',
      grainSeconds: 60,
      maximum: null,
      minimum: null,
      total: null,
    }
    const dimensions = { devicerole: 'Primary-IPv4', peeringtype: 'Private' }
    expect(await rowsOf(circuitId)).toEqual([
      { ...row, dimensions, at: from, average: 80_000_000.5 },
      { ...row, dimensions, at: from + 180_000, average: 0 },
    ])
  })

  it('one request that fails leaves the others, as incomplete; all that fail are the outcome', async () => {
    const data = [{ timeStamp: '2026-11-20T08:00:00Z', average: 100 }]
    context.server.rule({ when: metrics, behaviour: armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '5' }) })
    context.server.rule({ when: metrics, behaviour: answer(body('ArpAvailability', [{ data }])), times: 1 })
    expect(await poll(circuitId)).toMatchObject({
      outcome: 'incomplete',
      error: { code: 'TooManyRequests', retryAfterSeconds: 5 },
      rows: [{ metric: 'ArpAvailability', dimensions: {}, average: 100 }],
    })
    expect(await poll(circuitId)).toMatchObject({ outcome: 'throttled', rows: [] })
  })

  describe('of metrics that a resource lacks', () => {
    const gateway = { region: '', gateway: { gatewayType: 'ExpressRoute', sku: 'ErGw1AZ' } }
    const load = ['CpuUtilization', 'BitsPerSecond', 'PacketsPerSecond', 'ActiveFlows'].map(
      (name) => `ExpressRouteGateway${name}`,
    )
    const lacks = (name: string, valid = '') =>
      armError(
        400,
        'BadRequest',
        `Failed to find metric configuration for provider: Microsoft.Network, resource Type: virtualNetworkGateways, metric: ${name}${valid && `, Valid metrics: ${valid}`}`,
      )
    const data = [{ timeStamp: '2026-11-20T08:00:00Z', average: 100 }]
    /** Serves the requested metrics, or a refusal if one of them is not supported. */
    const serve = (lacking: readonly string[], refusal: (name: string) => TestArmServerReaction = lacks) =>
      context.server.rule({
        when: metrics,
        behaviour: ({ query }) => {
          const names = query.get('metricnames')?.split(',') ?? []
          const missing = names.find((name) => lacking.includes(name))
          if (missing !== undefined) return refusal(missing)
          return answer({ value: names.flatMap((name) => body(name, [{ data }]).value) })
        },
      })
    const asked = () => queries().map((query) => query.get('metricnames') ?? '')

    it.each([
      ['one', ['ExpressRouteGatewayActiveFlows'], lacks],
      [
        'two, named one after the other',
        ['ExpressRouteGatewayActiveFlows', 'ExpressRouteGatewayCpuUtilization'],
        lacks,
      ],
      ['one, without the family in its name', ['ExpressRouteGatewayActiveFlows'], () => lacks('ActiveFlows')],
      [
        'two that are not among the valid ones',
        ['ExpressRouteGatewayActiveFlows', 'ExpressRouteGatewayCpuUtilization'],
        (name: string) => lacks(name, 'ExpressRouteGatewayBitsPerSecond,ExpressRouteGatewayPacketsPerSecond'),
      ],
    ])('%s: the others are asked for without it, for a day', async (_, lacking, refusal) => {
      serve(lacking, refusal)
      const read = async () => {
        const { outcome, error, rows } = await poll(gatewayId, { from, to, resource: gateway })
        const names = new Set((rows as MetricRow[]).map(({ metric }) => metric))
        return { outcome, error, read: load.filter((name) => names.has(name)) }
      }
      const first = await read()
      expect(first).toMatchObject({
        outcome: 'incomplete',
        error: { httpStatus: 400, detail: expect.stringContaining('Failed to find metric configuration') },
        read: load.filter((name) => !lacking.includes(name)),
      })
      const requests = asked().length
      expect(await read()).toEqual(first)
      // the refused metric is not requested again
      expect(asked().slice(requests)).toHaveLength(4)
      expect(asked().slice(requests).join()).not.toContain('ActiveFlows')
    })

    it('a refusal that names none of them is that of all', async () => {
      serve(load, () => armError(400, 'BadRequest', 'The interval is invalid.'))
      const { outcome, rows } = await poll(gatewayId, { from, to, resource: gateway })
      expect(outcome).toBe('incomplete')
      expect((rows as MetricRow[]).some(({ metric }) => load.includes(metric))).toBe(false)
      expect(asked()).toHaveLength(4)
    })
  })

  it.each([
    ['an error of its own', { errorCode: 'InternalError', errorMessage: 'try later' }, /ArpAvailability: try later/],
    ['no name', { name: null }, /value\[0\]\.name: expected text/],
    ['series that are none', { timeseries: 'none' }, /value\[0\]\.timeseries/],
    ['a series that is none', { timeseries: [null, { data: [] }] }, /timeseries\[0\]/],
    ['a bucket without a time', { timeseries: [{ data: [{ average: 1 }] }] }, /data\[0\]\.timeStamp/],
  ])('one of two metrics with %s leaves the other, and says so', async (_, wrong, says) => {
    const data = [{ timeStamp: '2026-11-20T08:00:00Z', average: 100 }]
    const bad = { ...body('ArpAvailability', []).value[0], ...wrong }
    context.server.rule({ when: metrics, behaviour: answer({ value: [] }) })
    context.server.rule({
      when: metrics,
      behaviour: answer({ interval: 'PT1M', value: [bad, ...body('BgpAvailability', [{ data }]).value] }),
      times: 1,
    })
    expect(await poll(circuitId)).toMatchObject({
      outcome: 'incomplete',
      error: { detail: expect.stringMatching(says) },
      rows: [{ metric: 'BgpAvailability', average: 100 }],
    })
  })

  it.each([
    [{}, 'value: expected array, got nothing'],
    [{ value: [{ unit: 'Percent' }] }, 'value[0].name: expected text or {value}, got nothing'],
    [
      body('X', [{ data: [{ timeStamp: 'yesterday' }] }]),
      'value[0].timeseries[0].data[0].timeStamp: expected an ISO 8601 time',
    ],
    [
      body('X', [{ data: [{ timeStamp: '2026-11-20T08:00:00Z', average: {} }] }]),
      'average: expected number, got object',
    ],
  ])('%j is malformed', async (value, detail) => {
    context.server.rule({ when: metrics, behaviour: answer(value) })
    const { outcome, error } = await poll(circuitId)
    expect(outcome).toBe('malformed')
    expect(error?.detail).toContain(detail)
  })
})
