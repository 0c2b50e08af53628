import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import { circuitId, connectionId, gatewayId, peerBody, withAzure } from './testing/fixture.ts'

const context = withAzure()
/**
 * Maximum difference in milliseconds between two readings of the same clock, due to CPU cores and clock adjustments.
 */
const CLOCKS_MS = 50
const gateway = { resourceId: gatewayId, subresource: '' }
const stats = { primarybytesIn: 9007199254740993n, primarybytesOut: 2, secondarybytesIn: 3, secondarybytesOut: 4 }

const pollStats = (options = {}) => context.azure.poll({ resourceId: circuitId, subresource: '' }, 'stats', options)
const onStats = (behaviour: TestArmServerReaction, times?: number) =>
  context.server.rule({ when: /GET .*\/stats$/i, behaviour, ...(times && { times }) })
const answer = (body: unknown, headers = {}): TestArmServerReaction => ({ do: 'answer', body, headers })

const refusal =
  "The client 'a' with object id 'b' does not have authorization to perform action " +
  "'microsoft.network/virtualnetworkgateways/getbgppeerstatus/action' over scope '/subscriptions/s' or the scope is invalid."

describe('what the server answers decides the outcome', () => {
  it.each<[string, TestArmServerReaction, string, object]>([
    ['401', armError(401, 'InvalidAuthenticationToken', 'bad'), 'unauthorized', { httpStatus: 401 }],
    [
      '403',
      armError(403, 'AuthorizationFailed', 'no'),
      'forbidden',
      { code: 'AuthorizationFailed', missingAction: null },
    ],
    ['404', armError(404, 'ResourceNotFound', 'gone'), 'not_found', { code: 'ResourceNotFound', detail: 'gone' }],
    ['409', armError(409, 'Conflict', 'busy'), 'unavailable', { code: 'Conflict' }],
    ['400', armError(400, 'BadRequest', 'what?'), 'unavailable', { code: 'BadRequest', httpStatus: 400 }],
    ['429', armError(429, 'TooManyRequests', 'slow'), 'throttled', { retryAfterSeconds: null }],
    [
      '429 with seconds',
      armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '3600' }),
      'throttled',
      { retryAfterSeconds: 3_600 },
    ],
    [
      '429 with milliseconds',
      armError(429, 'TooManyRequests', 'slow', { 'x-ms-retry-after-ms': '1500' }),
      'throttled',
      { retryAfterSeconds: 1.5 },
    ],
    [
      '500',
      armError(500, 'InternalServerError', 'oops'),
      'unavailable',
      { code: 'InternalServerError', httpStatus: 500 },
    ],
    [
      '429 for longer than any budget takes to refill',
      armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '99999999999999999999' }),
      'throttled',
      { retryAfterSeconds: 3_600 },
    ],
    ['503', armError(503, 'ServerBusy', 'b', { 'Retry-After': '60' }), 'unavailable', { retryAfterSeconds: 60 }],
    [
      'a proxy page',
      { do: 'text', status: 502, text: '<html>', contentType: 'text/html' },
      'unavailable',
      { code: 'HTTP_502' },
    ],
    ['no body', { do: 'text', status: 500, text: '' }, 'unavailable', { code: 'HTTP_500' }],
    ['a reset', { do: 'reset' }, 'unavailable', { code: 'ECONNRESET', httpStatus: null }],
    ['half a body', { do: 'halfBody', text: '{"primarybytesIn":' }, 'malformed', { code: 'HALF_BODY' }],
    ['garbage', { do: 'text', text: '%%%' }, 'malformed', { code: 'MALFORMED_JSON', httpStatus: 200 }],
    ['wrong types', answer({ primarybytesIn: {}, primarybytesOut: 'many' }), 'malformed', { code: 'MALFORMED_FIELD' }],
    ['{}', answer({}), 'malformed', {}],
    ['[]', answer([]), 'malformed', {}],
    ['null', answer(null), 'malformed', {}],
    ['204', { do: 'text', status: 204, text: '' }, 'malformed', { code: 'EMPTY_BODY' }],
  ])('%s', async (_name, behaviour, outcome, error) => {
    onStats(behaviour)
    expect(await pollStats()).toMatchObject({ outcome, error, rows: [] })
  })

  it('a 429 is not waited out: one request, and its own outcome', async () => {
    onStats(armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '3600' }))
    expect(await pollStats()).toMatchObject({ outcome: 'throttled' })
    expect(context.server.requests).toHaveLength(1)
  })

  it('a missing right is named, and nobody', async () => {
    context.server.rule({ when: /POST/, behaviour: armError(403, 'AuthorizationFailed', refusal) })
    const { outcome, error } = await context.azure.poll(gateway, 'peers')
    const action = 'microsoft.network/virtualnetworkgateways/getbgppeerstatus/action'
    expect({ outcome, error }).toMatchObject({ outcome: 'forbidden', error: { missingAction: action } })
    expect(error?.detail).toContain(action)
    expect(error?.detail).not.toContain('object id')
  })

  it.each([
    ['a blip', armError(500, 'InternalServerError', 'oops')],
    ['a reset', { do: 'reset' } as const],
  ])('%s is bridged by one more try', async (_name, behaviour) => {
    onStats(answer(stats))
    onStats(behaviour, 1)
    expect(await pollStats()).toMatchObject({ outcome: 'ok' })
    expect(context.server.requests).toHaveLength(2)
  })

  it('an outage is not: three requests, all within seconds', async () => {
    onStats(armError(503, 'ServerBusy', 'busy'))
    await pollStats()
    expect(context.server.requests).toHaveLength(3)
  })

  it('a follow-up that fails is the outcome of the poll', async () => {
    const ends: [TestArmServerReaction, string][] = [
      [armError(404, 'ResourceNotFound', 'expired'), 'not_found'],
      [armError(429, 'TooManyRequests', 'slow', { 'Retry-After': '9' }), 'throttled'],
      [armError(500, 'InternalServerError', 'oops'), 'unavailable'],
      [{ do: 'reset' }, 'unavailable'],
    ]
    for (const [end, outcome] of ends) {
      context.server.rule({
        when: /POST/,
        behaviour: { do: 'operation', style: 'location', body: peerBody, rounds: 0, end },
      })
      expect(await context.azure.poll(gateway, 'peers')).toMatchObject({ outcome })
    }
  })
})

describe('no server at all', () => {
  it('a refused connection is unavailable', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await new Promise((resolve) => taken.close(resolve))
    const azure = context.connect({ resourceManagerUrl: `http://127.0.0.1:${port}` })
    expect(await azure.poll({ resourceId: circuitId, subresource: '' }, 'stats')).toMatchObject({
      outcome: 'unavailable',
      error: { code: 'ECONNREFUSED' },
    })
  })

  it.each([
    ['the deadline', {}, { deadlineMs: 300 }, 'TIMEOUT'],
    ['the patience for one request', { requestTimeoutMs: 200 }, {}, 'REQUEST_TIMEOUT'],
  ])('silence is a timeout, by %s', async (_name, settings, options, code) => {
    onStats({ do: 'hang' })
    const azure = context.connect(settings)
    const observation = await azure.poll({ resourceId: circuitId, subresource: '' }, 'stats', options)
    expect(observation).toMatchObject({ outcome: 'timeout', error: { code } })
    expect(observation.finishedAt - observation.startedAt).toBeGreaterThan(100)
  })
})

describe('links to elsewhere', () => {
  it('a redirect within the endpoint is followed, one away from it is not', async () => {
    onStats({ do: 'text', status: 307, text: '', headers: { Location: '/moved' } })
    context.server.rule({ when: /GET \/moved$/, behaviour: answer(stats) })
    expect(await pollStats()).toMatchObject({ outcome: 'ok' })
    onStats({ do: 'text', status: 307, text: '', headers: { Location: 'http://127.0.0.1:9/elsewhere' } })
    expect(await pollStats()).toMatchObject({ outcome: 'malformed', error: { code: 'FOREIGN_LINK', httpStatus: 307 } })
  })
})

describe("the caller's own abort", () => {
  it.each([
    ['before', 0],
    ['during', 1],
  ])('%s the request throws an AbortError', async (_name, requests) => {
    onStats({ do: 'hang' })
    const giveUp = new AbortController()
    if (requests === 0) giveUp.abort()
    const outcome = pollStats({ signal: giveUp.signal }).catch((error: unknown) => error)
    if (requests > 0) await context.server.seen(/stats/)
    giveUp.abort()
    expect(await outcome).toMatchObject({ name: 'AbortError' })
    expect(context.server.requests).toHaveLength(requests)
  })

  it('closing the client aborts what is under style and refuses what comes later', async () => {
    onStats({ do: 'hang' })
    const outcome = pollStats().catch((error: unknown) => error)
    await context.server.seen(/stats/)
    context.azure.close()
    expect(await outcome).toMatchObject({ name: 'AbortError' })
    await expect(pollStats()).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('every observation', () => {
  it("carries its correlation id, which every request of it carried, and the product's name and version", async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    context.server.rule({ when: /POST/, behaviour: { do: 'operation', style: 'both', body: peerBody, rounds: 0 } })
    const { correlationId } = await context.azure.poll(gateway, 'peers')
    expect(context.server.requests).toHaveLength(3)
    for (const { headers } of context.server.requests) {
      expect(headers['x-ms-correlation-request-id']).toBe(correlationId)
      expect(headers['x-ms-client-request-id']).toBe(correlationId)
      expect(headers['user-agent']).toMatch(new RegExp(`^peerwatch/${version} azsdk-js-arm-network/39`))
    }
  })

  it("carries ARM's budget where ARM states it", async () => {
    onStats(answer(stats, { 'x-ms-ratelimit-remaining-subscription-reads': '249' }))
    expect(await pollStats()).toMatchObject({ budget: { remainingReads: 249, remainingWrites: null } })
    onStats(answer(stats, { 'x-ms-ratelimit-remaining-subscription-resource-requests': '9874' }))
    expect(await pollStats()).toMatchObject({ budget: { remainingReads: null, remainingNetworkReads: 9_874 } })
    onStats(answer(stats))
    expect(await pollStats()).toMatchObject({ budget: null })
  })

  it('lies between its first request and its last byte', async () => {
    onStats(answer(stats))
    const before = Date.now()
    const { startedAt, finishedAt } = await pollStats()
    const [request] = context.server.requests
    expect(startedAt).toBeGreaterThanOrEqual(before - CLOCKS_MS)
    expect(startedAt).toBeLessThanOrEqual((request?.at ?? 0) + CLOCKS_MS)
    expect(finishedAt).toBeGreaterThanOrEqual((request?.at ?? Infinity) - CLOCKS_MS)
    expect(finishedAt).toBeLessThanOrEqual(Date.now() + CLOCKS_MS)
  })

  it('of a failure holds no token and no header', async () => {
    const token = () => String(context.server.requests[0]?.headers.authorization)
    onStats(answer(stats))
    await pollStats()
    onStats(armError(500, 'Echo', `you sent ${token()}`))
    const text = JSON.stringify(await pollStats(), (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    expect(text).toContain('you sent')
    expect(text).not.toContain(token())
  })

  it('of a target that the kind does not fit is not polled, and nothing is sent', async () => {
    const wrong: [string, string, 'peers' | 'tables' | 'advertised' | 'metrics'][] = [
      [circuitId, '', 'peers'],
      [circuitId, 'AzurePrivatePeering', 'tables'],
      [circuitId, 'AzurePrivatePeering/third', 'tables'],
      [gatewayId, '', 'advertised'],
      [connectionId.replace('/connections/', '/routeFilters/'), '', 'metrics'],
      ['nonsense', '', 'metrics'],
    ]
    for (const [resourceId, subresource, kind] of wrong) {
      expect(await context.azure.poll({ resourceId, subresource }, kind)).toMatchObject({
        outcome: 'not_polled',
        rows: [],
      })
    }
    expect(context.server.requests).toEqual([])
  })
})

describe('a subscription that no list has', () => {
  const absent = '99999999-2222-3333-4444-555555555555'

  it('is not polled any more if subscriptions are configured by id, and costs no request', async () => {
    expect(await context.connect().hasSubscription(absent)).toBe(false)
    expect(context.server.requests).toEqual([])
  })

  it('is unknown if all subscriptions are polled and Azure’s answer does not tell', async () => {
    expect(await context.connect({ subscriptionIds: '*' }).hasSubscription(absent)).toBeNull()
    expect(context.server.requests).toHaveLength(1)
  })
})
