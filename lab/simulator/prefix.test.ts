import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  doesPrefixCover,
  formatAddress,
  getNthAddressInPrefix,
  getNthFollowingPrefix,
  type ParsedPrefix,
  LongestPrefixMatchIndex,
  parseAddress,
  parsePrefixWithoutHostBits,
} from './prefix.ts'

const must = (text: string): ParsedPrefix => {
  const prefix = parsePrefixWithoutHostBits(text)
  if (!prefix) throw new Error(text)
  return prefix
}

describe('parsePrefix', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '192.0.2.1/32', 'fd00::/8', '::/0', '2001:db8::1/128'])('reads %s', (text) => {
    expect(parsePrefixWithoutHostBits(text)?.text).toBe(text)
  })
  it.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0',
    'fd00::1/8',
    'fd00:::/8',
    '256.0.0.0/8',
    '010.0.0.0/8',
    '/8',
  ])('refuses %s', (text) => {
    expect(parsePrefixWithoutHostBits(text)).toBeNull()
  })
})

it('prints what it reads', () => {
  const address = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((bits) => ({ family: 4 as const, bits })),
    fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((bits) => ({ family: 6 as const, bits })),
  )
  fc.assert(
    fc.property(address, (a) => {
      expect(parseAddress(formatAddress(a.family, a.bits))).toEqual(a)
    }),
  )
})

it('counts hosts and neighbours', () => {
  expect(getNthAddressInPrefix(must('192.0.2.96/30'), 1)).toBe('192.0.2.97')
  expect(getNthAddressInPrefix(must('fd00:0:2::60/126'), 2)).toBe('fd00:0:2::62')
  expect(getNthFollowingPrefix(must('10.0.0.0/24'), 300).text).toBe('10.1.44.0/24')
})

it('finds the longest match, as a search of the whole list does', () => {
  const prefix = fc
    .record({ bits: fc.integer({ min: 0, max: 255 }), length: fc.integer({ min: 24, max: 32 }) })
    .map(({ bits, length }) => must(`10.0.0.${(bits >> (32 - length)) << (32 - length)}/${length}`))
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 40 }), prefix, (all, target) => {
      const items = all.map((p, n) => ({ prefix: p, n }))
      const covering = items.filter((i) => doesPrefixCover(i.prefix, target))
      const longest = Math.max(...covering.map((i) => i.prefix.length))
      const expected = covering.filter((i) => i.prefix.length === longest).map((i) => i.n)
      expect(new LongestPrefixMatchIndex(items).match(target).map((i) => i.n)).toEqual(expected)
    }),
  )
})
