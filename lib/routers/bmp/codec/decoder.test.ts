import { describe, expect, it } from 'vitest'
import { BmpDecoder } from './decoder.ts'
import type { BmpMessage } from './message.ts'
import { BmpStreamError } from './stream-error.ts'
import { bgpMessage } from './testing/encode-bgp.ts'
import { bmpFrame } from './testing/encode-bmp.ts'
import { bytesOfHex } from './testing/hex.ts'
import { frrBmpMessageBytes, gobgpBmpMessageBytes } from './testing/router-bytes.ts'

function decode(...hex: string[]): BmpMessage[] {
  const decoder = new BmpDecoder()
  return hex.flatMap((text) => [...decoder.push(bytesOfHex(text))])
}

const PEER = {
  type: 'global',
  view: 'adjInPre',
  distinguisher: '0000000000000000',
  address: '192.0.2.98',
  asn: 12076,
  bgpId: '10.0.4.4',
  twoOctetAsns: false,
  filtered: false,
}

/** Returns one line for each prefix in a Route Monitoring message. */
function routesIn(message: BmpMessage | undefined): string[] {
  if (message?.type !== 'routeMonitoring') throw new Error(`no Route Monitoring: ${message?.type}`)
  const { announced, withdrawn, attributes } = message.update
  const path = (attributes.asPath ?? []).flatMap(({ asns }) => asns).join(' ')
  return [
    ...announced.flatMap(({ nextHop, prefixes }) =>
      prefixes.map(({ prefix }) => `+${prefix} via ${nextHop} path ${path}`),
    ),
    ...withdrawn.flatMap(({ prefixes }) => prefixes.map(({ prefix }) => `-${prefix}`)),
  ]
}

describe('messages of FRR 8.4.4', () => {
  it('say who the router is', () => {
    expect(decode(frrBmpMessageBytes.initiation)).toEqual([
      { type: 'initiation', sysName: 'ceA', sysDescr: 'FRRouting 8.4.4', texts: [] },
    ])
  })

  it('say that a session is up, with both OPENs', () => {
    expect(decode(frrBmpMessageBytes.peerUp)).toMatchObject([
      {
        type: 'peerUp',
        peer: { ...PEER, seconds: 0x6b01341a },
        localAddress: '192.0.2.97',
        localPort: 38422,
        remotePort: 179,
        sent: {
          asn: 65010,
          holdTimeSeconds: 180,
          bgpId: '10.255.0.1',
          families: ['ipv4'],
          fourOctetAsns: true,
          addPath: [{ family: 'ipv4', sends: false, receives: true }],
          gracefulRestart: { seconds: 120 },
        },
        received: { asn: 12076, holdTimeSeconds: 180, bgpId: '10.0.4.4', capabilities: [1, 2, 65] },
        tableName: null,
      },
    ])
  })

  it.each([
    ['downByRemoteReset', { by: 'remote', notification: { code: 6, subcode: 4, communication: null } }],
    ['downByRemoteShutdown', { by: 'remote', notification: { code: 6, subcode: 2, communication: 'maintenance' } }],
    ['downByConnection', { by: 'remoteWithoutNotification' }],
    ['downLocally', { by: 'localWithoutNotification', fsmEvent: 0 }],
  ] as const)('say why a session is down: %s', (name, reason) => {
    expect(decode(frrBmpMessageBytes[name])).toMatchObject([{ type: 'peerDown', peer: PEER, reason }])
  })

  it.each([
    ['announcement', 'adjInPost', ['+10.10.0.0/16 via 192.0.2.98 path 65010 12076 12076 65515']],
    ['withdrawal', 'adjInPre', ['-10.11.0.0/16']],
    ['announcementIpv6', 'adjInPre', ['+2001:db8:100::/48 via 2001:db8:0:96::2 path 65010 12076 65515']],
    ['withdrawalIpv6', 'adjInPre', ['-2001:db8:100::/48']],
    ['endOfRib', 'adjInPost', []],
  ] as const)('say which routes there are: %s', (name, view, routes) => {
    const [message] = decode(frrBmpMessageBytes[name])
    expect(message).toMatchObject({ peer: { view } })
    expect(routesIn(message)).toEqual(routes)
  })

  it.each([
    ['endOfRib', 'ipv4', null],
    ['endOfRibIpv6', 'ipv6', null],
    ['withdrawalIpv6', null, 0x6b0134d8],
  ] as const)('say where a table ends: %s', (name, endOfRib, seconds) => {
    expect(decode(frrBmpMessageBytes[name])).toMatchObject([{ peer: { seconds }, update: { endOfRib } }])
  })

  it('count, and a counter of their own is kept without a name', () => {
    const [message] = decode(frrBmpMessageBytes.statistics)
    expect(message).toMatchObject({ type: 'statistics' })
    expect(message?.type === 'statistics' && message.statistics.at(0)).toEqual({
      type: 0,
      name: 'prefixesRejected',
      value: 3n,
      family: null,
    })
    expect(message?.type === 'statistics' && message.statistics.at(-1)).toMatchObject({ type: 65531, name: null })
  })
})

describe('messages of GoBGP 3.10.0', () => {
  it('say who the router is, in the other order', () => {
    expect(decode(gobgpBmpMessageBytes.initiation)).toMatchObject([{ sysName: 'GoBGP', sysDescr: '3.10.0' }])
  })

  it('say why a session is down', () => {
    const notification = { code: 4, subcode: 0, communication: null, hardResetOf: null }
    expect(decode(gobgpBmpMessageBytes.downByHoldTimer)).toMatchObject([{ reason: { by: 'local', notification } }])
  })

  it('hold two routes with their attributes', () => {
    const [message] = decode(gobgpBmpMessageBytes.announcement)
    expect(routesIn(message)).toEqual([
      '+10.10.0.0/16 via 192.0.2.98 path 12076 65515',
      '+10.11.0.0/16 via 192.0.2.98 path 12076 65515',
    ])
    const attributes = { origin: 'igp', med: 100, localPref: null, communities: ['12076:5001'], unreadable: [] }
    expect(message).toMatchObject({ update: { attributes } })
  })

  it('hold the router’s own table, which names no neighbor', () => {
    const [message] = decode(gobgpBmpMessageBytes.locRib)
    expect(message).toMatchObject({ peer: { type: 'locRib', view: 'locRib', address: null, asn: 65010 } })
    expect(routesIn(message)).toEqual(['+10.10.0.0/16 via 192.0.2.98 path 12076 65515'])
  })

  it('end a table with the flag of short AS paths, which changes nothing', () => {
    expect(decode(gobgpBmpMessageBytes.endOfRib)).toMatchObject([
      { peer: { twoOctetAsns: true, view: 'adjInPost' }, update: { endOfRib: 'ipv4' } },
    ])
  })

  it('count in 64 bits', () => {
    const [message] = decode(gobgpBmpMessageBytes.statistics)
    expect(message?.type === 'statistics' && message.statistics.map(({ name, value }) => `${name} ${value}`)).toEqual([
      'routesAdjRibIn 2',
      'routesLocRib 2',
      'updatesTreatedAsWithdraw 1',
      'prefixesTreatedAsWithdraw 1',
    ])
  })
})

const withdrawnIn = (message: BmpMessage | undefined) =>
  message?.type === 'routeMonitoring'
    ? message.update.withdrawn.flatMap(({ prefixes }) => prefixes.map(({ prefix }) => prefix))
    : []
const peerOf = (hex: string) => bytesOfHex(hex).subarray(6, 48)
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
/** Returns a Route Monitoring message with an UPDATE given in hex, made of withdrawn routes, attributes and routes. */
function monitoring(update: string): string {
  return hexOf(bmpFrame(0, Buffer.concat([peerOf(frrBmpMessageBytes.withdrawal), bgpMessage(2, bytesOfHex(update))])))
}

describe('what is not known', () => {
  it.each([
    ['Route Mirroring', `0300000009 06 ffffff`],
    ['a message type without a meaning', `0300000007 c8 00`],
    ['a neighbor of unknown type', `0300000030 02 09 ${'00'.repeat(41)}`],
  ])('%s is skipped by its length, and what follows is read', (_, hex) => {
    expect(decode(hex, frrBmpMessageBytes.initiation).map(({ type }) => type)).toEqual(['skipped', 'initiation'])
  })

  it('an attribute without a meaning is kept as it came', () => {
    const [message] = decode(monitoring('0000 0007 400101 00 c0fe00 10 0a0a'))
    expect(message).toMatchObject({ update: { attributes: { others: [{ type: 0xfe }], origin: 'igp' } } })
  })

  it.each([
    ['ORIGIN of 9', '0000 0004 40010109 100a0a', 1],
    ['an AS path that is cut off', '0000 0005 400202 0202 100a0a', 2],
    ['a next hop of two bytes', '0000 0005 400302 0101 100a0a', 3],
    ['communities of three bytes', '0000 0006 c00803 010203 100a0a', 8],
  ])('%s withdraws the route (RFC 7606 section 7)', (_, update, type) => {
    const [message] = decode(monitoring(update))
    expect(message).toMatchObject({ update: { announced: [], attributes: { unreadable: [type] } } })
    expect(withdrawnIn(message)).toEqual(['10.10.0.0/16'])
  })

  const WHOLE = '400101 00 400200 400304 c0000261'
  const withAttributes = (attributes: string, length = attributes.replaceAll(' ', '').length / 2) =>
    monitoring(`0000 ${length.toString(16).padStart(4, '0')} ${attributes} 100a0a`)

  it.each([
    ['a length beyond the attributes', `${WHOLE} c00828 30245001`],
    ['an attribute that is cut off in its header', `${WHOLE} c0`],
    ['an attribute without its extended length', `${WHOLE} d008 00`],
    ['flags of another attribute', '800101 00 400200 400304 c0000261'],
    ['communities that are not transitive', `${WHOLE} 800804 30245001`],
    ['an announcement without ORIGIN', '400200 400304 c0000261'],
    ['an announcement without AS_PATH', '400101 00 400304 c0000261'],
    ['an announcement without NEXT_HOP', '400101 00 400200'],
    ['a MED of three bytes', `${WHOLE} 800403 000064`],
    ['large communities of eight bytes', `${WHOLE} c02008 0000000100000002`],
    ['extended communities of four bytes', `${WHOLE} c01004 00020001`],
  ])('%s withdraws the route, and the session stays', (_, attributes) => {
    const [message, next] = decode(withAttributes(attributes), gobgpBmpMessageBytes.peerUp)
    expect(message).toMatchObject({ type: 'routeMonitoring', update: { announced: [], endOfRib: null } })
    expect(withdrawnIn(message)).toEqual(['10.10.0.0/16'])
    expect(next?.type).toBe('peerUp')
  })

  it.each([
    ['ATOMIC_AGGREGATE with a value', `${WHOLE} 400601 00`, []],
    ['an AGGREGATOR of five bytes', `${WHOLE} c00705 0000fdf2c0`, [7]],
    ['LOCAL_PREF of three bytes', `${WHOLE} 400503 000064`, [5]],
    ['an attribute twice', `${WHOLE} 400101 02`, []],
    ['an attribute of unknown type with odd flags', `${WHOLE} 00fe00`, []],
  ])('%s is discarded, and the route stays', (_, attributes, unreadable) => {
    const [message] = decode(withAttributes(attributes))
    expect(message).toMatchObject({ update: { withdrawn: [], attributes: { origin: 'igp', unreadable } } })
    expect(routesIn(message)).toHaveLength(1)
  })

  it.each([8, 10, 1])('%d bytes after an UPDATE are skipped', (length) => {
    const update = bgpMessage(2, bytesOfHex(`0000 000e ${WHOLE} 100a0a`))
    const [message] = decode(
      hexOf(bmpFrame(0, Buffer.concat([peerOf(frrBmpMessageBytes.withdrawal), update, new Uint8Array(length)]))),
    )
    expect(routesIn(message)).toHaveLength(1)
  })

  it('routes of other families are skipped', () => {
    const vpn = '0000 0019 40010100 400200 400304c0000261 900e0007 0001 80 00 00 0000 100a0a'
    expect(decode(monitoring(vpn))).toMatchObject([
      { update: { hasOtherFamilies: true, announced: [{ family: 'ipv4' }] } },
    ])
  })
})

const cut = (hex: string, from: number, to: string) => hex.slice(0, from) + to + hex.slice(from + to.length)

describe('what can not be read', () => {
  it.each([
    ['HTTP', hexOf(Buffer.from('GET / HTTP/1.1\r\n')), 'BMP version 71 instead of 3, or no BMP at all'],
    ['BMP of a draft', '010000000000', 'BMP version 1 instead of 3, or no BMP at all'],
    ['BMP of the next draft', '040000000000', 'BMP version 4, which is a draft: set version 3'],
    ['a length of zero', '0300000000 04', 'a message of 0 bytes, shorter than its header'],
    ['a length beyond the limit', '03ffffffff 00', 'a message of 4294967295 bytes; at most 262144 are read'],
    ['information that is too long', '030000000a 04 0001 0010', 'information 1 is cut off'],
  ])('%s', (_, hex, message) => {
    const read = () => decode(hex)
    expect(read).toThrow(BmpStreamError)
    expect(read).toThrow(message)
  })

  it('more neighbors than the limit', () => {
    const decoder = new BmpDecoder({ maxPeers: 1 })
    const other = bytesOfHex(frrBmpMessageBytes.peerUp)
    other[31] = 1
    expect([
      ...decoder.push(bytesOfHex(frrBmpMessageBytes.peerUp)),
      ...decoder.push(bytesOfHex(frrBmpMessageBytes.peerUp)),
    ]).toHaveLength(2)
    expect(() => [...decoder.push(other)]).toThrow('more than 1 neighbors')
  })
})

describe('what can not be read of one neighbor', () => {
  it.each([
    [
      'a Peer Down without a reason',
      `0300000030 02 ${hexOf(peerOf(frrBmpMessageBytes.peerUp))}`,
      'the reason of a Peer Down is cut off',
    ],
    [
      'a Peer Up without OPENs',
      `0300000044 03 ${hexOf(peerOf(frrBmpMessageBytes.peerUp))}${'00'.repeat(20)}`,
      'the header of a BGP open',
    ],
    [
      'an OPEN where an UPDATE is due',
      cut(frrBmpMessageBytes.withdrawal, 132, '01'),
      'a BGP message of type 1 where update',
    ],
    ['a marker with a hole', cut(frrBmpMessageBytes.withdrawal, 100, '00'), 'a BGP update without its marker'],
    ['a prefix of 33 bits', monitoring('0000 0000 21 0a0a0a0a0a'), 'an ipv4 prefix of 33 bits'],
    ['routes that reach beyond the UPDATE', monitoring('00ff 0000'), 'the withdrawn routes is cut off'],
    ['MP_REACH twice', monitoring('0000 0006 800e00 800e00'), 'attribute 14 twice'],
    [
      'statistics that are not there',
      `0300000034 01 ${hexOf(peerOf(frrBmpMessageBytes.peerUp))} 00ffffff`,
      '16777215 statistics in 0 bytes',
    ],
  ])('%s: the stream goes on', (_, hex, detail) => {
    const [unreadable, next] = decode(hex, gobgpBmpMessageBytes.peerUp)
    expect(unreadable).toMatchObject({ type: 'unreadable', peer: { address: '192.0.2.98' } })
    expect(unreadable?.type === 'unreadable' && unreadable.detail).toContain(detail)
    expect(next?.type).toBe('peerUp')
  })
})

/** Decodes UPDATEs that advertise the given bytes, and returns the routes read from each. */
const routesOf = (...nlri: string[]) => routesAfter([], ...nlri)

/** Does the same after other messages, whose results are left out. */
function routesAfter(before: string[], ...nlri: string[]): (string | string[])[] {
  const attributes = '400101 00 400200 400304 c0000261'.replaceAll(' ', '')
  const update = (routes: string) =>
    monitoring(`0000 ${(attributes.length / 2).toString(16).padStart(4, '0')} ${attributes} ${routes}`)
  return decode(...before, ...nlri.map(update))
    .slice(before.length)
    .map((message) =>
      message.type === 'unreadable'
        ? message.detail
        : message.type === 'routeMonitoring'
          ? message.update.announced.flatMap(({ prefixes }) =>
              prefixes.map(({ prefix, pathId }) => `${prefix} ${pathId}`),
            )
          : message.type,
    )
}

describe('path identifiers that no OPEN announced', () => {
  const ONE = '00000001'
  it.each<[string, string[], (string | string[])[]]>([
    ['are none where there are none', ['10 0a0a 18 0a0b01'], [['10.10.0.0/16 null', '10.11.1.0/24 null']]],
    ['are read', [`${ONE} 10 0a0a`], [['10.10.0.0/16 1']]],
    ['of a default route, too', [`${ONE} 00`], [['0.0.0.0/0 1']]],
    ['of several paths', [`${ONE} 10 0a0a 00000002 10 0a0a`], [['10.10.0.0/16 1', '10.10.0.0/16 2']]],
    ['stay what they are', [`${ONE} 10 0a0a`, '0a000001 18 0a0b01'], [['10.10.0.0/16 1'], ['10.11.1.0/24 167772161']]],
    ['are none of a default route that stands alone', ['00', '08 0a'], [['0.0.0.0/0 null'], ['10.0.0.0/8 null']]],
    [
      'make a table unreadable that has them now and then',
      ['10 0a0a', `${ONE} 10 0a0a`],
      [['10.10.0.0/16 null'], 'ipv4 prefixes some of which have path identifiers, and some not'],
    ],
  ])('%s', (_, nlri, expected) => expect(routesOf(...nlri)).toEqual(expected))
})

describe('path identifiers of a session whose OPENs are known', () => {
  // the ADD-PATH capability for IPv4, where FRR offers to receive and the neighbor of the second Peer Up offers to send
  const sends = `${frrBmpMessageBytes.peerUp.slice(0, -2 * 45)}${'ffffffffffffffffffffffffffffffff00330104 2f2c 00b4 0a000404 16 0214 010400010001 0200 41040000 2f2c 4504 00010102'.replaceAll(' ', '')}`
  const isAgreed = `03000000d6${sends.slice(10)}`

  it('are never read if they were not negotiated, even where no other form fits', () => {
    expect(routesAfter([frrBmpMessageBytes.peerUp], '00000001 10 0a0a', '10 0a0a')).toEqual([
      expect.stringContaining('is cut off'),
      ['10.10.0.0/16 null'],
    ])
    expect(routesAfter([frrBmpMessageBytes.peerUp], '0a0a00 0a0a00')).toEqual([
      ['10.0.0.0/10 null', '10.0.0.0/10 null'],
    ])
  })

  it.each(['00', '04', '07', 'ff'])('are not negotiated by the mode %s, which RFC 7911 does not define', (mode) => {
    const offered = `${isAgreed.slice(0, -2)}${mode}`
    expect(routesAfter([offered], '10 0a0a')).toEqual([['10.10.0.0/16 null']])
  })

  it('are always read if they were negotiated', () => {
    expect(routesAfter([isAgreed], '00000001 10 0a0a', '08 0a', '00000000 00')).toEqual([
      ['10.10.0.0/16 1'],
      expect.stringContaining('is cut off'),
      ['0.0.0.0/0 0'],
    ])
  })
})

describe('lists that are too long', () => {
  const update = (attributes: string) =>
    monitoring(`0000 ${(attributes.length / 2).toString(16).padStart(4, '0')} ${attributes} 10 0a0a`)
  const attribute = (type: string, bytes: number) => `d0${type}${bytes.toString(16).padStart(4, '0')}`
  const read = (hex: string) => {
    const [message] = decode(update(hex))
    return message?.type === 'routeMonitoring' ? message.update.attributes : null
  }

  it.each([
    ['08', 4, 8],
    ['10', 8, 16],
    ['20', 12, 32],
  ])('communities of type %s are read up to 512', (type, size, code) => {
    const of = (n: number) => read(`${attribute(type, n * size)}${'00'.repeat(n * size)}`)
    expect(of(512)?.unreadable).toEqual([])
    expect(of(513)).toMatchObject({
      unreadable: [code],
      communities: [],
      extendedCommunities: [],
      largeCommunities: [],
    })
  })

  it('an AS path is read up to 1,024 ASNs', () => {
    const path = (segments: number) =>
      read(`${attribute('02', segments * (2 + 4 * 200))}${`02c8${'0000fdf2'.repeat(200)}`.repeat(segments)}`)
    expect(path(5)?.asPath).toHaveLength(5)
    expect(path(6)).toMatchObject({ asPath: null, unreadable: [2] })
  })
})
