import { describe, expect, it, vi } from 'vitest'
import { type TestArmServerReaction, operationStyles, startArmServer } from './testing/arm-server.ts'
import { gatewayId, peerBody, withAzure } from './testing/fixture.ts'

const context = withAzure()
const target = { resourceId: gatewayId, subresource: '' }
const poll = (deadlineMs?: number) => context.azure.poll(target, 'peers', deadlineMs ? { deadlineMs } : {})
const post = (behaviour: TestArmServerReaction) => context.server.rule({ when: /POST .*getBgpPeerStatus$/i, behaviour })
const count = (method: string) => context.server.requests.filter((request) => request.method === method).length

const operation = (over: Partial<Extract<TestArmServerReaction, { do: 'operation' }>> = {}): TestArmServerReaction => ({
  do: 'operation',
  style: 'location',
  rounds: 0,
  body: peerBody,
  ...over,
})
const end = (behaviour: TestArmServerReaction) => operation({ end: behaviour })
const answer = (body: unknown, status = 200): TestArmServerReaction => ({ do: 'answer', status, body })

describe('each form in which ARM finishes a long-running operation', () => {
  it.each(operationStyles)('%s gives the rows, with every digit', async (style) => {
    post(operation({ style, rounds: 1 }))
    const observation = await poll()
    expect(observation).toMatchObject({ outcome: 'ok', error: null, kind: 'peers', target })
    expect(observation.rows).toMatchObject([{ neighbor: '10.0.4.4', messagesSent: 9007199254740993n }])
  })

  it.each([
    ['a 202 whose body is the word null', operation({ acceptedBody: 'null' })],
    ['an operation that is done at the first request', operation({ rounds: 0 })],
    ['an operation that takes several requests', operation({ rounds: 3 })],
    ['a status that says Succeeded while the result still answers 202', operation({ style: 'both', lag: 2 })],
    ['rows under output.value without an envelope', end(answer({ status: 'Succeeded', output: peerBody }))],
    [
      'rows that are the output themselves',
      end(answer({ status: 'Succeeded', properties: { output: peerBody.value } })),
    ],
    ['an unknown member beside the rows', end(answer({ ...peerBody, newMember: { a: [1] } }))],
    ['JSON under another content type', end({ do: 'text', text: '{"value":[]}', contentType: 'text/plain' })],
  ])('%s is ok', async (_name, behaviour) => {
    post(behaviour)
    expect(await poll()).toMatchObject({ outcome: 'ok' })
  })

  it('inline rows beside a Location are the answer, as effective routes of an interface come', async () => {
    const row = { ...peerBody.value[0], neighbor: '10.0.4.9' }
    post({ do: 'answer', body: { value: [row] }, headers: { Location: `${context.server.url}/gone` } })
    expect((await poll()).rows).toMatchObject([{ neighbor: '10.0.4.9' }])
  })

  it('an empty inline body beside a Location is not the answer: the Location is', async () => {
    const { url } = context.server
    const place = `${url}/subscriptions/s/providers/Microsoft.Network/locations/x/operationResults/inline`
    post({ do: 'answer', body: { value: [] }, headers: { Location: place } })
    context.server.rule({ when: /GET .*operationResults\/inline$/, behaviour: answer(peerBody) })
    expect((await poll()).rows).toHaveLength(1)
  })

  it('an empty table is ok and empty', async () => {
    post(operation({ body: { value: [] } }))
    expect(await poll()).toMatchObject({ outcome: 'ok', rows: [] })
  })

  it('pages behind a table are read too', async () => {
    const next = `${context.server.url}/subscriptions/s/more`
    post(operation({ body: { ...peerBody, nextLink: next } }))
    const [row] = peerBody.value
    context.server.rule({ when: /GET .*\/more$/, behaviour: answer({ value: [{ ...row, neighbor: '10.0.4.5' }] }) })
    expect((await poll()).rows).toHaveLength(2)
  })
})

describe('an answer that says nothing is malformed, never an empty table', () => {
  it.each<[string, TestArmServerReaction, string]>([
    ['inline {}', answer({}), 'value: expected array, got nothing'],
    ['inline []', answer([]), 'the body: expected object, got array'],
    ['inline {"value":null}', answer({ value: null }), 'value: expected array, got null'],
    ['inline null', answer(null), 'the body: expected object, got null'],
    ['inline, no body', { do: 'text', text: '' }, "Azure's answer (200) is empty"],
    ['inline 204', { do: 'text', status: 204, text: '' }, "Azure's answer (204) is empty"],
    ['202 without a place', { do: 'text', status: 202, text: '' }, 'named no place'],
    ['a null row', answer({ value: [null] }), 'value[0]: expected object, got null'],
    ['a web page', { do: 'text', text: '<html></html>', contentType: 'text/html' }, 'is a web page'],
    ['half a JSON', { do: 'text', text: '{"value":[{"local' }, 'is no JSON, or only part of it'],
    ['half a body', { do: 'halfBody', text: '{"value":[' }, 'broke off half-way'],
    ['final {}', end(answer({})), 'value: expected array, got nothing'],
    ['final {"value":null}', end(answer({ value: null })), 'value: expected array, got null'],
    ['final without a body', end({ do: 'text', text: '' }), 'is empty'],
    ['final null', end(answer(null)), 'the body: expected object, got null'],
    ['final 204', end({ do: 'text', status: 204, text: '' }), 'is empty'],
    ['final half body', end({ do: 'halfBody', text: '{"value":[' }), 'broke off half-way'],
    ['final web page', end({ do: 'text', text: '<html>', contentType: 'text/html' }), 'is a web page'],
    ['Succeeded without rows', operation({ style: 'asyncTop', body: { status: 'Succeeded' } }), 'got nothing'],
    [
      'a wrong type in the output',
      operation({ style: 'asyncOutput', body: { value: [{ ...peerBody.value[0], asn: {} }] } }),
      'properties.output.value[0].asn: expected number, got object',
    ],
  ])('%s', async (_name, behaviour, detail) => {
    post(behaviour)
    const observation = await poll()
    expect(observation).toMatchObject({ outcome: 'malformed', rows: [] })
    expect(observation.error?.detail).toContain(detail)
  })
})

describe('an operation that fails', () => {
  it.each([
    ['Failed', { code: 'GatewayBusy', message: 'try again' }, 'unavailable', 'GatewayBusy'],
    ['Failed', undefined, 'unavailable', 'OPERATION_FAILED'],
    ['Canceled', undefined, 'unavailable', 'OPERATION_FAILED'],
    [
      'Failed',
      { code: 'AuthorizationFailed', message: "perform action 'x/y/action' over" },
      'forbidden',
      'AuthorizationFailed',
    ],
    ['Failed', { code: 'TooManyRequests', message: 'slow down' }, 'throttled', 'TooManyRequests'],
  ])('%s with %j is %s', async (status, error, outcome, code) => {
    post(operation({ style: 'asyncTop', body: { status, error } }))
    expect(await poll()).toMatchObject({ outcome, error: { code }, rows: [] })
  })

  it.each(['Location', 'Azure-AsyncOperation'])(
    'a %s on another host is refused before a token leaves',
    async (header) => {
      const stranger = await startArmServer()
      post({ do: 'text', status: 202, text: '', headers: { [header]: `${stranger.url}/x` } })
      expect(await poll()).toMatchObject({ outcome: 'malformed', error: { code: 'FOREIGN_LINK' } })
      expect(stranger.requests).toEqual([])
      await stranger.close()
    },
  )

  it('one that never ends is a timeout at the deadline', async () => {
    post(operation({ rounds: 1_000_000 }))
    expect(await poll(600)).toMatchObject({ outcome: 'timeout', error: { code: 'TIMEOUT' } })
  })

  it('a Retry-After beyond the deadline is not waited out', async () => {
    post(operation({ retryAfter: '3600' }))
    expect(await poll(400)).toMatchObject({ outcome: 'timeout' })
    expect(count('GET')).toBe(0)
  })
})

describe('follow-ups', () => {
  const gaps = () => context.server.requests.map(({ at }) => at).map((at, i, all) => at - (all[i - 1] ?? at))

  it('do not start before a quarter of a second', async () => {
    post(operation({ rounds: 0 }))
    await poll()
    expect(gaps()[1]).toBeGreaterThan(200)
  })

  it('obey a Retry-After, of the 202 already', async () => {
    post(operation({ rounds: 1, retryAfter: '1' }))
    await poll()
    expect(gaps()[1]).toBeGreaterThan(900)
    expect(gaps()[2]).toBeGreaterThan(900)
  })
})

describe('a poll in steps', () => {
  const pendingOf = async () => {
    const step = await context.azure.begin(target, 'peers')
    if (!('pending' in step)) throw new Error('Azure was to accept an operation')
    return step
  }

  it.each(['location', 'asyncTop', 'asyncOutput', 'both'] as const)(
    '%s: waits without a request, and another client goes on with what was stored',
    async (style) => {
      post(operation({ style, rounds: 1 }))
      const { pending, waitMs } = await pendingOf()
      expect(waitMs).toBe(250)
      const other = context.connect()
      const stored = JSON.parse(JSON.stringify(pending))
      const running = await other.resume(target, 'peers', stored, 400)
      if (!('pending' in running)) throw new Error('one check finds it running')
      const done = await other.resume(target, 'peers', running.pending, 60_000, { deadlineMs: 120_000 })
      if (!('observation' in done)) throw new Error('the second check finds the result')
      const { observation } = done
      expect(observation).toMatchObject({ outcome: 'ok', correlationId: pending.correlationId })
      expect(observation.rows).toHaveLength(1)
      expect(observation.startedAt).toBe(pending.startedAt)
      expect(observation.finishedAt).toBeGreaterThanOrEqual(pending.startedAt + 60_000)
      expect(count('POST')).toBe(1)
    },
  )

  it('the next operation of the kind is first checked after half of the usual duration', async () => {
    post(operation({ rounds: 0 }))
    const { pending } = await pendingOf()
    await context.azure.resume(target, 'peers', pending, 40_000, { deadlineMs: 120_000 })
    const next = await pendingOf()
    // the check itself took some milliseconds
    expect(Math.round(next.waitMs / 1_000)).toBe(20)
    expect(JSON.parse(JSON.stringify(next.pending)).usualMs).toBeGreaterThanOrEqual(40_000)
    const other = await context.azure.begin(target, 'learned')
    expect('waitMs' in other && other.waitMs > 1_000).toBe(false)
  })

  it('a Retry-After is the wait', async () => {
    post(operation({ retryAfter: '10' }))
    expect((await pendingOf()).waitMs).toBe(10_000)
  })

  it('past its deadline nothing is asked any more', async () => {
    post(operation({ rounds: 5 }))
    const { pending } = await pendingOf()
    const late = await context.azure.resume(target, 'peers', pending, 30_001)
    expect(late).toMatchObject({ observation: { outcome: 'timeout', startedAt: pending.startedAt, rows: [] } })
    expect(count('GET')).toBe(0)
  })

  it('nothing is asked in the last moments either, because a timer may fire before its time', async () => {
    post(operation({ rounds: 5 }))
    const { pending } = await pendingOf()
    const leaving = vi.fn()
    const late = await context.azure.resume(target, 'peers', pending, 29_998.5, { beforeRequest: leaving })
    expect(late).toMatchObject({ observation: { outcome: 'timeout', startedAt: pending.startedAt, rows: [] } })
    expect(leaving).not.toHaveBeenCalled()
  })

  it('nothing leaves for a stored place that is not Azure', async () => {
    const stranger = await startArmServer()
    post(operation())
    const { pending } = await pendingOf()
    const step = await context.azure.resume(target, 'peers', { ...pending, url: `${stranger.url}/x` }, 300)
    expect(step).toMatchObject({ observation: { outcome: 'malformed', error: { code: 'FOREIGN_LINK' } } })
    expect(stranger.requests).toEqual([])
    await stranger.close()
  })

  it('a request whose lease was lost does not leave', async () => {
    const lease = new AbortController()
    const beforeRequest = () => {
      lease.abort()
      lease.signal.throwIfAborted()
    }
    const begun = context.azure.begin(target, 'peers', { signal: lease.signal, beforeRequest })
    await expect(begun).rejects.toMatchObject({ name: 'AbortError' })
    expect(context.server.requests).toEqual([])
  })
})
