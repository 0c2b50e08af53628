import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createGatewayPeer,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { type EndpointName, allApiEndpoints } from '#lib/api/index.ts'
import { problemSchema } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import type { RouteContext } from './_http/handler.ts'
import { getHandlersOfPath, type API_PATH_HANDLERS } from './testing/handlers-of.ts'
import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'

const changes = getHandlersOfPath('/changes')
const routeChanges = getHandlersOfPath('/routes/changes')
const churn = getHandlersOfPath('/routes/churn')
const diff = getHandlersOfPath('/routes/diff')
const prefixHistory = getHandlersOfPath('/routes/history')
const lookup = getHandlersOfPath('/routes/lookup')
const routes = getHandlersOfPath('/routes')
const sessions = getHandlersOfPath('/sessions')
const sessionHistory = getHandlersOfPath('/sessions/history')

const db = withTestDatabase()
/** The real time, because handlers use the real clock. */
const now = Date.now()
const iso = (ago: number) => new Date(now - ago).toISOString()

type Handler = (request: Request, context: RouteContext) => Promise<Response> | Response
type Handlers = { GET: Handler }

const ask = async (handler: Handlers, query = '') => {
  const request = new Request(`http://127.0.0.1/api/v1/x${query}`)
  const response = await handler.GET(request, { params: Promise.resolve({}) })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

beforeAll(async () => {
  replaceDatabaseForTests(db)
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(now - 190_000)
  for (const ago of [184_000, 124_000, 64_000, 4_000]) {
    await feed.peers(now - ago, [createGatewayPeer('10.0.4.12', '10.0.4.4')])
    await feed.learned(now - ago, [
      route('10.1.0.0/16'),
      route('0.0.0.0/0', { peer: '10.0.4.5', nextHop: '10.0.4.5' }),
      ...(ago < 100_000 ? [route('10.1.2.0/24')] : []),
    ])
  }
})

afterAll(() => replaceDatabaseForTests(undefined))

const AT = `?at=${iso(30_000)}`
const asOfMoment: [EndpointName, keyof typeof API_PATH_HANDLERS][] = [
  ['circuits', '/circuits'],
  ['circuitHistory', '/circuits/history'],
  ['gateways', '/gateways'],
  ['gatewayTraffic', '/gateways/traffic'],
  ['hubs', '/hubs'],
  ['ports', '/ports'],
  ['networks', '/networks'],
  ['overview', '/overview'],
  ['wall', '/wall'],
  ['wallHistory', '/wall/history'],
  ['incidents', '/incidents'],
]
const endpointsHere: { name: EndpointName; handler: Handlers; query: string }[] = [
  { name: 'routeLookup', handler: lookup, query: '?ip=10.1.2.3' },
  { name: 'routesDiff', handler: diff, query: '' },
  { name: 'routeChurn', handler: churn, query: '' },
  { name: 'routeChanges', handler: routeChanges, query: '' },
  { name: 'routeHistory', handler: prefixHistory, query: '?prefix=10.1.2.0/24' },
  { name: 'changes', handler: changes, query: '' },
  ...asOfMoment.map(([name, path]) => ({ name, handler: getHandlersOfPath(path), query: AT })),
]

describe('the answer of', () => {
  it.each(endpointsHere)('$name is what the contract says, and is not cached', async ({ name, handler, query }) => {
    const { status, headers, body } = await ask(handler, query)
    expect(status).toBe(200)
    expect(roundTripBodyThroughSchema(allApiEndpoints[name].response, body)).toEqual(body)
    expect(typeof body.covered).toBe('boolean')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('a look-up: the longest prefix, with why', async () => {
    const { body } = await ask(lookup, `?ip=10.1.2.3&scope=${encodeURIComponent(TEST_ESTATE_GATEWAY_ARM_ID)}`)
    expect(body.data).toMatchObject({ ip: '10.1.2.3', match: '10.1.2.0/24', known: 'observed' })
    expect(body.data.candidates.map(({ rank, prefix }: { rank: number; prefix: string }) => [rank, prefix])).toEqual([
      [1, '10.1.2.0/24'],
      [2, '10.1.0.0/16'],
      [3, '0.0.0.0/0'],
    ])
    const then = await ask(lookup, `?ip=10.1.2.3&at=${iso(150_000)}`)
    expect(then.body.data.match).toBe('10.1.0.0/16')
  })

  it('one circuit or gateway, as of a moment at which it was known, and of one before', async () => {
    for (const [path, resource] of [
      ['/circuits/{id}', TEST_ESTATE_CIRCUIT_ARM_ID],
      ['/gateways/{id}', TEST_ESTATE_GATEWAY_ARM_ID],
    ] as const) {
      const one = (ago: number) =>
        getHandlersOfPath(path).GET(new Request(`http://127.0.0.1/api/v1/x?at=${iso(ago)}`), {
          params: Promise.resolve({ id: encodeURIComponent(resource) }),
        })
      const then = await one(150_000)
      expect(await then.json()).toMatchObject({ data: { resourceId: resource }, asOf: iso(150_000) })
      const before = await one(300_000)
      expect(before.status).toBe(404)
      expect((await before.json()).detail).toContain(`as of ${iso(300_000)}`)
    }
    const { body } = await ask(getHandlersOfPath('/gateways'), `?at=${iso(150_000)}`)
    expect(body.data[0].instances).toMatchObject([{ address: '10.0.4.12', reporting: true, sessionsUp: 1 }])
    expect((await ask(getHandlersOfPath('/gateways'), `?at=${iso(300_000)}`)).body.data).toEqual([])
  })

  it('a difference: what was announced, and the command that shows the table', async () => {
    const { body } = await ask(diff, `?from=${iso(150_000)}&to=${iso(30_000)}`)
    expect(body.data.announced).toMatchObject([{ prefix: '10.1.2.0/24', peer: '10.0.4.4', before: [] }])
    expect(body.data.tables[0].azCommand).toContain('--name ergw-hub')
  })

  it('churn: the steps of the range', async () => {
    const { body } = await ask(churn, `?from=${iso(180_000)}&to=${iso(0)}&step=1m`)
    expect(body.data.points).toHaveLength(3)
    expect(body.data.topPrefixes).toMatchObject([{ prefix: '10.1.2.0/24', announced: 1, total: 1 }])
  })

  it('addresses of IPv6 and prefixes in any spelling', async () => {
    expect((await ask(lookup, '?ip=2001:DB8:0::1')).body.data).toMatchObject({ ip: '2001:db8::1', match: null })
    expect((await ask(prefixHistory, '?prefix=2001:DB8::/32')).body.data).toEqual([])
  })
})

describe('a wrong question is a 400 that says what to send', () => {
  const range = (from: string, to: string) => `?from=${from}&to=${to}`
  const [earlier, later] = ['2026-11-20T00:00:00Z', '2026-11-20T01:00:00Z']
  const tooOld = iso(401 * MS_PER_DAY)
  it.each<{ name: string; handler: Handlers; query: string; says: RegExp }>([
    { name: 'no address', handler: lookup, query: '', says: /ip: .*10\.1\.2\.3/ },
    {
      name: 'an address that is none',
      handler: lookup,
      query: '?ip=10.1.2',
      says: /ip: it is no IP address; send .*10\.1\.2\.3/,
    },
    { name: 'a prefix for an address', handler: lookup, query: '?ip=10.1.0.0/16', says: /no IP address/ },
    { name: 'an address with a leading zero', handler: lookup, query: '?ip=10.01.2.3', says: /no IP address/ },
    {
      name: 'a look-up of a range',
      handler: lookup,
      query: '?ip=10.1.2.3&from=x',
      says: /from: no such parameter; known are ip, at, scope/,
    },
    {
      name: 'a moment that lies ahead',
      handler: getHandlersOfPath('/circuits'),
      query: `?at=${iso(-MS_PER_DAY)}`,
      says: /at: .*future/,
    },
    {
      name: 'a moment of which nothing is kept',
      handler: getHandlersOfPath('/overview'),
      query: `?at=${tooOld}`,
      says: /at: .*kept/,
    },
    { name: 'no prefix', handler: prefixHistory, query: '', says: /prefix: .*10\.1\.0\.0\/16/ },
    {
      name: 'host bits',
      handler: prefixHistory,
      query: '?prefix=10.1.2.3/16',
      says: /beyond its length; send 10\.1\.0\.0\/16/,
    },
    { name: 'host bits of IPv6', handler: routes, query: '?prefix=2001:db8::1/32', says: /send 2001:db8::\/32/ },
    { name: 'a prefix that is none', handler: prefixHistory, query: '?prefix=10.1.0.0/33', says: /no IP prefix/ },
    { name: 'from after to, of a diff', handler: diff, query: range(later, earlier), says: /from: .*earlier from/ },
    { name: 'from after to, of churn', handler: churn, query: range(later, earlier), says: /earlier from/ },
    {
      name: 'from after to, of a history',
      handler: prefixHistory,
      query: `${range(later, earlier)}&prefix=10.1.0.0/16`,
      says: /earlier from/,
    },
    { name: 'from after to, of changes', handler: changes, query: range(later, earlier), says: /earlier from/ },
    { name: 'from after now', handler: diff, query: `?from=${iso(-MS_PER_DAY)}`, says: /from: it lies in the future/ },
    {
      name: 'a range without length',
      handler: churn,
      query: range(iso(MS_PER_DAY), iso(MS_PER_DAY)),
      says: /later than from/,
    },
    { name: 'a step that is none', handler: churn, query: '?step=often', says: /step: .*5m/ },
    { name: 'too many steps', handler: churn, query: `?step=1s&from=${iso(MS_PER_DAY)}`, says: /step: .*or more/ },
    { name: 'a table that is none', handler: diff, query: '?table=all', says: /learned, advertised, tables/ },
    {
      name: 'a type that is none',
      handler: changes,
      query: '?type=circuits',
      says: /Microsoft\.Network\/expressRouteCircuits/,
    },
    {
      name: 'a moment beyond retention',
      handler: lookup,
      query: `?ip=10.1.2.3&at=${tooOld}`,
      says: /at: history is kept for 400d.*or later/,
    },
    { name: 'a table beyond retention', handler: routes, query: `?at=${tooOld}`, says: /RETAIN_HISTORY/ },
    { name: 'sessions as of then', handler: sessions, query: `?at=${tooOld}`, says: /^at: .*RETAIN_HISTORY/ },
    { name: 'a diff beyond retention', handler: diff, query: `?from=${tooOld}`, says: /from: .*RETAIN_HISTORY/ },
    { name: 'churn beyond retention', handler: churn, query: `?from=${tooOld}`, says: /RETAIN_HISTORY/ },
    {
      name: 'a history beyond retention',
      handler: prefixHistory,
      query: `?prefix=10.1.0.0/16&from=${tooOld}`,
      says: /RETAIN_HISTORY/,
    },
    { name: 'changes beyond retention', handler: changes, query: `?from=${tooOld}`, says: /RETAIN_HISTORY/ },
    { name: 'sessions beyond retention', handler: sessionHistory, query: `?from=${tooOld}`, says: /RETAIN_HISTORY/ },
    { name: 'a cursor that is none', handler: changes, query: '?cursor=zzz', says: /cursor/ },
    {
      name: 'a cursor that is none, of a prefix',
      handler: prefixHistory,
      query: '?prefix=10.1.0.0/16&cursor=zzz',
      says: /cursor/,
    },
  ])('$name', async ({ handler, query, says }) => {
    const { status, body, headers } = await ask(handler, query)
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(problemSchema.parse(body).detail).toMatch(says)
  })

  it('the cursor of another query', async () => {
    const range2 = `from=${iso(200_000)}&to=${iso(0)}&limit=1`
    const { body } = await ask(routes, `?limit=1&scope=${encodeURIComponent(TEST_ESTATE_GATEWAY_ARM_ID)}`)
    for (const query of [`?prefix=10.1.0.0/16&${range2}`, `?prefix=10.1.2.0/24&${range2}`]) {
      expect((await ask(prefixHistory, `${query}&cursor=${body.nextCursor}`)).status).toBe(400)
    }
    expect((await ask(changes, `?cursor=${body.nextCursor}`)).status).toBe(400)
  })
})

const isOfScope = ({ name, query }: (typeof endpointsHere)[number]) => query !== AT || name === 'incidents'

it.each(endpointsHere.filter(isOfScope))('an unknown scope of $name is a 404', async ({ handler, query }) => {
  expect((await ask(handler, `${query || '?'}&scope=nowhere`.replace('?&', '?'))).status).toBe(404)
})

it('a circuit without tables has no answer, and says so', async () => {
  const { body } = await ask(lookup, `?ip=10.1.2.3&scope=${encodeURIComponent(TEST_ESTATE_CIRCUIT_ARM_ID)}`)
  expect(body).toMatchObject({ covered: false, data: { known: 'unknown', match: null, candidates: [] } })
})

describe('without its database', () => {
  const away = createDatabase('postgresql://nobody@127.0.0.1:1/none', { applicationName: 'test' })
  beforeAll(() => replaceDatabaseForTests(away))
  afterAll(async () => {
    replaceDatabaseForTests(db)
    await away.close()
  })

  it.each(endpointsHere)('$name is a 503 problem', async ({ handler, query }) => {
    const { status, body } = await ask(handler, query)
    expect(status).toBe(503)
    expect(problemSchema.parse(body).detail).toMatch(/database/)
  })
})
