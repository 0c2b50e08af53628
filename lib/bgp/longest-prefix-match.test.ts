import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type IpAddress,
  comparePrefixes,
  doesPrefixContainAddress,
  formatPrefix,
  type IpPrefix,
  PrefixTrie,
  parseAddress,
  parsePrefix,
} from './index.ts'

const prefix = (text: string): IpPrefix => {
  const read = parsePrefix(text)
  if (!read) throw new Error(`no prefix: ${text}`)
  return read
}
const address = (text: string): IpAddress => {
  const read = parseAddress(text)
  if (!read) throw new Error(`no address: ${text}`)
  return read
}
const trieOf = (...texts: string[]) => PrefixTrie.from(texts.map((text) => [prefix(text), text] as const))

/** Addresses with few distinct bits, so that prefixes nest and addresses match them. */
const crowdedAddress = fc.oneof(
  fc.integer({ min: 0, max: 0xff }).map((low): IpAddress => ({ family: 4, value: (0x0a0000n << 8n) | BigInt(low) })),
  fc.bigInt(0n, 2n ** 32n - 1n).map((value): IpAddress => ({ family: 4, value })),
  fc.integer({ min: 0, max: 0xff }).map((low): IpAddress => ({ family: 6, value: (0x20010db8n << 96n) | BigInt(low) })),
  fc.bigInt(0n, 2n ** 128n - 1n).map((value): IpAddress => ({ family: 6, value })),
)
const crowdedPrefix = fc.tuple(crowdedAddress, fc.nat({ max: 128 })).map(([{ family, value }, cut]): IpPrefix => {
  const width = family === 4 ? 32 : 128
  const length = Math.max(0, width - (cut % (width + 1)))
  const shift = BigInt(width - length)
  return { family, bits: (value >> shift) << shift, length }
})

describe('longest prefix match', () => {
  const trie = trieOf('0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3/32', '2001:db8::/32')

  it.each([
    ['10.1.2.3', '10.1.2.3/32'],
    ['10.1.2.4', '10.1.2.0/24'],
    ['10.1.3.4', '10.1.0.0/16'],
    ['10.2.0.0', '10.0.0.0/8'],
    ['11.0.0.0', '0.0.0.0/0'],
    ['255.255.255.255', '0.0.0.0/0'],
    ['2001:db8::1', '2001:db8::/32'],
  ])('%s is covered by %s', (text, expected) => expect(trie.longestMatch(address(text))?.value).toBe(expected))

  it('lists every cover, longest first', () => {
    expect(trie.matches(address('10.1.2.3')).map((entry) => entry.value)).toEqual([
      '10.1.2.3/32',
      '10.1.2.0/24',
      '10.1.0.0/16',
      '10.0.0.0/8',
      '0.0.0.0/0',
    ])
  })

  it('an IPv4 default route covers no IPv6 address', () => {
    expect(trie.longestMatch(address('2001:db9::1'))).toBeNull()
    expect(trieOf('::/0').longestMatch(address('10.0.0.1'))).toBeNull()
  })

  it('a fork that holds nothing is no match', () => {
    const forked = trieOf('10.0.0.0/24', '10.0.1.0/24')
    expect(forked.longestMatch(address('10.0.2.1'))).toBeNull()
    expect(forked.get(prefix('10.0.0.0/23'))).toBeUndefined()
  })

  it.each(['10.1.2.3/32', '2001:db8::1/128', '0.0.0.0/0'])('%s twice is one entry, the later one', (text) => {
    const twice = trieOf(text).insert(prefix(text), 'later')
    expect([...twice.entries()]).toEqual([{ prefix: prefix(text), value: 'later' }])
    expect([twice.size, twice.get(prefix(text))]).toEqual([1, 'later'])
  })

  it('finds an entry only under its exact prefix', () => {
    expect(trie.get(prefix('10.1.0.0/16'))).toBe('10.1.0.0/16')
    expect(trie.get(prefix('10.1.0.0/17'))).toBeUndefined()
    expect(trie.get(prefix('10.0.0.0/15'))).toBeUndefined()
  })

  it('inserting leaves the older trie as it was', () => {
    const before = trieOf('10.0.0.0/8')
    const after = before.insert(prefix('10.0.0.0/9'), 'new').insert(prefix('10.0.0.0/8'), 'replaced')
    expect([before.size, after.size]).toEqual([1, 2])
    expect(before.longestMatch(address('10.0.0.1'))?.value).toBe('10.0.0.0/8')
    expect(after.matches(address('10.0.0.1')).map((entry) => entry.value)).toEqual(['new', 'replaced'])
  })

  it('agrees with a linear scan', () => {
    fc.assert(
      fc.property(fc.array(crowdedPrefix, { maxLength: 60 }), fc.array(crowdedAddress), (prefixes, addresses) => {
        const grown = PrefixTrie.from(prefixes.map((p) => [p, formatPrefix(p)] as const))
        // The first address of each prefix always matches.
        for (const probe of [...addresses, ...prefixes.map(({ family, bits }) => ({ family, value: bits }))]) {
          const scanned = new Map(prefixes.filter((p) => doesPrefixContainAddress(p, probe)).map((p) => [p.length, p]))
          const expected = [...scanned.values()].sort((a, b) => b.length - a.length)
          expect(grown.matches(probe).map((entry) => entry.prefix)).toEqual(expected)
          expect(grown.longestMatch(probe)?.value ?? null).toBe(expected[0] ? formatPrefix(expected[0]) : null)
        }
      }),
    )
  })

  it('holds each prefix once, in order, however it was filled', () => {
    fc.assert(
      fc.property(fc.array(crowdedPrefix, { maxLength: 60 }), (prefixes) => {
        const fill = (list: IpPrefix[]) => PrefixTrie.from(list.map((p) => [p, formatPrefix(p)] as const))
        const distinct = [...new Set(prefixes.map(formatPrefix))].map(prefix).sort(comparePrefixes)
        expect([...fill(prefixes).entries()].map((entry) => entry.prefix)).toEqual(distinct)
        expect([...fill([...prefixes].reverse()).entries()]).toEqual([...fill(prefixes).entries()])
        expect(fill(prefixes).size).toBe(distinct.length)
        for (const p of distinct) expect(fill(prefixes).get(p)).toBe(formatPrefix(p))
      }),
    )
  })
})
