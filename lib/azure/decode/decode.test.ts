import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeArmValue, decodeRowsWithSchema } from './decode.ts'
import { isJsonObject, type ExactJson, type JsonObject, parseExactJson, convertBigintsToText } from './json.ts'
import { arpRowSchema } from '../kinds/arp.ts'
import { decodeConnectionRow, decodeHubVpnLinks } from '../kinds/connection/decode.ts'
import { peerRowSchema, deduplicatePeers } from '../kinds/peers/decode.ts'
import { gatewayRouteRowSchema, pathRouteRowSchema, normalizeRouteTable } from '../kinds/route-tables.ts'
import { statsPollKind } from '../kinds/stats.ts'
import { summaryRowSchema } from '../kinds/summary.ts'
import { maskSecret, scrubConfig } from '../scrub-config.ts'
import { UnreadRowCounter } from './unread-row-counter.ts'

const numbersAgain = (_key: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)

const counters = (own: object) => {
  const spelled = JSON.stringify(own, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value))
  const body = spelled.replaceAll(/"(\d+)n"/g, '$1')
  const answer = { method: 'GET', url: '', status: 200, header: () => undefined, headers: () => ({}), body }
  return statsPollKind.decode?.(answer, { type: '', subresource: '' })
}
const connected = {
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  asn: 12076,
  state: 'Connected',
  connectedDuration: '02:07:41',
  routesReceived: 18,
  messagesSent: 5157,
  messagesReceived: 4995,
}
const learned = {
  localAddress: '10.0.4.13',
  network: '192.0.2.1/32',
  nextHop: '10.0.4.5',
  sourcePeer: '10.0.4.5',
  origin: 'EBgp',
  asPath: '12076-65001',
  weight: 32769,
}
const onPath = { network: '10.0.0.0/20', nextHop: '192.0.2.97', locPrf: '', weight: 0, path: '65001 64301' }
const neighbor = { neighbor: '192.0.2.97', v: 4, as: 65001, upDown: '8w4d', statePfxRcd: '50' }

describe('numbers', () => {
  it.each([
    [
      'NUL',
      String.raw`{"tag\u0000":["a\u0000b"],"big":9007199254740993}`,
      { 'tag\uFFFD': ['a\uFFFDb'], big: 9007199254740993n },
    ],
    ['half of a pair', String.raw`{"a":"x\uD800","b":{"c":"\udc00y"}}`, { a: 'x\uFFFD', b: { c: '\uFFFDy' } }],
    ['a whole pair', String.raw`"\ud83d\ude00"`, '\u{1F600}'],
    ['an escape that is written out', String.raw`"\\u0000"`, String.raw`\u0000`],
  ])('holds only what can be stored: %s', (_, text, expected) => expect(parseExactJson(text)).toEqual(expected))

  it('integers beyond 2^53 keep every digit', () => {
    expect(parseExactJson('{"a":9007199254740993,"b":[18446744073709551615,-9007199254740993]}')).toEqual({
      a: 9007199254740993n,
      b: [18446744073709551615n, -9007199254740993n],
    })
  })
  it('everything else is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!/\\u(0000|d[89a-f])/i.test(text))
        expect(JSON.parse(JSON.stringify(parseExactJson(text), numbersAgain))).toEqual(JSON.parse(text))
      }),
    )
  })
  it('as plain JSON they are decimal text', () => {
    expect(convertBigintsToText({ a: [9007199254740993n], b: 1 })).toEqual({ a: ['9007199254740993'], b: 1 })
  })
  it.each([
    [{ ...connected, messagesSent: 9007199254740993n }, 9007199254740993n],
    [{ ...connected, messagesSent: '9007199254740993' }, 9007199254740993n],
    [{ ...connected, messagesSent: 0 }, 0n],
    [{ ...connected, messagesSent: null }, null],
    [{ ...connected, messagesSent: undefined }, null],
  ])('messagesSent of %#', (row, expected) =>
    expect(decodeArmValue(peerRowSchema, row as unknown as ExactJson)).toMatchObject({ messagesSent: expected }),
  )
})

describe('a peer', () => {
  it.each([
    ['Connected', 'established'],
    ['Connecting', 'connect'],
    ['Idle', 'idle'],
    ['Stopped', 'stopped'],
    ['Unknown', 'unknown'],
    ['Rebooting', 'unknown'],
    ['connected', 'established'],
  ])('%s is %s, and Azure keeps its word', (azureState, state) =>
    expect(decodeArmValue(peerRowSchema, { ...connected, state: azureState })).toMatchObject({ state, azureState }),
  )
  it.each([-1, 2 ** 31, '99999999999', 1.5])('with %s routes received is not read', (routesReceived) => {
    expect(() => decodeArmValue(peerRowSchema, { ...connected, routesReceived })).toThrow(
      'routesReceived: expected number of prefixes',
    )
  })
  it('takes an ASN as text, and addresses in any spelling', () => {
    const row = { ...connected, asn: '4200000000', neighbor: ' 2001:DB8:0::1 ' }
    expect(decodeArmValue(peerRowSchema, row)).toMatchObject({ asn: 4200000000, neighbor: '2001:db8::1' })
  })
  it('keeps a null duration null, and what it can not read as well', () => {
    expect(decodeArmValue(peerRowSchema, { ...connected, connectedDuration: null }).connectedDurationMs).toBeNull()
    expect(decodeArmValue(peerRowSchema, { ...connected, connectedDuration: 'long' }).connectedDurationMs).toBeNull()
  })
  it('unknown members do no harm', () => {
    expect(decodeArmValue(peerRowSchema, { ...connected, bfdState: { up: true } })).toMatchObject({ asn: 12076 })
  })
  it('doubled rows become one, the later view, in the order of the addresses', () => {
    const rows = decodeRowsWithSchema(peerRowSchema, [
      { ...connected, neighbor: '10.0.4.15' },
      { ...connected, messagesReceived: 4996 },
      connected,
      { ...connected, localAddress: '10.0.4.9' },
    ])
    expect(deduplicatePeers(rows).map((row) => [row.localAddress, row.neighbor, row.messagesReceived])).toEqual([
      ['10.0.4.9', '10.0.4.4', 4995n],
      ['10.0.4.12', '10.0.4.4', 4996n],
      ['10.0.4.12', '10.0.4.15', 4995n],
    ])
  })
  it('is no row of an instance about itself, which stays only where the instance has no other', () => {
    const own = (address: string) => ({ ...connected, localAddress: address, neighbor: address, state: 'Unknown' })
    const rows = decodeRowsWithSchema(peerRowSchema, [
      own('10.9.0.4'),
      { ...connected, localAddress: '10.9.0.4' },
      own('10.9.0.5'),
    ])
    expect(deduplicatePeers(rows).map((row) => [row.localAddress, row.neighbor])).toEqual([
      ['10.9.0.4', '10.0.4.4'],
      ['10.9.0.5', '10.9.0.5'],
    ])
  })
})

describe('routes', () => {
  it.each([
    [{ nextHop: null }, { nextHop: null }],
    [{ nextHop: '' }, { nextHop: null }],
    [{ sourcePeer: null }, { peer: null }],
    [{ network: '10.1.2.3/8' }, { prefix: '10.0.0.0/8' }],
    [{ asPath: '' }, { asPath: [] }],
    [{ asPath: null }, { asPath: [] }],
    [{ asPath: '12076-4514841457--64301' }, { asPath: [12076, 4514841457, 64301] }],
    [{ asPath: '12076-65001-64086.59904' }, { asPath: [12076, 65001, 4200000000] }],
    [
      { asPath: '12076-65001-{65011,65010}' },
      { asPath: [12076, 65001, 65010, 65011], asPathText: '12076 65001 {65010,65011}' },
    ],
    [{ network: '0.0.0.0' }, { prefix: '0.0.0.0/0' }],
    [{ network: '::' }, { prefix: '::/0' }],
    [{ origin: 'SomethingNew' }, { origin: 'SomethingNew' }],
    [{ weight: '32768' }, { weight: 32768 }],
  ])('of a gateway: %j', (over, expected) =>
    expect(decodeArmValue(gatewayRouteRowSchema, { ...learned, ...over })).toMatchObject(expected),
  )
  it.each([
    [{ nextHop: '10.40.0.12*' }, { nextHop: '10.40.0.12' }],
    [{ locPrf: '' }, { localPref: null }],
    [{ locPrf: '100' }, { localPref: 100 }],
    [{ path: '46160 I\n                    ' }, { asPath: [46160] }],
    [{ path: '65001 ?' }, { asPath: [65001] }],
    [{ network: '10.0.0.0' }, { prefix: '10.0.0.0/8' }],
    [{ network: '203.0.113.0' }, { prefix: '203.0.113.0/24' }],
    [{ network: '0.0.0.0' }, { prefix: '0.0.0.0/0' }],
    [{ network: '::' }, { prefix: '::/0' }],
    [{ network: 'default' }, { prefix: '0.0.0.0/0' }],
    [{ network: 'default', nextHop: '2001:db8::1' }, { prefix: '::/0' }],
    [{ nextHop: 'FE80::1%eth0 *' }, { nextHop: 'fe80::1%eth0' }],
    [{ path: '(65527) 65001 ?' }, { asPath: [65527, 65001], asPathText: '(65527) 65001' }],
    [{ path: '65001 {65010}i' }, { asPath: [65001, 65010], asPathText: '65001 {65010}' }],
  ])('of a path: %j', (over, expected) =>
    expect(decodeArmValue(pathRouteRowSchema, { ...onPath, ...over })).toMatchObject({
      instance: null,
      peer: null,
      ...expected,
    }),
  )
  it('only whole doubles are dropped: the same prefix by two peers is ECMP', () => {
    const other = { ...learned, sourcePeer: '10.0.4.4', nextHop: '10.0.4.4' }
    const rows = decodeRowsWithSchema(gatewayRouteRowSchema, [learned, other, learned])
    expect(normalizeRouteTable(rows).map(({ peer }) => peer)).toEqual(['10.0.4.4', '10.0.4.5'])
  })
  it('the order does not depend on the order in which ARM gave them', () => {
    const prefix = fc.tuple(fc.nat(255), fc.integer({ min: 8, max: 32 })).map(([b, length]) => `10.${b}.0.0/${length}`)
    fc.assert(
      fc.property(fc.array(prefix), fc.integer(), (prefixes, seed) => {
        const rows = decodeRowsWithSchema(
          gatewayRouteRowSchema,
          prefixes.map((network) => ({ ...learned, network })),
        )
        const shuffled = rows.toSorted((a, b) => (a.prefix + seed > b.prefix + a.prefix ? 1 : -1))
        expect(normalizeRouteTable(shuffled)).toEqual(normalizeRouteTable(rows))
      }),
    )
  })
})

describe('a circuit', () => {
  it('splits the overloaded state', () => {
    expect(decodeArmValue(summaryRowSchema, neighbor)).toEqual({
      neighbor: '192.0.2.97',
      asn: 65001,
      state: 'established',
      azureState: '50',
      downReason: null,
      prefixesReceived: 50,
      upDown: { ms: 60 * 86_400_000, unitMs: 86_400_000 },
    })
    expect(decodeArmValue(summaryRowSchema, { ...neighbor, statePfxRcd: 12, as: '65001' })).toMatchObject({
      prefixesReceived: 12,
    })
    expect(
      decodeArmValue(summaryRowSchema, { ...neighbor, statePfxRcd: 'Idle (Admin)', upDown: 'never' }),
    ).toMatchObject({
      state: 'stopped',
      downReason: 'admin',
      azureState: 'Idle (Admin)',
      upDown: 'never',
    })
  })
  it.each([
    ['0600.0000.ceb0', '0600.0000.ceb0'],
    ['Incomplete', null],
    ['', null],
    [null, null],
  ])('a MAC of %j is %j', (macAddress, expected) => {
    const row = { age: null, interface: 'On-Prem', ipAddress: '192.0.2.97', macAddress }
    expect(decodeArmValue(arpRowSchema, row)).toEqual({
      ageMinutes: null,
      interface: 'On-Prem',
      ipAddress: '192.0.2.97',
      macAddress: expected,
    })
  })
  it('counters come exact, a missing one is null, none at all is malformed', () => {
    const body = { primarybytesIn: 9007199254740993n, secondarybytesOut: null, primarybytesOut: 5 }
    const rows = [
      { path: 'primary', bytesIn: 9007199254740993n, bytesOut: 5n },
      { path: 'secondary', bytesIn: null, bytesOut: null },
    ]
    expect(counters(body)).toEqual({ outcome: 'ok', error: null, rows })
    expect(counters({ ...body, secondaryBytesIn: {} })).toMatchObject({
      outcome: 'incomplete',
      error: { detail: expect.stringContaining('1 member not read: secondaryBytesIn: expected number of bytes') },
      rows,
    })
    expect(() => counters({ primaryBytesIn: {} })).toThrow('primaryBytesIn: expected number of bytes')
    expect(() => counters({ other: 1 })).toThrow('got none of them')
  })
})

describe('what is malformed names its field', () => {
  it.each([
    [
      'value[1].asn: expected number, got object',
      () => decodeRowsWithSchema(peerRowSchema, [connected, { ...connected, asn: {} }]),
    ],
    [
      'value[0].neighbor: expected an IP address, got "gw"',
      () => decodeRowsWithSchema(peerRowSchema, [{ ...connected, neighbor: 'gw' }]),
    ],
    ['value[0].localAddress: expected an IP address, got nothing', () => decodeRowsWithSchema(peerRowSchema, [{}])],
    ['value[2]: expected object, got null', () => decodeRowsWithSchema(peerRowSchema, [connected, connected, null])],
    ['value[0]: expected object, got array', () => decodeRowsWithSchema(peerRowSchema, [[]])],
    ['messagesSent: expected number of bytes', () => decodeArmValue(peerRowSchema, { ...connected, messagesSent: -1 })],
    [
      'messagesSent: expected number of bytes',
      () => decodeArmValue(peerRowSchema, { ...connected, messagesSent: 1.5 }),
    ],
    ['state: expected text, got number', () => decodeArmValue(peerRowSchema, { ...connected, state: 1 })],
    ['network: expected a prefix, got ""', () => decodeArmValue(pathRouteRowSchema, { ...onPath, network: '' })],
    [
      'nextHop: expected an IP address, got "none"',
      () => decodeArmValue(pathRouteRowSchema, { ...onPath, nextHop: 'none' }),
    ],
    [
      'nextHop: expected an IP address, got "10.0.0.1%eth0"',
      () => decodeArmValue(pathRouteRowSchema, { ...onPath, nextHop: '10.0.0.1%eth0' }),
    ],
    [
      'asPath: expected an AS path, got "65001 {65010"',
      () => decodeArmValue(gatewayRouteRowSchema, { ...learned, asPath: '65001 {65010' }),
    ],
    [
      'asPath: expected an AS path, got "a-b"',
      () => decodeArmValue(gatewayRouteRowSchema, { ...learned, asPath: 'a-b' }),
    ],
    ['as: expected number, got text', () => decodeArmValue(summaryRowSchema, { ...neighbor, as: 'x' })],
    ['primaryBytesIn: expected number of bytes', () => counters({ primarybytesIn: [] })],
    ['properties: expected object, got nothing', () => decodeConnectionRow({}, new UnreadRowCounter())],
  ])('%s', (message, read) => expect(read).toThrow(message))
})

describe('links of a hub’s VPN gateway', () => {
  const link = (name: string, connectionStatus: string, bytes: number) => ({
    name,
    properties: { connectionStatus, ingressBytesTransferred: bytes, egressBytesTransferred: bytes + 1 },
  })

  it('are tunnels with status and bytes, named by their connection', () => {
    const branch = {
      name: 'to-branch',
      properties: { vpnLinkConnections: [link('isp-a', 'Connected', 7), link('isp-b', 'NotConnected', 0)] },
    }
    expect(decodeHubVpnLinks([branch, link('to-depot', 'Connected', 3)]).rows[0]?.tunnels).toEqual([
      { name: 'to-branch/isp-a', status: 'Connected', bytesIn: 7n, bytesOut: 8n },
      { name: 'to-branch/isp-b', status: 'NotConnected', bytesIn: 0n, bytesOut: 1n },
      { name: 'to-depot', status: 'Connected', bytesIn: 3n, bytesOut: 4n },
    ])
    expect(decodeHubVpnLinks([]).rows).toMatchObject([{ connectionStatus: null, tunnels: [] }])
  })
})

describe('configuration', () => {
  const body: JsonObject = {
    sku: { tier: 'Premium' },
    etag: 'W/"1"',
    properties: {
      serviceKey: 'a1410692-ed3b-4ceb-b94a-b90b95d398d1',
      authorizations: [
        { name: 'cust2', properties: { authorizationKey: 'authkey', authorizationUseStatus: 'InUse' } },
        { name: 'cust1', properties: { authorizationKey: 'authkey', authorizationUseStatus: 'Available' } },
        { authorizationKey: 'authkey' },
      ],
      gatewayManagerEtag: '113',
      somethingNew: { deep: [9007199254740993n] },
      expressRoutePort: null,
      peerings: [{ name: 'p', properties: { sharedKey: 'shared-key-of-peering', stats: { primarybytesIn: 1 } } }],
      subnets: [
        { properties: { addressPrefix: '10.0.0.0/24', ipConfigurations: [{ id: 'x' }] } },
        { name: 'links', properties: { privateEndpoints: [{ id: 'x' }, { id: 'y' }] } },
      ],
      ipConfigurations: [{ id: 'kept' }],
    },
  }
  it('keeps what it does not know, masks keys, keeps of authorizations their use, drops etags and live counters', () => {
    expect(scrubConfig(body)).toEqual({
      sku: { tier: 'Premium' },
      properties: {
        serviceKey: '****98d1',
        authorizations: [
          { authorizationUseStatus: 'Available' },
          { authorizationUseStatus: 'InUse' },
          { authorizationUseStatus: 'unknown' },
        ],
        somethingNew: { deep: ['9007199254740993'] },
        peerings: [{ name: 'p', properties: { sharedKey: '****' } }],
        subnets: [
          { properties: { addressPrefix: '10.0.0.0/24' } },
          { name: 'links', properties: { privateEndpoints: [{}] } },
        ],
        ipConfigurations: [{ id: 'kept' }],
      },
    })
  })
  it('drops an empty list of authorizations, and leaves an empty key empty', () => {
    expect(scrubConfig({ authorizations: [], peerings: [{ sharedKey: '' }] })).toEqual({
      peerings: [{ sharedKey: '' }],
    })
  })
  it('a mask holds nothing of a secret, and of a service key four characters at most', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (secret) => {
        for (const name of ['sharedKey', 'preSharedKey', 'radiusServerSecret'])
          expect(maskSecret(name, secret)).toBe('****')
        const shown = maskSecret('serviceKey', secret)
        expect(shown === '****' || shown === `****${secret.slice(-4)}`).toBe(true)
        if (secret.length < 12) expect(shown).toBe('****')
      }),
    )
  })
  it('whatever the body, no secret is left in it', () => {
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constant('harmless'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'authorizationKey', 'sharedKey', 'serviceKey'), tie('node')),
      ),
    })).node
    const planted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(planted)
        : isJsonObject(value)
          ? Object.fromEntries(
              Object.entries(value).map(([key, member]) => [
                key,
                key.endsWith('Key') ? 'TOP-SECRET-VALUE' : planted(member),
              ]),
            )
          : value
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(scrubConfig({ root: planted(value) as ExactJson }))
        expect(text).not.toContain('TOP-SECRET')
      }),
    )
  })
})
