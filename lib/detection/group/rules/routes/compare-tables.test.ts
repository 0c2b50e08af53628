import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCustomerPath, isAnnouncedByMicrosoft, parseAsPath } from '#lib/bgp/index.ts'
import { compareTables, MAX_STORED_DIFFERENCES } from './compare-tables.ts'
import { findPublicAsnsBetweenPrivate } from './unexpected-transit.ts'

const rows = (...reported: [string, number[]][]) => reported.map(([prefix, asPath]) => ({ prefix, asPath }))

describe('two path tables', () => {
  it.each([
    { rule: 'are alike', a: [65001], b: [65001], differs: null },
    { rule: 'are alike by length, whatever the path', a: [65001, 65002], b: [65003, 65004], differs: null },
    { rule: "leave Microsoft's prepend out", a: [12076, 12076, 12076, 65001], b: [65001], differs: null },
    { rule: 'differ by length', a: [65001], b: [65001, 65001], differs: { a: [65001], b: [65001, 65001] } },
    { rule: "leave a gateway's routes out", a: [65515], b: [12076, 65515, 65010], differs: null },
    { rule: "leave Azure's own prefix out that is announced back", a: [64512, 12076], b: null, differs: null },
    {
      rule: 'leave the same out behind a gateway',
      a: [12076, 64512, 65515],
      b: [65001],
      differs: { a: null, b: [65001] },
    },
    { rule: 'miss one', a: [65001], b: null, differs: { a: [65001], b: null } },
    { rule: "leave the router's own out", a: [], b: null, differs: null },
  ])('$rule', ({ a, b, differs }) => {
    const result = compareTables(rows(['10.0.0.0/8', a]), b ? rows(['10.0.0.0/8', b]) : [])
    const held = (asPath: number[] | null) => asPath && { asPath }
    const expected = differs && { prefix: '10.0.0.0/8', a: held(differs.a), b: held(differs.b) }
    expect(result.differences).toEqual(expected ? [expected] : [])
  })

  it('differ by what best-path selection counts of sets and confederations', () => {
    const [set, long, plain] = ['65001 {65010,65011}', '65001 65010 65011', '12076 (65001 65002) 65001 65010'].map(
      (text) => [{ prefix: '10.0.0.0/8', asPath: [], ...parseAsPath(text) }],
    )
    expect(compareTables(set ?? [], plain ?? [])).toMatchObject({ shared: 1, unequal: 0, differences: [] })
    expect(compareTables(set ?? [], long ?? [])).toMatchObject({
      unequal: 1,
      differences: [{ a: { asPathText: '65001 {65010,65011}' }, b: { asPath: [65001, 65010, 65011] } }],
    })
  })

  it('count all, and keep the first by address', () => {
    const many = Array.from({ length: 300 }, (_, n) => [`10.${n % 250}.${n}.0/24`, [65001]] as [string, number[]])
    const valid = many.filter(([prefix]) => Number(prefix.split('.')[2]) < 256)
    const result = compareTables(rows(...valid), [])
    expect(result).toMatchObject({ shared: 0, onlyA: valid.length, onlyB: 0, unequal: 0 })
    expect(result.differences).toHaveLength(MAX_STORED_DIFFERENCES)
  })

  it('read the same in any order, and in reverse with the sides changed', () => {
    const row = fc.record({
      prefix: fc.nat(30).map((n) => `10.${n}.0.0/16`),
      asPath: fc.array(fc.constantFrom(12076, 65515, 8075, 65001, 65002), { maxLength: 4 }),
    })
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (a, b) => {
        const one = compareTables(a, b)
        const lengths = ({ differences }: typeof one) =>
          differences.map(({ prefix, a: left, b: right }) => [
            prefix,
            left?.asPath.length ?? null,
            right?.asPath.length ?? null,
          ])
        expect(lengths(compareTables(a.toReversed(), [...b, ...b]))).toEqual(lengths(one))
        const other = compareTables(b, a)
        expect([other.onlyA, other.onlyB, other.shared, other.unequal]).toEqual([
          one.onlyB,
          one.onlyA,
          one.shared,
          one.unequal,
        ])
        expect(compareTables(a, a).differences).toEqual([])
      }),
    )
  })
})

it.each([
  { path: [65001, 3356, 65001], between: [3356] },
  { path: [65001, 64900, 3356, 1299, 65001], between: [3356, 1299] },
  { path: [3356, 65001], between: [] },
  { path: [65001, 3356], between: [] },
  { path: [3356, 1299], between: [] },
  { path: [65001], between: [] },
  { path: [], between: [] },
])('between private ASNs of $path are the public $between', ({ path, between }) =>
  expect(findPublicAsnsBetweenPrivate(path)).toEqual(between),
)

it.each([
  { path: [8075], customer: null, microsoft: true },
  { path: [12076, 8075], customer: null, microsoft: true },
  { path: [12076], customer: null, microsoft: true },
  { path: [65515], customer: null, microsoft: false },
  { path: [], customer: null, microsoft: false },
  { path: [12076, 65001], customer: [65001], microsoft: false },
  { path: [64512, 12076], customer: null, microsoft: false },
  { path: [12076, 64512, 65515, 65010], customer: null, microsoft: false },
  { path: [64512, 8075], customer: [64512, 8075], microsoft: false },
])('$path is of the customer: $customer, of Microsoft: $microsoft', ({ path, customer, microsoft }) => {
  expect(findCustomerPath({ asPath: path })?.asPath ?? null).toEqual(customer)
  expect(isAnnouncedByMicrosoft({ asPath: path })).toBe(microsoft)
})
