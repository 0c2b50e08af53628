import { afterEach, describe, expect, it } from 'vitest'
import { createAzure, decodeAnswer, type SingleAnswerKind, type Transport, type WireAnswer } from './index.ts'

const GROUP = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network'
const targets: Record<SingleAnswerKind, { resourceId: string; subresource: string }> = {
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
const kinds = Object.keys(targets) as SingleAnswerKind[]

const route = {
  localAddress: '10.0.4.12',
  network: '10.10.0.0/16',
  nextHop: null,
  sourcePeer: '10.0.4.4',
  asPath: '12076-65001',
}
const goodBodies: Record<SingleAnswerKind, unknown> = {
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

const json = (status: number, body: unknown, headers: Record<string, string> = {}): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const answers: Record<string, (kind: SingleAnswerKind) => WireAnswer> = {
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

function clientOver(transport: Transport) {
  const azure = createAzure({
    resourceManagerUrl: 'http://127.0.0.1',
    subscriptionIds: '*',
    transport,
    createCredential: () => ({ getToken: async () => ({ token: 'sim', expiresOnTimestamp: Date.now() + 3_600_000 }) }),
  })
  open.push(azure)
  return azure
}

describe('an answer at hand is read as the client reads it', () => {
  for (const [name, answerTo] of Object.entries(answers)) {
    it.each(kinds)(`${name}, %s`, async (kind) => {
      const wire = answerTo(kind)
      const asked = await clientOver(() => wire).poll(targets[kind], kind)
      const { startedAt, finishedAt, clock } = asked
      const decoded = decodeAnswer(targets[kind], kind, wire, { startedAt, finishedAt, ...(clock && { clock }) })
      expect(decoded).toEqual({ ...asked, correlationId: '' })
    })
  }

  it('reports a target of another type', () => {
    const decoded = decodeAnswer(targets.stats, 'peers', json(200, goodBodies.peers), { startedAt: 1, finishedAt: 2 })
    expect(decoded).toMatchObject({ outcome: 'not_polled', rows: [] })
  })

  it('leaves an answer on several pages to the client', () => {
    const wire = json(200, { value: [], nextLink: 'http://127.0.0.1/next' })
    expect(() => decodeAnswer(targets.peers, 'peers', wire, { startedAt: 1, finishedAt: 2 })).toThrow('several pages')
  })
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
