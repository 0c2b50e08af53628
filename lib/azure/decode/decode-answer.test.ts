import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { UNREAD_ROWS_INSTANCE } from '#lib/contract/index.ts'
import { createAzureClient, decodePollResponse, type RawHttpResponse } from '../index.ts'
import { pollKindDefinitions as registry } from '../kinds/index.ts'
import type { ObservableKind, ArmHttpTransportFunction } from '../types.ts'
import { RouteTableCache } from './route-table-cache.ts'

const GROUP = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network'
const targets = {
  peers: { resourceId: `${GROUP}/virtualNetworkGateways/gw`, subresource: '' },
  learned: { resourceId: `${GROUP}/virtualNetworkGateways/gw`, subresource: '' },
  advertised: { resourceId: `${GROUP}/virtualNetworkGateways/gw`, subresource: '10.0.4.4' },
  summary: { resourceId: `${GROUP}/expressRouteCircuits/er`, subresource: 'AzurePrivatePeering/primary' },
  arp: { resourceId: `${GROUP}/expressRouteCircuits/er`, subresource: 'AzurePrivatePeering/primary' },
  tables: { resourceId: `${GROUP}/expressRouteCircuits/er`, subresource: 'AzurePrivatePeering/primary' },
  effective: { resourceId: `${GROUP}/networkInterfaces/nic`, subresource: '' },
  stats: { resourceId: `${GROUP}/expressRouteCircuits/er`, subresource: '' },
  connection: { resourceId: `${GROUP}/connections/cxn`, subresource: '' },
}
type SampledKind = keyof typeof targets
const kinds = Object.keys(targets) as SampledKind[]

const route = {
  localAddress: '10.0.4.12',
  network: '10.10.0.0/16',
  nextHop: null,
  sourcePeer: '10.0.4.4',
  asPath: '12076-65001',
}
const goodBodies: Record<SampledKind, unknown> = {
  peers: {
    value: [
      {
        localAddress: '10.0.4.12',
        neighbor: '10.0.4.4',
        asn: 12076,
        state: 'Connected',
        connectedDuration: '1.02:03:04.5',
      },
    ],
  },
  learned: { value: [route] },
  advertised: { value: [route] },
  summary: { value: [{ neighbor: '192.0.2.97', as: 65001, upDown: '1d02h', statePfxRcd: '5' }] },
  arp: { value: [{ age: 7, interface: 'On-Prem', ipAddress: '192.0.2.97', macAddress: 'Incomplete' }] },
  tables: { value: [{ network: '10.10.0.0/16', nextHop: '192.0.2.97', locPrf: '', weight: 0, path: '65001' }] },
  effective: {
    value: [{ source: 'Default', state: 'Active', addressPrefix: ['10.0.0.0/16'], nextHopType: 'VnetLocal' }],
  },
  stats: { primarybytesIn: 1, primarybytesOut: 2, secondarybytesIn: 3, secondarybytesOut: null },
  connection: { properties: { connectionStatus: 'Connected', ingressBytesTransferred: 5, egressBytesTransferred: 6 } },
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): RawHttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const answers: Record<string, (kind: SampledKind) => RawHttpResponse> = {
  'a good one': (kind) => json(200, goodBodies[kind]),
  'a server error': () => json(500, { error: { code: 'InternalServerError', message: 'An error occurred.' } }),
  'a throttling': () =>
    json(429, { error: { code: 'TooManyRequests', message: 'Slow down.' } }, { 'retry-after': '30' }),
  'a refusal': () =>
    json(403, { error: { code: 'AuthorizationFailed', message: "perform action 'a/b' over scope 'c'" } }),
  'half a body': (kind) => json(200, JSON.stringify(goodBodies[kind]).slice(0, 20)),
  'an empty object': () => json(200, {}),
  'a web page': () => json(200, '<html>'),
  nothing: () => json(200, ''),
}

const open: { close(): void }[] = []
afterEach(() => {
  for (const azure of open.splice(0)) azure.close()
})

function clientOver(transport: ArmHttpTransportFunction) {
  const azure = createAzureClient({
    resourceManagerUrl: 'http://127.0.0.1',
    subscriptionIds: '*',
    transport,
    createCredential: () => ({ getToken: async () => ({ token: 'sim', expiresOnTimestamp: Date.now() + 3_600_000 }) }),
  })
  open.push(azure)
  return azure
}

it('each kind of one request has a sample here, or a test of its own', () => {
  const ofOneRequest = Object.keys(registry).filter((kind) => registry[kind as ObservableKind].plainRequest)
  const isTested = (kind: string) => existsSync(new URL(`../kinds/${kind}.test.ts`, import.meta.url))
  expect(ofOneRequest.filter((kind) => !(kind in targets) && !isTested(kind))).toEqual([])
})

describe('an answer at hand is read as the client reads it', () => {
  for (const [name, answerTo] of Object.entries(answers)) {
    it.each(kinds)(`${name}, %s`, async (kind) => {
      const wire = answerTo(kind)
      const asked = await clientOver(() => wire).poll(targets[kind], kind)
      const { startedAt, finishedAt, clock } = asked
      const decoded = decodePollResponse(
        targets[kind],
        kind,
        wire,
        { startedAt, finishedAt, ...(clock && { clock }) },
        new RouteTableCache(),
      )
      expect(decoded).toEqual({ ...asked, correlationId: '' })
    })
  }

  it('reports a target of another type', () => {
    const decoded = decodePollResponse(targets.stats, 'peers', json(200, goodBodies.peers), {
      startedAt: 1,
      finishedAt: 2,
    })
    expect(decoded).toMatchObject({ outcome: 'not_polled', rows: [] })
  })

  it('leaves an answer on several pages to the client', () => {
    const wire = json(200, { value: [], nextLink: 'http://127.0.0.1/next' })
    expect(() => decodePollResponse(targets.peers, 'peers', wire, { startedAt: 1, finishedAt: 2 })).toThrow(
      'several pages',
    )
  })
})

const respelled = (value: unknown, spell: (name: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => respelled(item, spell))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [spell(name), respelled(held, spell)]))
}
const spellings: Record<string, (name: string) => string> = {
  'in lower case': (name) => name.toLowerCase(),
  'in capitals': (name) => name.toUpperCase(),
  'with a capital first': (name) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
}

describe('members are read whatever their case', () => {
  const span = { startedAt: 1, finishedAt: 2 }
  for (const [how, spell] of Object.entries(spellings)) {
    it.each(kinds)(`${how}, %s`, (kind) => {
      const good = decodePollResponse(targets[kind], kind, json(200, goodBodies[kind]), span)
      expect(good).toMatchObject({ outcome: 'ok' })
      expect(good.rows).not.toEqual([])
      expect(decodePollResponse(targets[kind], kind, json(200, respelled(goodBodies[kind], spell)), span)).toEqual(good)
    })
  }

  it('counters as recorded, and as the specification has them', () => {
    const recorded = { primaryBytesIn: 12, primaryBytesOut: 34, secondaryBytesIn: 56, secondaryBytesOut: 78 }
    const specified = { primarybytesIn: 12, primarybytesOut: 34, secondarybytesIn: 56, secondarybytesOut: 78 }
    for (const body of [recorded, specified]) {
      expect(decodePollResponse(targets.stats, 'stats', json(200, body), span)).toMatchObject({
        outcome: 'ok',
        rows: [
          { path: 'primary', bytesIn: 12n, bytesOut: 34n },
          { path: 'secondary', bytesIn: 56n, bytesOut: 78n },
        ],
      })
    }
  })
})

describe('one odd row never loses the others', () => {
  const span = { startedAt: 1, finishedAt: 2 }
  const tables = kinds.filter((kind) => kind !== 'stats' && kind !== 'connection')
  const rowsIn = (kind: SampledKind) => (goodBodies[kind] as { value: object[] }).value

  for (const odd of [7, null, [], {}, 'text', { localAddress: {}, neighbor: {}, network: 'x', state: {} }]) {
    it.each(tables)(`${JSON.stringify(odd)} beside a row of %s`, (kind) => {
      const value = [...rowsIn(kind), odd, ...rowsIn(kind)]
      const good = decodePollResponse(targets[kind], kind, json(200, goodBodies[kind]), span)
      const read = decodePollResponse(targets[kind], kind, json(200, { value }), span)
      expect(read).toMatchObject({ outcome: 'incomplete', rows: good.rows, silentInstances: [UNREAD_ROWS_INSTANCE] })
      expect(read.error).toMatchObject({
        code: 'UNREAD_ROWS',
        detail: expect.stringContaining('1 of 3 rows not read: value[1]'),
        unread: { count: 1, of: 3, sample: JSON.stringify(odd) },
      })
      expect(decodePollResponse(targets[kind], kind, json(200, { value: [odd] }), span)).toMatchObject({
        outcome: 'malformed',
        error: { code: 'MALFORMED_FIELD' },
        rows: [],
      })
    })
  }

  it('an odd tunnel leaves the connection and its other tunnels, each by its own name', () => {
    const tunnel = (more: object) => ({
      tunnel: 't',
      connectionStatus: 'Connected',
      ingressBytesTransferred: 1,
      ...more,
    })
    const tunnelConnectionStatus = [tunnel({}), tunnel({ ingressBytesTransferred: -1 }), tunnel({})]
    const body = { properties: { connectionStatus: 'Connected', tunnelConnectionStatus } }
    const read = decodePollResponse(targets.connection, 'connection', json(200, body), span)
    expect(read).toMatchObject({ outcome: 'incomplete', error: { unread: { count: 1, of: 4 } } })
    expect(read.rows).toMatchObject([{ connectionStatus: 'Connected', tunnels: [{ name: 't' }, { name: 't (3)' }] }])
  })

  it('shows no secret of it', () => {
    const value = [...rowsIn('peers'), { sharedKey: 'p4ssw0rd-of-somebody', neighbor: {} }]
    const { error } = decodePollResponse(targets.peers, 'peers', json(200, { value }), span)
    expect(JSON.stringify(error)).not.toContain('p4ssw0rd')
  })

  it('advertised to a peer without a session: the network’s own, of no instance', () => {
    const row = { localAddress: '', network: '10.0.0.0/16', nextHop: 'Virtual Network', origin: 'Network', weight: 0 }
    expect(decodePollResponse(targets.advertised, 'advertised', json(200, { value: [row] }), span)).toMatchObject({
      outcome: 'ok',
      rows: [{ instance: null, prefix: '10.0.0.0/16', nextHop: null, peer: null, origin: 'Network', asPath: [] }],
    })
  })
})

describe('an error is that error, wherever it stands', () => {
  const read = (status: number, body: unknown) =>
    decodePollResponse(targets.stats, 'stats', json(status, body), { startedAt: 1, finishedAt: 2 })

  it.each([
    [
      'in capitals',
      409,
      { Error: { Code: 'SomethingBlocked', Message: 'It is blocked.' } },
      'SomethingBlocked',
      'It is',
    ],
    ['without a sentence', 409, { Code: 'SomethingBlocked', Message: null }, 'SomethingBlocked', 'Azure answered 409'],
    ['without an envelope', 400, { code: 'BadRequest', message: 'At most 90 days.' }, 'BadRequest', 'At most 90 days.'],
    [
      'as OData',
      400,
      { 'odata.error': { code: 'BadRequest', message: { lang: '', value: 'No.' } } },
      'BadRequest',
      'No.',
    ],
    [
      'inside a 200',
      200,
      { error: { code: 'InternalServerError', message: 'Later.' } },
      'InternalServerError',
      'Later.',
    ],
    ['alone in a 200', 200, { code: 'GatewayBusy', message: 'Later.' }, 'GatewayBusy', 'Later.'],
    ['a failed operation in a 200', 200, { Status: 'Failed', Error: { Code: 'Busy', Message: 'No.' } }, 'Busy', 'No.'],
  ])('%s', (_, status, body, code, detail) => {
    expect(read(status, body)).toMatchObject({
      outcome: 'unavailable',
      error: { code, detail: expect.stringContaining(detail) },
      rows: [],
    })
  })

  it.each([
    ['forbidden', { error: { code: 'AuthorizationFailed', message: "perform action 'a/b' over scope 'c'" } }],
    ['throttled', { Error: { Code: 'TooManyRequests', Message: 'Slow down.' } }],
    ['not_found', { error: { code: 'ResourceNotFound', message: 'It is not there.' } }],
    ['locked', { error: { code: 'AnotherOperationInProgress', message: 'Later.' } }],
  ])('inside a 200, as %s', (outcome, body) => expect(read(200, body)).toMatchObject({ outcome, rows: [] }))

  it.each([null, {}, [], { error: null }, { error: {} }, { message: 'hello' }])('%j in a 200 is none', (body) =>
    expect(read(200, body)).toMatchObject({ outcome: 'malformed', rows: [] }),
  )
})

describe('a transport in the place of the network', () => {
  it('is asked page by page, with a token, and once', async () => {
    const asked: string[] = []
    const azure = clientOver(({ method, url, headers }) => {
      const { pathname, searchParams } = new URL(url)
      asked.push(`${method} ${pathname} ${headers.authorization}`)
      if (!pathname.endsWith('/subscriptions')) return json(404, {})
      const row = (id: string) => ({ subscriptionId: id, displayName: id, tenantId: null, state: 'Enabled' })
      return searchParams.has('skip')
        ? json(200, { value: [row('two')] })
        : json(200, { value: [row('one')], nextLink: 'http://127.0.0.1/subscriptions?skip=1' })
    })
    const { subscriptions } = await azure.listSubscriptions()
    expect(subscriptions.map(({ subscriptionId }) => subscriptionId)).toEqual(['one', 'two'])
    expect(asked).toEqual(['GET /subscriptions Bearer sim', 'GET /subscriptions Bearer sim'])
  })

  it('an odd row of the subscriptions, or an odd tag, leaves the others, and the list is not complete', async () => {
    const row = { subscriptionId: 'one', displayName: 'one', tags: { owner: 'a', cost: 7 } }
    const found = await clientOver(() => json(200, { value: [row, { subscriptionId: 7 }] })).listSubscriptions()
    expect(found).toMatchObject({ outcome: 'incomplete', isComplete: false, error: { unread: { count: 1, of: 2 } } })
    expect(found.subscriptions).toMatchObject([{ subscriptionId: 'one', tags: { owner: 'a' } }])
  })

  it('asks a failing server once: no time passes between two attempts', async () => {
    let asked = 0
    const azure = clientOver(() => {
      asked++
      return json(503, { error: { code: 'ServerBusy', message: 'Busy.' } })
    })
    expect(await azure.poll(targets.stats, 'stats')).toMatchObject({
      outcome: 'unavailable',
      error: { code: 'ServerBusy' },
    })
    expect(asked).toBe(1)
  })
})
