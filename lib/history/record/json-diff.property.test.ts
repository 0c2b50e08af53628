import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findFieldChanges } from './json-diff.ts'

const name = fc.constantFrom('a', 'b/c', 'd~e', 'peerings', 'state', 'zones')
const text = fc.constantFrom('', 'x', 'y', 'Enabled', '/subscriptions/s/a')
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(text, { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
}))

/**
 * Returns the same value as ARM may write it in another response, with other capitals and another order of sets and
 * members.
 */
const rewritten = (one: unknown): unknown => {
  if (typeof one === 'string') return one.toUpperCase()
  if (Array.isArray(one)) return one.map(rewritten).toReversed()
  if (typeof one !== 'object' || one === null) return one
  const members = Object.entries(one).map(([key, member]) => [key.toUpperCase(), rewritten(member)])
  return Object.fromEntries(members.toReversed())
}
const pathsOf = (before: unknown, after: unknown) => findFieldChanges(before, after).map(({ path }) => path)

describe('fields that differ', () => {
  it('are none between two answers that ARM writes differently', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(findFieldChanges(one, one)).toEqual([])
        expect(findFieldChanges(one, rewritten(one))).toEqual([])
      }),
    )
  })

  it('are the same in both directions, with the values exchanged', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const there = findFieldChanges(a, b)
        const back = findFieldChanges(b, a)
        expect(back.map(({ before, after }) => [after, before])).toEqual(there.map((one) => [one.before, one.after]))
      }),
    )
  })

  it('have paths that are in order and differ', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const paths = pathsOf(a, b)
        expect(new Set(paths).size).toBe(paths.length)
      }),
    )
  })

  it.each<[string, unknown, unknown, string[]]>([
    ['a member that is new', {}, { a: 1 }, ['/a']],
    ['null in place of an absent member', {}, { a: null }, []],
    ['an empty list in place of an absent member', {}, { a: [] }, []],
    ['a list in place of an object', { a: { b: 1 } }, { a: [1] }, ['/a']],
    ['a member with a slash and a tilde', { 'b/c': 1, 'd~e': 1 }, { 'b/c': 2, 'd~e': 2 }, ['/b~1c', '/d~0e']],
    ['capitals of a tag', { tags: { a: 'x' } }, { tags: { a: 'X' } }, ['/tags/a']],
    ['capitals of a sentence', { a: 'a b' }, { a: 'A b' }, ['/a']],
    ['the order of zones', { zones: ['1', '2'] }, { zones: ['2', '1'] }, []],
    [
      'the order of DNS servers',
      { dnsServers: ['1', '2'] },
      { dnsServers: ['2', '1'] },
      ['/dnsServers/0', '/dnsServers/1'],
    ],
    ['the order of named elements', { a: [{ name: 'x' }, { name: 'y' }] }, { a: [{ name: 'Y' }, { name: 'X' }] }, []],
    ['a named element', { a: [{ name: 'x', b: 1 }] }, { a: [{ name: 'x', b: 2 }] }, ['/a/x/b']],
    ['an element that is gone', { a: [{ name: 'x' }, { name: 'y' }] }, { a: [{ name: 'y' }] }, ['/a/x']],
    [
      'elements of one name, by their places',
      {
        a: [
          { name: 'x', b: 1 },
          { name: 'x', b: 2 },
        ],
      },
      {
        a: [
          { name: 'x', b: 1 },
          { name: 'x', b: 3 },
        ],
      },
      ['/a/1/b'],
    ],
  ])('%s', (_, before, after, paths) => {
    expect(pathsOf(before, after)).toEqual(paths)
  })
})
