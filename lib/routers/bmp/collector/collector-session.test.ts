import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BmpDecoder } from '../codec/decoder.ts'
import type { BmpMessage } from '../codec/message.ts'
import { bgpMessage, encodeOpen, encodeUpdate } from '../codec/testing/encode-bgp.ts'
import type { BgpOpen } from '../codec/open.ts'
import { bytesOfHex } from '../codec/testing/hex.ts'
import { type CollectorSessionEnd, CollectorBgpSession } from './collector-session.ts'

const OWN = { asn: 4_200_000_001, holdSeconds: 9 }
const ENDS = { own: { address: '10.20.254.5', port: 179 }, router: { address: '10.20.0.1', port: 40_000 } }
const OPEN: BgpOpen = {
  asn: 65_010,
  holdTimeSeconds: 180,
  bgpId: '10.255.0.1',
  families: ['ipv4', 'ipv6'],
  fourOctetAsns: true,
  addPath: [],
  gracefulRestart: { seconds: 120 },
  capabilities: [1, 65, 64],
}
const KEEPALIVE = bgpMessage(4, new Uint8Array())
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Starts a session at 0 ms and records its sent and reported messages. */
function begin(own = OWN, ends = ENDS) {
  const sent: string[] = []
  const messages: { message: BmpMessage; at: number; notBefore: number }[] = []
  const closed: (CollectorSessionEnd | null)[] = []
  const decoder = new BmpDecoder()
  const wire = {
    // message type, and the bytes after the header
    send: (bytes: Uint8Array) => void sent.push(`${bytes[18]}:${hex(bytes.subarray(19))}`),
    report: (frames: Uint8Array, at: number, notBefore: number) => {
      for (const message of decoder.push(frames)) messages.push({ message, at, notBefore })
    },
    established: () => undefined,
    close: (end: CollectorSessionEnd | null) => void closed.push(end),
  }
  const session = new CollectorBgpSession(own, ends, wire, 0)
  const open = sent.splice(0)
  const said = (...all: Uint8Array[]) => session.received(Buffer.concat(all), 100)
  const types = () => messages.map(({ message }) => message.type)
  const down = () => messages.map(({ message }) => message).findLast((message) => message.type === 'peerDown')?.reason
  return { session, sent, open, messages, closed, said, types, down }
}

/** Starts a session that is established at 100 ms. */
function established(open: Partial<BgpOpen> = {}) {
  const begun = begin()
  begun.said(encodeOpen({ ...OPEN, ...open }), KEEPALIVE)
  expect(begun.types()).toEqual(['initiation', 'peerUp'])
  begun.sent.length = 0
  return begun
}

it('opens with both families, four-octet ASNs and graceful restart of 0 s', () => {
  // RFC 4271 section 4.2, RFC 4760 section 8, RFC 4724 section 3, RFC 6793 section 4.1
  expect(begin().open).toEqual(['1:045ba000090a14fe05180216010400010001010400020001400200004104fa56ea01'])
  const own = { ...ENDS, own: { address: 'fd00::5', port: 179 } }
  expect(begin({ asn: 64_999, holdSeconds: 3 }, own).open[0]).toMatch(/^1:04fde700030000fde7/)
})

it('answers an OPEN with a KEEPALIVE, and a KEEPALIVE with End-of-RIB: nothing is announced', () => {
  const { said, sent, messages } = begin()
  said(encodeOpen(OPEN))
  expect(sent).toEqual(['4:'])
  expect(messages).toEqual([])
  said(KEEPALIVE)
  expect(sent.slice(1)).toEqual(['2:00000000', '2:00000006800f03000201'])
})

it('is reported as BMP would report the router’s end', () => {
  const { said, messages } = established()
  const peer = {
    type: 'global',
    view: 'adjOutPost',
    distinguisher: '0'.repeat(16),
    address: '10.20.254.5',
    asn: OWN.asn,
    bgpId: '10.20.254.5',
    twoOctetAsns: false,
  }
  expect(messages[0]?.message).toMatchObject({ type: 'initiation', sysName: '10.255.0.1', sysDescr: null })
  expect(messages[1]).toMatchObject({
    at: 100,
    notBefore: 0,
    message: {
      peer,
      localAddress: '10.20.0.1',
      sent: { asn: 65_010, bgpId: '10.255.0.1' },
      received: { asn: OWN.asn },
    },
  })
  const update = bgpMessage(2, bytesOfHex('0000 0014 40010100 40020602010000fdf2 4003040a140001 100a14'))
  said(update)
  expect(messages[2]?.message).toMatchObject({
    type: 'routeMonitoring',
    peer,
    update: { announced: [{ nextHop: '10.20.0.1', prefixes: [{ prefix: '10.20.0.0/16' }] }] },
  })
})

it('a router is named by its FQDN capability', () => {
  const open = bgpMessage(1, bytesOfHex('04 fdf2 00b4 0aff0001 0e 02 0c 4904 02 6365 00 4104 0000fdf2'))
  const { said, messages } = begin()
  said(open, KEEPALIVE)
  expect(messages[0]?.message).toMatchObject({ sysName: 'ce' })
})

it('reads two-octet AS paths of a router without four-octet ASNs', () => {
  const { messages } = established({ fourOctetAsns: false, capabilities: [1] })
  expect(messages[1]?.message).toMatchObject({ peer: { twoOctetAsns: true }, sent: { asn: 65_010 } })
})

const patched = (bytes: Uint8Array, at: number, ...values: number[]) => {
  const copy = Uint8Array.from(bytes)
  copy.set(values, at)
  return copy
}
describe('what a router may not send', () => {
  it.each([
    ['another version', patched(encodeOpen(OPEN), 19, 3), '02010004'],
    ['ASN 0', encodeOpen({ ...OPEN, asn: 0 }), '0202'],
    ['no identifier', encodeOpen({ ...OPEN, bgpId: '0.0.0.0' }), '0203'],
    [
      'the collector’s own identifier inside its AS',
      encodeOpen({ ...OPEN, asn: OWN.asn, bgpId: '10.20.254.5' }),
      '0203',
    ],
    ['a hold time of 1 s', encodeOpen({ ...OPEN, holdTimeSeconds: 1 }), '0206'],
    ['a hold time of 2 s', encodeOpen({ ...OPEN, holdTimeSeconds: 2 }), '0206'],
    ['parameters beyond the OPEN', patched(encodeOpen(OPEN), 28, 200), '0200'],
    ['no marker', patched(encodeOpen(OPEN), 3, 0), '0101'],
    ['no BGP at all', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), '0101'],
    ['an OPEN that is too short', patched(encodeOpen(OPEN), 16, 0, 28), '0102001c'],
    ['a message that is too long', patched(encodeOpen(OPEN), 16, 0x10, 0x01), '01021001'],
    ['a KEEPALIVE with something in it', bgpMessage(4, Uint8Array.of(1)), '01020014'],
    ['a ROUTE-REFRESH first', bgpMessage(5, Uint8Array.of(0, 1, 0, 1)), '0501'],
    ['a message of unknown type', bgpMessage(6, Uint8Array.of(0, 1, 0, 1)), '010306'],
    ['a KEEPALIVE first', KEEPALIVE, '0501'],
  ])('%s', (_, bytes, notification) => {
    const { said, sent, closed, messages } = begin()
    said(bytes)
    expect(sent).toEqual([`3:${notification}`])
    expect(closed).toMatchObject([{ reason: 'malformed' }])
    // a session that never came up is not reported, and no further bytes are read
    said(encodeOpen(OPEN), KEEPALIVE)
    expect(messages).toEqual([])
  })

  it('an UPDATE before its KEEPALIVE, or a second OPEN', () => {
    const early = begin()
    early.said(encodeOpen(OPEN), bgpMessage(2, new Uint8Array(4)))
    expect(early.sent.at(-1)).toBe('3:0502')
    const late = established()
    late.said(encodeOpen(OPEN))
    expect(late.sent).toEqual(['3:0503'])
    expect(late.down()).toEqual({
      by: 'remote',
      notification: { code: 5, subcode: 3, communication: null, hardResetOf: null },
    })
  })
})

describe('messages that an established session ignores', () => {
  it.each([
    ['a ROUTE-REFRESH (RFC 2918)', [0, 1, 0, 1]],
    ['the begin of a refresh (RFC 7313)', [0, 1, 1, 1]],
    ['the end of a refresh', [0, 1, 2, 1]],
    ['a refresh with a subtype that has no meaning', [0, 1, 9, 1]],
    ['a refresh of an unknown family', [0x40, 4, 0, 71]],
    ['a refresh with outbound filters (RFC 5291)', [0, 1, 0, 1, 1, 64, 0, 1, 0]],
  ])('%s', (_, body) => {
    const { said, sent, closed, down } = established()
    said(bgpMessage(5, Uint8Array.from(body)))
    expect([sent, closed, down()]).toEqual([[], [], undefined])
  })
})

describe('the hold timer', () => {
  it('falls when the socket has been empty for the negotiated time, and lies between the last message and that', () => {
    const { session, sent, down, messages, closed } = established()
    session.tick(5_000, 'empty')
    session.received(KEEPALIVE, 5_200)
    for (let at = 5_500; at < 14_200; at += 500) session.tick(at, 'empty')
    expect(down()).toBeUndefined()
    session.tick(14_200, 'empty')
    expect(down()).toMatchObject({ by: 'remote', notification: { code: 4, subcode: 0 } })
    // the socket was empty at 5 s, and a message may be in transit for one second
    expect(messages.at(-1)).toMatchObject({ at: 14_200, notBefore: 4_000 })
    expect(sent.at(-1)).toBe('3:0400')
    expect(closed).toEqual([{ reason: 'lost', detail: 'no message within 9 s' }])
  })

  it('does not fall while nobody reads the socket, nor where something is in it', () => {
    const { session, sent, down } = established()
    for (let at = 500; at <= 60_000; at += 500) session.tick(at, 'paused')
    session.tick(60_500, 'something')
    session.tick(61_000, 'empty')
    expect(down()).toBeUndefined()
    // the router still receives KEEPALIVEs during that time
    expect(sent.filter((text) => text === '4:').length).toBeGreaterThanOrEqual(17)
    session.tick(69_000, 'empty')
    expect(down()).toMatchObject({ by: 'remote' })
  })

  it.each([
    [3, 3, 1_000],
    [180, 9, 3_000],
    [0, 0, Number.POSITIVE_INFINITY],
  ])('a router that proposes %i s gets %i s, and a KEEPALIVE each third', (proposed, seconds, every) => {
    const { session, sent, down, said } = established({ holdTimeSeconds: proposed })
    for (let at = 100; at <= 12_100; at += 100) {
      said(KEEPALIVE)
      session.tick(at, 'something')
    }
    expect(sent).toHaveLength(Math.floor(12_000 / every))
    session.tick(100 + seconds * 1_000 + 600_000, 'empty')
    expect(down() === undefined).toBe(seconds === 0)
  })
})

describe('how a session ends', () => {
  const CEASE = bgpMessage(3, Uint8Array.of(6, 2))
  it('by the router’s NOTIFICATION', () => {
    const { session, said, down, closed, sent } = established()
    said(CEASE)
    expect(down()).toMatchObject({ by: 'local', notification: { code: 6, subcode: 2 } })
    session.gone(200)
    expect([closed, sent]).toEqual([[{ reason: 'closed', detail: '' }], []])
  })

  it('by a router that refuses', () => {
    const { said, closed, messages } = begin()
    said(bgpMessage(3, Uint8Array.of(2, 2)))
    expect(closed).toEqual([{ reason: 'closed', detail: 'the router refuses: OPEN Message Error, Bad Peer AS' }])
    expect(messages).toEqual([])
  })

  it('with its connection, after what came before', () => {
    const { session, down, messages, closed } = established()
    session.tick(5_000, 'empty')
    session.gone(5_300)
    session.gone(5_400)
    expect(down()).toEqual({ by: 'localWithoutNotification', fsmEvent: 18 })
    expect(messages.filter(({ message }) => message.type === 'peerDown')).toMatchObject([
      { at: 5_300, notBefore: 4_000 },
    ])
    expect(closed).toEqual([])
  })

  it('by a newer one of the router', () => {
    const { session, down, sent } = established()
    expect(session.establishedWith).toBe('65010 10.255.0.1')
    session.supersede(400)
    expect(down()).toMatchObject({ by: 'remote', notification: { code: 6, subcode: 7 } })
    expect([sent, session.establishedWith]).toEqual([['3:0607'], null])
  })

  it.each([
    ['malformed', '0301'],
    ['limit', '0608'],
    ['failed', '0608'],
    ['stopped', '0602'],
  ] as const)('from outside: %s is said and not reported', (reason, said) => {
    const { session, sent, down } = established()
    session.stop(reason)
    session.gone(500)
    expect([sent, down()]).toEqual([[`3:${said}`], undefined])
  })

  it('for no session in time', () => {
    const { session, sent } = begin()
    session.stop('limit')
    expect(sent).toEqual(['3:0400'])
  })
})

it('whatever arrives, in whatever pieces, nothing is thrown, no route is sent and reports are whole messages', () => {
  const update = encodeUpdate(
    {
      announced: [{ family: 'ipv4', nextHop: '10.20.0.1', prefixes: [{ prefix: '10.20.0.0/16', pathId: null }] }],
      withdrawn: [],
      attributes: {
        origin: 'igp',
        asPath: [],
        med: null,
        localPref: null,
        atomicAggregate: false,
        aggregator: null,
        communities: [],
        extendedCommunities: [],
        largeCommunities: [],
        others: [],
        unreadable: [],
      },
      endOfRib: null,
      hasOtherFamilies: false,
    },
    { twoOctetAsns: false },
  )
  const good = fc.constantFrom(encodeOpen(OPEN), KEEPALIVE, update, bgpMessage(3, Uint8Array.of(6, 4)))
  const piece = fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) })
  const flipped = fc
    .tuple(piece, fc.nat(), fc.nat(255), fc.boolean())
    .map(([bytes, at, value, isFlipped]) =>
      isFlipped && bytes.length > 0 ? patched(bytes, at % bytes.length, value) : bytes,
    )
  fc.assert(
    fc.property(
      fc.array(flipped, { maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
      (parts, size, isOpen) => {
        const { session, sent, types, closed } = isOpen ? established() : begin()
        const bytes = Buffer.concat(parts)
        for (let at = 0; at < bytes.length; at += size) session.received(bytes.subarray(at, at + size), 200 + at)
        session.gone(100_000)
        session.gone(100_001)
        expect(
          sent.filter((text) => text.startsWith('2:') && text !== '2:00000000' && text !== '2:00000006800f03000201'),
        ).toEqual([])
        expect(closed.length).toBeLessThanOrEqual(1)
        const count = (type: string) => types().filter((one) => one === type).length
        expect([count('peerUp'), count('peerDown')]).toEqual([count('initiation'), count('peerUp')])
      },
    ),
  )
})
