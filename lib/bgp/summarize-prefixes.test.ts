import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doesPrefixContainPrefix, formatPrefix, parsePrefix, type IpPrefix } from './prefix.ts'
import { summarizePrefixes } from './summarize-prefixes.ts'

const read = (text: string): IpPrefix => {
  const prefix = parsePrefix(text)
  if (!prefix) throw new RangeError(text)
  return prefix
}
const summary = (...texts: string[]) => summarizePrefixes(texts.map(read)).map(formatPrefix)

describe('the summary of prefixes', () => {
  it.each<[string, string[], string[]]>([
    ['none', [], []],
    ['two halves', ['10.1.0.0/17', '10.1.128.0/17'], ['10.1.0.0/16']],
    ['four quarters in any order', ['10.0.3.0/24', '10.0.1.0/24', '10.0.0.0/24', '10.0.2.0/24'], ['10.0.0.0/22']],
    ['neighbors of two parents', ['10.1.0.0/16', '10.2.0.0/16'], ['10.1.0.0/16', '10.2.0.0/16']],
    ['one inside another', ['10.0.0.0/8', '10.3.0.0/16'], ['10.0.0.0/8']],
    ['one inside what becomes of two', ['10.0.0.0/9', '10.128.0.0/9', '10.200.0.0/16'], ['10.0.0.0/8']],
    ['both families', ['fd00::/33', '10.0.0.0/8', 'fd00:0:8000::/33'], ['10.0.0.0/8', 'fd00::/32']],
    ['all of IPv4', ['0.0.0.0/1', '128.0.0.0/1'], ['0.0.0.0/0']],
  ])('%s', (_, texts, expected) => expect(summary(...texts)).toEqual(expected))
})

/** Prefixes within 64 addresses, so that they often overlap. */
const small = fc
  .tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 26, max: 32 }))
  .map(([host, length]) => read(`10.0.0.${host}/${length}`))
const addressesOf = (prefixes: readonly IpPrefix[]) =>
  Array.from({ length: 64 }, (_, host) => read(`10.0.0.${host}/32`)).filter((one) =>
    prefixes.some((prefix) => doesPrefixContainPrefix(prefix, one)),
  )

describe('whatever the prefixes are', () => {
  it('the summary holds the same addresses in no more prefixes, and can not be shortened', () => {
    fc.assert(
      fc.property(fc.array(small, { maxLength: 24 }), (prefixes) => {
        const found = summarizePrefixes(prefixes)
        expect(addressesOf(found)).toEqual(addressesOf(prefixes))
        expect(found.length).toBeLessThanOrEqual(new Set(prefixes.map(formatPrefix)).size)
        expect(summarizePrefixes(found)).toEqual(found)
        expect(summarizePrefixes(prefixes.toReversed())).toEqual(found)
        for (const [n, one] of found.entries()) {
          const without = found.filter((_, other) => other !== n)
          expect(addressesOf(without).length, formatPrefix(one)).toBeLessThan(addressesOf(found).length)
        }
      }),
    )
  })
})
