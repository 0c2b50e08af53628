import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ALERTING_LEASE, runWithWorkLease } from '#lib/platform/leases/index.ts'
import { removeHubForTests, getProcessHub, replaceDatabaseForTests } from '#lib/questions/index.ts'
import { type EndpointName, allApiEndpoints } from '#lib/api/index.ts'
import { healthSchema } from '#lib/setup/api/index.ts'
import { problemSchema } from '#lib/contract/index.ts'
import {
  arpTable,
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCounterRows,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createGatewayPeer,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { computeShortId } from '#lib/history/index.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import * as rest from './[[...rest]]/route.ts'
import type { RouteContext } from './_http/handler.ts'
import * as healthRoute from './health/route.ts'
import * as openapi from './openapi.json/route.ts'
import * as metrics from '../metrics/route.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'
import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'

const activity = getHandlersOfPath('/activity')
const circuit = getHandlersOfPath('/circuits/{id}')
const circuits = getHandlersOfPath('/circuits')
const eventKinds = getHandlersOfPath('/event-kinds')
const events = getHandlersOfPath('/events')
const gateway = getHandlersOfPath('/gateways/{id}')
const gateways = getHandlersOfPath('/gateways')
const incidents = getHandlersOfPath('/incidents')
const customers = getHandlersOfPath('/customers')
const networks = getHandlersOfPath('/networks')
const overview = getHandlersOfPath('/overview')
const resilience = getHandlersOfPath('/resilience')
const routes = getHandlersOfPath('/routes')
const history = getHandlersOfPath('/sessions/history')
const sessions = getHandlersOfPath('/sessions')
const coverage = getHandlersOfPath('/sources/coverage')
const handover = getHandlersOfPath('/handover')
const sources = getHandlersOfPath('/sources')
const stream = getHandlersOfPath('/stream')
const wall = getHandlersOfPath('/wall')

const db = withTestDatabase()
const HUGE = 9_007_199_254_740_993n
/** The real time, because handlers use the real clock. */
const now = Date.now()

type Handler = (request: Request, context: RouteContext) => Promise<Response> | Response
const handlers = {
  overview,
  wall,
  circuits,
  circuit,
  gateways,
  gateway,
  customers,
  networks,
  resilience,
  sessions,
  sessionHistory: history,
  routes,
  eventKinds,
  events,
  incidents,
  handover,
  sources,
  coverage,
}

const call = async (handler: { GET: Handler }, query = '', id?: string) => {
  const response = await handler.GET(new Request(`http://127.0.0.1/api/v1/x${query}`), {
    params: Promise.resolve(id === undefined ? {} : { id }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

beforeAll(async () => {
  replaceDatabaseForTests(db)
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(now - 65_000)
  for (const at of [now - 64_000, now - 4_000]) {
    await feed.peers(at, [createGatewayPeer('10.0.4.12', '10.0.4.4'), createGatewayPeer('10.0.4.12', '10.0.4.5')])
    await feed.stats(at, [createCounterRows('primary', HUGE, 1n), createCounterRows('secondary', 2n, 3n)])
    for (const path of ['primary', 'secondary'] as const) {
      await feed.summary(at, path, [createCustomerNeighbor(path), azureSide()])
      await feed.arp(at, path, arpTable(path))
    }
    await feed.learned(at, [
      ...Array.from({ length: 5 }, (_, i) => route(`10.${i}.0.0/16`)),
      route('192.0.2.7/32', { origin: 'Network', asPath: [], peer: null, nextHop: null }),
      route('10.9.0.0/16', { asPath: [12076, 65001, 64999] }),
    ])
    await feed.tables(at, 'primary', [
      route('10.1.0.0/16', {
        instance: null,
        peer: null,
        nextHop: '172.16.0.1',
        asPath: [65001],
        origin: null,
        weight: 0,
        localPref: 100,
      }),
    ])
  }
})

afterAll(async () => {
  replaceDatabaseForTests(undefined)
  await removeHubForTests()
})

it.each(['overview', 'wall', 'circuits', 'sources'] as const)('%s asks no statement twice', async (name) => {
  const run = vi.spyOn(pg.Client.prototype, 'query')
  await call(handlers[name])
  const asked = run.mock.calls.flatMap(([statement, values]: unknown[]) =>
    typeof statement === 'string' ? [`${statement} ${JSON.stringify(values)}`] : [],
  )
  expect(asked.length).toBeGreaterThan(3)
  expect(asked.filter((one, index) => asked.indexOf(one) !== index)).toEqual([])
})

describe('every answer', () => {
  const names = Object.keys(handlers) as (keyof typeof handlers & EndpointName)[]
  it.each(names)('of %s is what the contract says, and is not cached', async (name) => {
    const id =
      name === 'circuit' ? TEST_ESTATE_CIRCUIT_ARM_ID : name === 'gateway' ? TEST_ESTATE_GATEWAY_ARM_ID : undefined
    const { status, headers, body } = await call(handlers[name], '', id)
    expect(status).toBe(200)
    expect(roundTripBodyThroughSchema(allApiEndpoints[name].response, body)).toEqual(body)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toMatch(/^application\/json/)
  })
})

describe('a counter beyond 2^53', () => {
  it('reads so', async () => {
    const { body } = await call(circuits)
    expect(body.data[0].paths[0]).toMatchObject({ path: 'primary', bytesIn: '9007199254740993', bytesOut: '1' })
  })
})

describe('an id', () => {
  it.each([
    { name: 'as ARM spells it', id: TEST_ESTATE_CIRCUIT_ARM_ID },
    { name: 'in capitals', id: TEST_ESTATE_CIRCUIT_ARM_ID.toUpperCase() },
    { name: 'left encoded by a proxy', id: encodeURIComponent(TEST_ESTATE_CIRCUIT_ARM_ID) },
  ])('$name is found', async ({ id }) => {
    expect((await call(circuit, '', id)).body.data.name).toBe('ckt-lon')
  })

  it('is what the list gives', async () => {
    const { body } = await call(gateways)
    expect((await call(gateway, '', body.data[0].id)).body.data.name).toBe('ergw-hub')
  })

  it.each([
    { name: 'unknown', handler: circuit, id: 'nothing', says: /nothing/ },
    { name: 'of another kind', handler: circuit, id: TEST_ESTATE_GATEWAY_ARM_ID, says: /no ExpressRoute circuit/ },
    {
      name: 'of a circuit that is not there',
      handler: circuit,
      id: `${TEST_ESTATE_CIRCUIT_ARM_ID}-2`,
      says: /ckt-lon-2/,
    },
  ])('that is $name is a 404 that helps', async ({ handler, id, says }) => {
    const { status, body, headers } = await call(handler, '', id)
    expect(status).toBe(404)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(problemSchema.parse(body).detail).toMatch(says)
  })

  it('as an unknown scope is a 404', async () => {
    expect((await call(sessions, '?scope=nowhere')).status).toBe(404)
  })
})

describe('a wrong question is a 400 that says what to send', () => {
  const wrong: { name: string; handler: { GET: Handler }; query: string; says: RegExp }[] = [
    {
      name: 'a parameter that is not known',
      handler: circuits,
      query: '?colour=red',
      says: /colour.*known are .*cursor, limit/,
    },
    {
      name: 'a parameter where there is none',
      handler: eventKinds,
      query: '?at=2026-11-20T00:00:00Z',
      says: /takes none/,
    },
    { name: 'a parameter of one circuit', handler: circuit, query: '?limit=3', says: /limit/ },
    { name: 'a parameter sent twice', handler: sessions, query: '?limit=1&limit=2', says: /once/ },
    { name: 'a page too large', handler: sessions, query: '?limit=1001', says: /1 to 1000/ },
    { name: 'a time that is none', handler: sessions, query: '?at=noon', says: /at: .*ISO 8601/ },
    { name: 'a time before clocks', handler: sessions, query: '?at=0000-01-01T00:00:00Z', says: /1970 to 9999/ },
    { name: 'a range after all time', handler: events, query: '?to=9999-12-31T23:59:59-23:59', says: /1970 to 9999/ },
    { name: 'a name of every object', handler: circuits, query: '?__proto__=1', says: /no such parameter/ },
    { name: 'an offset whose plus was lost', handler: sessions, query: '?at=2026-11-20T00:00:00+01:00', says: /%2B/ },
    { name: 'a prefix that is none', handler: routes, query: '?prefix=10.0.0.0/99', says: /no IP prefix/ },
    { name: 'an ASN that is none', handler: routes, query: '?asn=AS1', says: /AS number/ },
    {
      name: 'a range that runs backwards',
      handler: events,
      query: '?from=2026-11-20T01:00:00Z&to=2026-11-20T00:00:00Z',
      says: /earlier/,
    },
    { name: 'an event kind that is none', handler: events, query: '?kind=earthquake', says: /session_down/ },
    { name: 'an event severity that is none', handler: events, query: '?severity=minor,awful', says: /critical/ },
    { name: 'activity of nothing', handler: activity, query: '', says: /scope/ },
    { name: 'a shift that is to come', handler: handover, query: '?since=2199-01-01T00:00:00Z', says: /future/ },
    { name: 'a poll kind that is none', handler: coverage, query: '?kind=weather', says: /peers/ },
    { name: 'a NUL', handler: routes, query: '?scope=a%00b', says: /control characters/ },
    { name: 'an empty scope', handler: routes, query: '?scope=', says: /scope/ },
    { name: 'a cursor that is none', handler: circuits, query: '?cursor=zzz', says: /cursor/ },
    { name: 'a cursor that is none, of a list in the database', handler: routes, query: '?cursor=zzz', says: /cursor/ },
    { name: 'a cursor that is none, of a range', handler: coverage, query: '?cursor=zzz', says: /cursor/ },
    { name: 'a cursor that is none, of events', handler: events, query: '?cursor=zzz', says: /cursor/ },
    { name: 'a cursor that is none, of a history', handler: history, query: '?cursor=zzz', says: /cursor/ },
    { name: 'a parameter of the stream', handler: stream, query: '?topic=routes', says: /Last-Event-ID/ },
  ]
  it.each(wrong)('$name', async ({ handler, query, says }) => {
    const { status, body, headers } = await call(handler, query, TEST_ESTATE_CIRCUIT_ARM_ID)
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(problemSchema.parse(body)).toMatchObject({ status: 400, title: 'Bad Request' })
    expect(body.detail).toMatch(says)
  })
})

describe('routes', () => {
  const prefixes = async (query: string) =>
    (await call(routes, query)).body.data.map(({ prefix }: { prefix: string }) => prefix)

  it.each([
    { name: 'a prefix', query: '?prefix=10.1.0.0/16', expected: ['10.1.0.0/16', '10.1.0.0/16'] },
    { name: 'an origin', query: '?origin=network', expected: ['192.0.2.7/32'] },
    { name: 'an ASN anywhere in the path', query: '?asn=64999', expected: ['10.9.0.0/16'] },
    { name: 'a scope', query: `?scope=${encodeURIComponent(TEST_ESTATE_CIRCUIT_ARM_ID)}`, expected: ['10.1.0.0/16'] },
    { name: 'a table', query: '?table=advertised', expected: [] },
  ])('are found by $name', async ({ query, expected }) => {
    expect(await prefixes(query)).toEqual(expected)
  })

  it('carry every field of the contract', async () => {
    const { body } = await call(routes, `?scope=${encodeURIComponent(TEST_ESTATE_CIRCUIT_ARM_ID)}`)
    expect(body.data[0]).toMatchObject({
      resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
      path: 'primary',
      peer: null,
      nextHop: '172.16.0.1',
      asPath: [65001],
      origin: null,
      weight: 0,
      localPref: 100,
      known: 'observed',
      since: ['1970-01-01T00:00:00.000Z', new Date(now - 62_000).toISOString()],
    })
  })

  it('come in pages that hold each once', async () => {
    const all = await prefixes('')
    const read: string[] = []
    let cursor = ''
    do {
      const { body } = await call(routes, `?limit=3${cursor && `&cursor=${cursor}`}`)
      read.push(...body.data.map(({ prefix }: { prefix: string }) => prefix))
      cursor = body.nextCursor ?? ''
    } while (cursor)
    expect(read).toEqual(all)
    expect(read).toHaveLength(8)
  })

  it('refuse the cursor of another query', async () => {
    const { body } = await call(routes, '?limit=1')
    expect((await call(routes, `?limit=1&origin=EBgp&cursor=${body.nextCursor}`)).status).toBe(400)
  })

  it('as of a moment say whether it was seen', async () => {
    const seen = await call(routes, `?at=${new Date(now - 30_000).toISOString()}`)
    expect(seen.body).toMatchObject({ covered: true, uncovered: [] })
    expect(seen.body.data).toHaveLength(8)
    const unseen = await call(routes, `?at=${new Date(now - 30 * 86_400_000).toISOString()}`)
    expect(unseen.body).toMatchObject({ covered: false, data: [] })
    expect(unseen.body.uncovered.length).toBeGreaterThan(0)
  })
})

describe('coverage', () => {
  it('counts polls, and keeps its range over pages', async () => {
    const scope = encodeURIComponent(TEST_ESTATE_CIRCUIT_ARM_ID)
    const { body } = await call(coverage, `?scope=${scope}&kind=summary&limit=1`)
    expect(body.data).toMatchObject([{ kind: 'summary', outcome: 'ok', polls: 2 }])
    const next = await call(coverage, `?scope=${scope}&kind=summary&limit=1&cursor=${body.nextCursor}`)
    expect(next.body.data).toHaveLength(1)
    expect(next.body.data[0].subresource).not.toBe(body.data[0].subresource)
  })
})

describe('the stream', () => {
  it('is never compressed, and carries what the database is notified of', async () => {
    const leaving = new AbortController()
    const hub = getProcessHub()
    const response = await stream.GET(new Request('http://127.0.0.1/api/v1/stream', { signal: leaving.signal }))
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(response.headers.get('cache-control')).toContain('no-transform')
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
    const change = { topics: ['sessions'], scope: 'g1', at: new Date(now).toISOString() }
    let text = ''
    // repeat until it is received, because LISTEN may not be in place yet
    const saying = setInterval(() => void sendMessageToPostgresChannel(db, 'peerwatch', JSON.stringify(change)), 20)
    while (!text.includes('event: change')) {
      const { done, value } = await reader.read()
      if (done) throw new Error(`the stream ended after ${text}`)
      text += value
    }
    clearInterval(saying)
    expect(text).toContain(`data: ${JSON.stringify(change)}\n\n`)
    leaving.abort()
    while (!(await reader.read()).done);
    expect(hub.size).toBe(0)
  })
})

const nothingHere = { GET: rest.GET, POST: rest.POST, PUT: rest.PUT, PATCH: rest.PATCH, DELETE: rest.DELETE }

describe('what surrounds the API', () => {
  it('says that it is well', async () => {
    const { status, body } = await call(healthRoute)
    expect(status).toBe(200)
    expect(healthSchema.parse(body)).toMatchObject({ status: 'ok', newestPollAt: new Date(now - 2_000).toISOString() })
  })

  it('gives Prometheus what it polls', async () => {
    await runWithWorkLease(db, ALERTING_LEASE, async () => {})
    const text = await (await metrics.GET(new Request('http://127.0.0.1/metrics'))).text()
    expect(text).toContain('peerwatch_polls{kind="peers",outcome="ok"} 2')
    expect(text).toContain('peerwatch_sources{kind="summary",state="fresh"} 2')
    expect(text).toMatch(/peerwatch_newest_poll_age_seconds \d/)
    expect(text).toMatch(/peerwatch_alert_evaluator_lease_age_seconds \d/)
    expect(text).toContain('peerwatch_database_up 1')
    expect(text).toContain('process_cpu_user_seconds_total')
  })

  it('describes itself', async () => {
    const document = await (await openapi.GET(new Request('http://127.0.0.1/api/openapi.json'))).json()
    expect(document.paths).toHaveProperty('/api/v1/circuits/{id}')
    const ask = (room: string) => openapi.GET(new Request(`http://127.0.0.1/api/openapi.json?room=${room}`))
    expect(Object.keys((await (await ask('circuits')).json()).paths)).toContain('/api/v1/circuits/{id}')
    expect((await ask('kitchen')).status).toBe(400)
  })

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)(
    'has no resource that nobody built: %s',
    async (method) => {
      const response = await nothingHere[method](new Request('http://127.0.0.1/api/v1/resilience', { method }))
      expect(response.status).toBe(404)
      expect(problemSchema.parse(await response.json()).instance).toBe('/api/v1/resilience')
    },
  )
})

describe('without its database', () => {
  const away = createDatabase('postgresql://nobody@127.0.0.1:1/none', { applicationName: 'test' })
  beforeAll(() => replaceDatabaseForTests(away))
  afterAll(async () => {
    replaceDatabaseForTests(db)
    await away.close()
  })

  // without event kinds, which are read from the code and not from the database
  const stored = (Object.keys(handlers) as (keyof typeof handlers)[]).filter((name) => name !== 'eventKinds')
  it.each(stored)('%s is a 503 problem', async (name) => {
    const { status, body, headers } = await call(handlers[name], '', 'x')
    expect(status).toBe(503)
    expect(problemSchema.parse(body).detail).toMatch(/database/)
    expect(headers.get('retry-after')).toBe('2')
  })

  it('says that it is not well', async () => {
    const { status, body } = await call(healthRoute)
    expect(status).toBe(503)
    expect(healthSchema.parse(body)).toMatchObject({ status: 'unavailable', newestPollAt: null })
  })

  it('still gives its own metrics', async () => {
    const response = await metrics.GET(new Request('http://127.0.0.1/metrics'))
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('peerwatch_database_up 0')
  })
})

it('a configuration that would make more words than memory holds is refused, and the next request answered', async () => {
  const { POST } = getHandlersOfPath('/circuits/{id}/router-configuration')
  const compare = async (text: string) => {
    const request = new Request('http://127.0.0.1/api/v1/x', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })
    const response = await POST(request, {
      params: Promise.resolve({ id: computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID) }),
    })
    return { status: response.status, body: await response.json() }
  }
  const nested = await compare(`protocols {${'a{'.repeat(14_000)}${'b;'.repeat(14_000)}`)
  expect(problemSchema.parse(nested.body)).toMatchObject({ status: 400, detail: expect.stringContaining('20 levels') })
  const wide = await compare(`protocols { ${'a '.repeat(14_000)} {${'b;'.repeat(14_000)}`)
  expect(problemSchema.parse(wide.body)).toMatchObject({
    status: 400,
    detail: expect.stringContaining('200,000 words'),
  })
  expect(await compare('protocols { bgp { group azure { peer-as 12076; } } }')).toMatchObject({ status: 200 })
})
