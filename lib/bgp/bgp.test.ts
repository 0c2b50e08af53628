import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalizeAddress,
  canonicalizePrefix,
  compareAddresses,
  comparePrefixes,
  doesPrefixContainAddress,
  doesPrefixContainPrefix,
  formatAddress,
  formatPrefix,
  hasBeenUpBefore,
  isSessionStateDown,
  isPublicAsn,
  findLinkSubnetHosts,
  getNotificationName,
  overlapsPrefix,
  parseAddress,
  parsePrefix,
  parsePrefixWithHostBits,
  findAsnReservation,
  sessionStates,
  getCoveringPrefixOfLength,
} from './index.ts'

describe('addresses', () => {
  it.each([
    ['10.0.4.12', '10.0.4.12'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s reads as %s', (text, canonical) => expect(canonicalizeAddress(text)).toBe(canonical))

  it.each(['', '10.0.0', '10.0.0.256', '10.0.0.01', '1.2.3.4.5', ':::', '1::2::3', '12345::', '2001:db8', 'g::'])(
    '%s is no address',
    (text) => expect(parseAddress(text)).toBeNull(),
  )

  it('reads back whatever it prints', () => {
    const address = fc.oneof(
      fc.record({ family: fc.constant(4 as const), value: fc.bigInt(0n, 2n ** 32n - 1n) }),
      fc.record({ family: fc.constant(6 as const), value: fc.bigInt(2n ** 49n, 2n ** 128n - 1n) }),
    )
    fc.assert(
      fc.property(address, (a) => {
        expect(parseAddress(formatAddress(a))).toEqual(a)
      }),
    )
  })
})

describe('prefixes', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['2001:db8:1::/33', '2001:db8::/33'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ])('%s reads as %s', (text, canonical) => expect(canonicalizePrefix(text)).toBe(canonical))

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', 'x/8', '2001:db8::/129', '10.0.0.0/08'])(
    '%s is no prefix',
    (text) => expect(parsePrefix(text)).toBeNull(),
  )

  it('says when host bits were set', () => {
    expect(parsePrefixWithHostBits('10.1.2.3/8')?.hostBits).toBe(true)
    expect(parsePrefixWithHostBits('10.0.0.0/8')?.hostBits).toBe(false)
  })

  it.each([
    ['10.0.0.0', '10.0.0.0/8'],
    ['172.16.0.0', '172.16.0.0/16'],
    ['192.0.2.0', '192.0.2.0/24'],
    ['10.1.0.0', '10.1.0.0/32'],
    ['0.0.0.0', '0.0.0.0/0'],
    ['0.0.0.0/8', '0.0.0.0/8'],
    ['::', '::/0'],
    ['::1', '::1/128'],
    ['Default', '0.0.0.0/0'],
  ])('a router that prints %s without a mask means %s', (text, canonical) => {
    const read = parsePrefixWithHostBits(text, { table: 'classful' })
    expect(read && formatPrefix(read.prefix)).toBe(canonical)
  })

  it.each([
    ['10.0.0.0', '10.0.0.0/32'],
    ['0.0.0.0', '0.0.0.0/0'],
    ['::', '::/0'],
    ['default', '0.0.0.0/0'],
  ])('a table without classful networks that has %s means %s', (text, canonical) => {
    const read = parsePrefixWithHostBits(text, { table: 'prefixed' })
    expect(read && formatPrefix(read.prefix)).toBe(canonical)
  })

  it('in no table the unspecified address is one address', () => {
    expect(canonicalizePrefix('0.0.0.0')).toBe('0.0.0.0/32')
    expect(parsePrefix('default')).toBeNull()
  })

  it('contains exactly the addresses that share its bits', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 32n - 1n), fc.integer({ min: 0, max: 32 }), (value, length) => {
        const prefix = parsePrefix(`${formatAddress({ family: 4, value })}/${length}`)
        if (!prefix) throw new Error('not read')
        expect(doesPrefixContainAddress(prefix, { family: 4, value })).toBe(true)
        const outside = length === 0 ? null : value ^ (1n << BigInt(32 - length))
        if (outside !== null) expect(doesPrefixContainAddress(prefix, { family: 4, value: outside })).toBe(false)
        expect(doesPrefixContainPrefix(prefix, { family: 4, bits: value, length: 32 })).toBe(true)
      }),
    )
  })

  it.each([
    ['192.0.2.96/30', '192.0.2.97', '192.0.2.98'],
    ['2001:db8::/126', '2001:db8::1', '2001:db8::2'],
  ])('the hosts of %s are %s and %s', (subnet, customer, microsoft) =>
    expect(findLinkSubnetHosts(subnet)).toEqual({ customer, microsoft }),
  )
  it('a /31 has no two distinct hosts', () => expect(findLinkSubnetHosts('192.0.2.0/31')).toBeNull())
})

describe('reserved ASNs', () => {
  it.each([8074, 8075, 12076, 65515, 65516, 65517, 65518, 65519, 65520, 23456, 64496, 64511, 65535, 65551])(
    '%i is reserved',
    (asn) => expect(findAsnReservation(asn)).not.toBeNull(),
  )
  it.each([65001, 64512, 65514, 65521, 4200000000, 3356])('%i is free to use', (asn) =>
    expect(findAsnReservation(asn)).toBeNull(),
  )
})

it.each([
  [0, false],
  [3356, true],
  [64495, true],
  [64496, false],
  [64512, false],
  [65534, false],
  [65552, true],
  [4199999999, true],
  [4200000000, false],
  [8075, false],
  [2 ** 32, false],
])('ASN %i is one of the public Internet: %j', (asn, isPublic) => expect(isPublicAsn(asn)).toBe(isPublic))

it.each([
  [6, 2, 'Cease, Administrative Shutdown'],
  [6, 0, 'Cease'],
  [6, 11, 'Cease, subcode 11'],
  [9, 0, 'error code 9'],
  [9, 3, 'error code 9, subcode 3'],
])('a NOTIFICATION %i/%i is %s', (code, subcode, name) => expect(getNotificationName(code, subcode)).toBe(name))

it('a state that is not observed shows no session down', () =>
  expect(sessionStates.filter((state) => !isSessionStateDown(state))).toEqual(['established', 'unknown']))

it('IPv4 stands before IPv6, then the lower, then the shorter', () => {
  const ordered = ['10.0.0.0/8', '10.0.0.0/16', '10.1.0.0/16', '::/0', 'fd00::/8']
  expect(ordered.toReversed().toSorted((a, b) => comparePrefixes(read(a), read(b)))).toEqual(ordered)
  expect(compareAddresses({ family: 6, value: 1n }, { family: 6, value: 1n })).toBe(0)
})

it.each([
  ['10.0.0.0/8', '10.3.0.0/16', true],
  ['10.3.0.0/16', '10.0.0.0/8', true],
  ['10.3.0.0/16', '10.4.0.0/16', false],
  ['0.0.0.0/0', '::/0', false],
])('%s and %s have an address in common: %j', (a, b, overlap) => expect(overlapsPrefix(read(a), read(b))).toBe(overlap))

it('the prefix of a shorter length holds the longer one', () => {
  expect(formatPrefix(getCoveringPrefixOfLength(read('10.3.7.0/24'), 15))).toBe('10.2.0.0/15')
  expect(formatPrefix(getCoveringPrefixOfLength(read('fd00:7::/32'), 29))).toBe('fd00::/29')
})

function read(text: string) {
  const prefix = parsePrefix(text)
  if (!prefix) throw new RangeError(text)
  return prefix
}

it.each([
  ['connect', null, 40n, 36n, true],
  ['idle', null, 2n, 2n, true],
  ['connect', 5_000, null, null, true],
  ['connect', 0, 0n, 0n, false],
  // Azure prints these counters for sibling instances that never connect.
  ['connect', null, 1n, 2n, false],
  ['connect', null, 900n, 0n, false],
  ['connect', null, null, null, false],
  ['established', 5_000, 40n, 36n, false],
  ['unknown', 5_000, 40n, 36n, false],
] as const)('a session that is %s after %s ms, %s and %s messages fell: %s', (state, ms, sent, received, fell) => {
  expect(hasBeenUpBefore({ state, connectedDurationMs: ms, messagesSent: sent, messagesReceived: received })).toBe(fell)
})
