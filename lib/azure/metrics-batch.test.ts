import { describe, expect, it } from 'vitest'
import type { MetricRow } from '#lib/contract/index.ts'
import { parseAzureEndpoint } from './endpoint.ts'
import { findMetricsEndpoints } from './kinds/metrics/data-plane.ts'
import { armError, type TestArmServerReaction, type SeenRequest } from './testing/arm-server.ts'
import { SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'
import type { AzureAccess, MetricsBatchRefusal } from './types.ts'

const context = withAzure()
const from = Date.UTC(2026, 10, 20, 8)
const to = from + 15 * 60_000
const resource = { region: 'UK South', gateway: null }
const BATCH = /\/metrics:getBatch$/i
const ALONE = /\/providers\/Microsoft\.Insights\/metrics$/i

const circuitIds = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, n) =>
      `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/edge/providers/Microsoft.Network/expressRouteCircuits/c${n}`,
  )
const poll = (azure: AzureAccess, resourceId: string, signal?: AbortSignal) =>
  azure.poll({ resourceId, subresource: '' }, 'metrics', { params: { from, to, resource }, ...(signal && { signal }) })
const pollAll = (azure: AzureAccess, ids: readonly string[]) => Promise.all(ids.map((id) => poll(azure, id)))
const requests = (path: RegExp) => context.server.requests.filter((request) => path.test(request.path))
const idsIn = ({ body }: Pick<SeenRequest, 'body'>) => (JSON.parse(body) as { resourceids: string[] }).resourceids

function metric(name: string, average: number | null, errorCode = 'Success') {
  const data = [{ timeStamp: '2026-11-20T08:05:00Z', ...(average !== null && { average }) }]
  return { name: { value: name, localizedValue: name }, unit: 'Percent', errorCode, timeseries: [{ data }] }
}

/** Returns a number that is unique to each circuit, so that rows cannot be mixed up. */
const numberOf = (id: string) => Number(/c(\d+)$/.exec(id)?.[1])
const entryOf = (id: string) => ({
  interval: 'PT1M',
  resourceid: id.toUpperCase(),
  value: [metric('BgpAvailability', numberOf(id))],
})

function serve(entries: (ids: readonly string[]) => unknown[] = (ids) => ids.map(entryOf)): void {
  context.server.rule({
    when: BATCH,
    behaviour: (request): TestArmServerReaction => ({ do: 'answer', body: { values: entries(idsIn(request)) } }),
  })
}
const alone = (average: number) =>
  context.server.rule({
    when: ALONE,
    behaviour: { do: 'answer', body: { value: [metric('BgpAvailability', average)] } },
  })

function connect(more: { refusals?: MetricsBatchRefusal[] } = {}): AzureAccess {
  return context.connect({
    metricsUrl: context.server.url,
    onMetricsRefused: (refusal) => void more.refusals?.push(refusal),
  })
}

describe('metrics of many resources', () => {
  it('are read in one request of 50 for each set of metrics, without a call to ARM; each has its own rows', async () => {
    serve()
    const ids = circuitIds(60)
    const answers = await pollAll(connect(), ids)
    expect(answers.map(({ outcome }) => outcome)).toEqual(ids.map(() => 'ok'))
    for (const [n, { rows }] of answers.entries()) {
      // the server returns the same series for each of the four requests
      expect((rows as MetricRow[]).map(({ average }) => average)).toEqual([n, n, n, n])
    }
    const sizes = requests(BATCH).map((request) => idsIn(request).length)
    expect(sizes.toSorted((a, b) => b - a)).toEqual([50, 50, 50, 50, 10, 10, 10, 10])
    expect(context.server.requests).toHaveLength(8)
    const [first] = requests(BATCH)
    expect(first?.path).toBe(`/subscriptions/${SUBSCRIPTION_ID}/metrics:getBatch`)
    expect(Object.fromEntries(first?.query ?? [])).toEqual({
      'api-version': '2024-02-01',
      starttime: '2026-11-20T08:00:00.000Z',
      endtime: '2026-11-20T08:15:00.000Z',
      interval: 'PT1M',
      metricnamespace: 'microsoft.network/expressroutecircuits',
      metricnames: 'ArpAvailability,BgpAvailability',
      aggregation: 'Average',
      filter: "PeeringType eq '*' and Peer eq '*'",
      top: '200',
    })
  })

  it('wait for the reset of their limit once it is nearly used up, so that none is refused', async () => {
    const resetAt = Date.now() + 1_200
    const limited = (remaining: number): TestArmServerReaction => ({
      do: 'answer',
      body: { values: [] },
      headers: {
        'X-Rate-Limit-Limit': '30;w=30s',
        'X-Rate-Limit-Remaining': String(remaining),
        'X-Rate-Limit-Reset': new Date(resetAt).toISOString().replace('Z', '0000Z'),
      },
    })
    context.server.rule({ when: BATCH, behaviour: () => limited(requests(BATCH).length > 4 ? 20 : 1) })
    alone(7)
    const azure = connect()
    const ids = circuitIds(2)
    const first = await poll(azure, ids[0] ?? '')
    expect(first.budget?.buckets).toContainEqual(
      expect.objectContaining({ name: 'rate-limit', remaining: 1, limit: 30, windowSeconds: 30, resetAt }),
    )
    const earlier = requests(BATCH).length
    await poll(azure, ids[1] ?? '')
    const later = requests(BATCH).slice(earlier)
    expect(later.length).toBeGreaterThan(0)
    for (const { at } of later) expect(at).toBeGreaterThanOrEqual(resetAt - 50)
  })

  it('a gateway’s type and SKU need no request where the caller knows them', async () => {
    serve((ids) => ids.map((id) => ({ interval: 'PT5M', resourceid: id, value: [] })))
    const resourceId = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/edge/providers/Microsoft.Network/virtualNetworkGateways/gw`
    const gateway = { gatewayType: 'ExpressRoute', sku: 'ErGwScale' }
    const params = { from, to, resource: { region: 'uksouth', gateway } }
    expect(await connect().poll({ resourceId, subresource: '' }, 'metrics', { params })).toMatchObject({
      outcome: 'ok',
    })
    expect(context.server.requests.map(({ query }) => query.get('metricnames'))).toContain(
      'ScalableExpressRouteGatewayFrequencyOfRoutesChanged',
    )
    expect(requests(/virtualNetworkGateways\/gw$/i)).toEqual([])
  })

  it('of which one is missing, wrong or has an error: only that one is asked for by itself, or malformed', async () => {
    const [missing = '', wrong = '', failed = '', good = '', empty = ''] = circuitIds(5)
    serve((ids) =>
      ids.flatMap((id) => {
        if (id === missing) return []
        if (id === wrong) return { ...entryOf(id), value: [{ name: 'BgpAvailability', timeseries: 'none' }] }
        if (id === failed) return { ...entryOf(id), value: [metric('BgpAvailability', null, 'InternalError')] }
        if (id === empty) return { ...entryOf(id), value: [metric('BgpAvailability', null)] }
        return entryOf(id)
      }),
    )
    alone(99)
    const azure = connect()
    const answers = await pollAll(azure, [missing, wrong, failed, good, empty])
    const values = answers.map(({ outcome, rows }) => [outcome, (rows as MetricRow[]).map(({ average }) => average)])
    expect(values).toEqual([
      ['ok', [99, 99, 99, 99]],
      ['malformed', []],
      ['ok', [99, 99, 99, 99]],
      ['ok', [3, 3, 3, 3]],
      // a bucket without a value is not a sample of 0
      ['ok', []],
    ])
    expect(requests(ALONE).map(({ path }) => path.split('/providers/Microsoft.Insights')[0])).toEqual(
      expect.arrayContaining([missing, failed]),
    )
    expect(requests(ALONE)).toHaveLength(8)
    expect(azure.readsTogether(SUBSCRIPTION_ID, 'uksouth')).toBe(true)
  })

  it('of one resource that are read in part are its own, and what is wrong with them', async () => {
    const [odd = '', good = ''] = circuitIds(2)
    serve((ids) =>
      ids.map((id) =>
        id === odd ? { ...entryOf(id), value: [{ unit: 'Percent' }, ...entryOf(id).value] } : entryOf(id),
      ),
    )
    const answers = await pollAll(connect(), [odd, good])
    expect(answers.map(({ outcome, rows }) => [outcome, (rows as MetricRow[]).length])).toEqual([
      ['incomplete', 4],
      ['ok', 4],
    ])
    expect(answers[0]?.error?.detail).toContain('value[0].name')
    expect(requests(ALONE)).toEqual([])
  })

  it('that are refused are read one by one, reported once, and not asked for again with the next poll', async () => {
    context.server.rule({ when: BATCH, behaviour: armError(403, 'AuthorizationFailed', 'No.') })
    alone(97)
    const refusals: MetricsBatchRefusal[] = []
    const azure = connect({ refusals })
    const ids = circuitIds(3)
    for (const { outcome, rows } of await pollAll(azure, ids)) {
      expect([outcome, (rows as MetricRow[]).length]).toEqual(['ok', 4])
    }
    expect(refusals).toMatchObject([{ subscriptionId: SUBSCRIPTION_ID, region: 'UK South', outcome: 'forbidden' }])
    const asked = requests(BATCH).length
    expect(asked).toBeLessThanOrEqual(3)
    expect(azure.readsTogether(SUBSCRIPTION_ID, 'UK South')).toBe(false)
    await pollAll(azure, ids)
    expect(requests(BATCH)).toHaveLength(asked)
    expect(refusals).toHaveLength(1)
  })

  it('that a budget of the data plane’s own refuses are throttled, and nothing of ARM’s is', async () => {
    const refused = armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '90' })
    context.server.rule({ when: BATCH, behaviour: refused })
    const azure = connect()
    const ids = circuitIds(2)
    const [one] = await pollAll(azure, ids)
    expect(one).toMatchObject({ outcome: 'throttled', error: { retryAfterSeconds: 90, budget: null }, rows: [] })
    await pollAll(azure, ids)
    expect(context.server.requests).toHaveLength(1)
    expect(azure.readsTogether(SUBSCRIPTION_ID, 'uksouth')).toBe(true)
  })

  it('whose first poll is aborted are read by the others all the same', async () => {
    context.server.rule({ when: BATCH, behaviour: { do: 'hang' } })
    alone(96)
    const azure = connect()
    const [first = '', second = ''] = circuitIds(2)
    const stop = new AbortController()
    const aborted = poll(azure, first, stop.signal)
    const other = poll(azure, second)
    await context.server.seen(BATCH)
    context.server.rule({ when: BATCH, behaviour: armError(404, 'NotFound', 'none') })
    stop.abort()
    await expect(aborted).rejects.toThrow('aborted')
    expect(await other).toMatchObject({ outcome: 'ok', rows: Array.from({ length: 4 }, () => ({ average: 96 })) })
  })

  it('are read one by one from another cloud’s ARM that names no place for them', async () => {
    alone(95)
    const azure = context.connect()
    expect(await poll(azure, circuitIds(1)[0] ?? '')).toMatchObject({ outcome: 'ok' })
    expect(requests(BATCH)).toEqual([])
    expect(azure.readsTogether(SUBSCRIPTION_ID, 'uksouth')).toBe(false)
  })
})

describe('the place of the data plane', () => {
  const arm = (url: string) => parseAzureEndpoint(url)

  it('is a host for each region of the public cloud, which gets the token only for regions that are words', () => {
    const place = findMetricsEndpoints(arm('https://management.azure.com'), null)
    expect(place.controlPlane).toBe('https://management.azure.com')
    expect(place.isAllowed('https://uksouth.metrics.monitor.azure.com')).toBe(false)
    expect(place.dataPlane('UK South')).toBe('https://uksouth.metrics.monitor.azure.com')
    expect(place.isAllowed('https://uksouth.metrics.monitor.azure.com')).toBe(true)
    for (const odd of ['evil.example/', 'a.b', '', 'x@y', 'ü']) expect(place.dataPlane(odd)).toBeNull()
    expect(place.isAllowed('https://evil.example')).toBe(false)
  })

  it('is none with another ARM, and what is named where something is named', () => {
    const government = arm('https://management.usgovcloudapi.net')
    expect(findMetricsEndpoints(government, null).dataPlane('usgovvirginia')).toBeNull()
    const named = findMetricsEndpoints(government, 'https://{region}.metrics.monitor.azure.us')
    expect(named.dataPlane('usgovvirginia')).toBe('https://usgovvirginia.metrics.monitor.azure.us')
    expect(named.controlPlane).toBe('https://management.usgovcloudapi.net')
    const one = findMetricsEndpoints(government, 'http://127.0.0.1:4000/')
    expect([one.dataPlane('anywhere'), one.controlPlane]).toEqual(['http://127.0.0.1:4000', 'http://127.0.0.1:4000'])
  })
})
