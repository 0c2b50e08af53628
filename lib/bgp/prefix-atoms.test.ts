import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  splitIntoRangeAtoms,
  doesPrefixContainAddress,
  formatAddress,
  type IpPrefix,
  PrefixTrie,
  parsePrefix,
  convertPrefixToRange,
} from './index.ts'

const prefix = (text: string): IpPrefix => {
  const read = parsePrefix(text)
  if (!read) throw new Error(`no prefix: ${text}`)
  return read
}
const print = (space: string[], cutters: string[] = []) =>
  splitIntoRangeAtoms(space.map(prefix), cutters.map(prefix)).map(
    ({ family, first, last }) => `${formatAddress({ family, value: first })}-${formatAddress({ family, value: last })}`,
  )

describe('atoms', () => {
  it.each([
    { rule: 'no space, no atom', space: [], cutters: ['10.0.0.0/8'], atoms: [] },
    { rule: 'a lone prefix is one atom', space: ['10.0.0.0/24'], cutters: [], atoms: ['10.0.0.0-10.0.0.255'] },
    {
      rule: 'a more specific cuts into three',
      space: ['10.0.0.0/24'],
      cutters: ['10.0.0.64/26'],
      atoms: ['10.0.0.0-10.0.0.63', '10.0.0.64-10.0.0.127', '10.0.0.128-10.0.0.255'],
    },
    {
      rule: 'a covering prefix cuts nothing',
      space: ['10.0.0.0/24'],
      cutters: ['10.0.0.0/8', '0.0.0.0/0'],
      atoms: ['10.0.0.0-10.0.0.255'],
    },
    {
      rule: 'overlapping space counts once, and a hole stays a hole',
      space: ['10.0.0.0/24', '10.0.0.0/25', '10.0.2.0/24'],
      cutters: [],
      atoms: ['10.0.0.0-10.0.0.127', '10.0.0.128-10.0.0.255', '10.0.2.0-10.0.2.255'],
    },
    {
      rule: 'the families do not mix, and the last address of each is reached',
      space: ['255.255.255.0/24', 'ffff::/16'],
      cutters: ['::/0', '0.0.0.0/0', '255.255.255.128/25'],
      atoms: [
        '255.255.255.0-255.255.255.127',
        '255.255.255.128-255.255.255.255',
        'ffff::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      ],
    },
  ])('$rule', ({ space, cutters, atoms }) => expect(print(space, cutters)).toEqual(atoms))

  it('partition the space exactly, and within one the longest match never changes', () => {
    // prefixes inside 10.0.0.0/24, so that the test can check all 256 addresses
    const inside = fc.tuple(fc.nat({ max: 255 }), fc.integer({ min: 24, max: 32 })).map(([low, length]): IpPrefix => {
      const shift = BigInt(32 - length)
      return { family: 4, bits: (((0x0a0000n << 8n) | BigInt(low)) >> shift) << shift, length }
    })
    const list = fc.array(inside, { maxLength: 8 })
    fc.assert(
      fc.property(list, list, (space, cutters) => {
        const atoms = splitIntoRangeAtoms(space, cutters)
        const trie = PrefixTrie.from([...space, ...cutters].map((p) => [p, p] as const))
        for (let low = 0n; low < 256n; low++) {
          const value = (0x0a0000n << 8n) | low
          const holders = atoms.filter(({ first, last }) => first <= value && value <= last)
          const covered = space.some((p) => doesPrefixContainAddress(p, { family: 4, value }))
          expect(holders.length).toBe(covered ? 1 : 0)
          for (const { first } of holders) {
            expect(trie.longestMatch({ family: 4, value })).toEqual(trie.longestMatch({ family: 4, value: first }))
          }
        }
        for (const [i, atom] of atoms.entries()) {
          expect(atom.first <= atom.last).toBe(true)
          const next = atoms[i + 1]
          if (next) expect(atom.last < next.first).toBe(true)
        }
      }),
    )
  })

  it('the range of a prefix has its size', () => {
    expect(convertPrefixToRange(prefix('10.0.0.0/8'))).toEqual({
      family: 4,
      first: 10n << 24n,
      last: (11n << 24n) - 1n,
    })
    expect(convertPrefixToRange(prefix('::/0')).last).toBe(2n ** 128n - 1n)
  })
})
