import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyDiff, canonicalTable, diffTables, inverseDiff, type TableRoute } from './index.ts'

const route = (prefix: string, fields: Partial<TableRoute> = {}): TableRoute => ({
  instance: '10.0.4.12',
  peer: '10.0.4.4',
  prefix,
  nextHop: '10.0.4.4',
  asPath: [12076, 65001],
  origin: 'EBgp',
  weight: 32769,
  localPref: null,
  ...fields,
})

const kinds = ['announced', 'withdrawn', 'changed'] as const
const prefixesOf = (before: TableRoute[], after: TableRoute[]) => {
  const diff = diffTables(before, after)
  return Object.fromEntries(kinds.map((kind) => [kind, diff[kind].map((entry) => entry.prefix)]))
}

describe('table diff', () => {
  const a = route('10.1.0.0/16')
  it.each([
    { rule: 'a new key is announced', before: [], after: [a], announced: ['10.1.0.0/16'] },
    { rule: 'a lost key is withdrawn', before: [a], after: [], withdrawn: ['10.1.0.0/16'] },
    {
      rule: 'another AS path is a change',
      before: [a],
      after: [route('10.1.0.0/16', { asPath: [12076, 65001, 65001] })],
      changed: ['10.1.0.0/16'],
    },
    { rule: 'another next hop is a change', before: [a], after: [{ ...a, nextHop: null }], changed: ['10.1.0.0/16'] },
    { rule: 'another origin is a change', before: [a], after: [{ ...a, origin: 'IBgp' }], changed: ['10.1.0.0/16'] },
    { rule: 'another weight is a change', before: [a], after: [{ ...a, weight: 0 }], changed: ['10.1.0.0/16'] },
    {
      rule: 'a local preference is a change',
      before: [a],
      after: [{ ...a, localPref: 100 }],
      changed: ['10.1.0.0/16'],
    },
    { rule: 'order and duplicates are none', before: [a, route('10.2.0.0/16')], after: [route('10.2.0.0/16'), a, a] },
    {
      rule: 'the same prefix from another peer is another key',
      before: [a],
      after: [{ ...a, peer: '10.0.4.5' }],
      announced: ['10.1.0.0/16'],
      withdrawn: ['10.1.0.0/16'],
    },
    {
      rule: 'a second next hop under one key is a change',
      before: [a],
      after: [a, { ...a, nextHop: '10.0.4.5' }],
      changed: ['10.1.0.0/16'],
    },
  ])('$rule', ({ before, after, announced = [], withdrawn = [], changed = [] }) =>
    expect(prefixesOf(before, after)).toEqual({ announced, withdrawn, changed }),
  )

  it('shows whole rows before and after', () => {
    const longer = { ...a, asPath: [12076, 65001, 65001] }
    expect(diffTables([a], [longer]).changed).toEqual([
      { instance: '10.0.4.12', peer: '10.0.4.4', prefix: '10.1.0.0/16', before: [a], after: [longer] },
    ])
  })

  it('lists by address, not by text', () => {
    const texts = ['10.10.0.0/16', '9.0.0.0/8', '2001:db8::/32', '10.2.0.0/16', '10.2.0.0/24']
    expect(
      prefixesOf(
        [],
        texts.map((text) => route(text)),
      ).announced,
    ).toEqual(['9.0.0.0/8', '10.2.0.0/16', '10.2.0.0/24', '10.10.0.0/16', '2001:db8::/32'])
  })

  it('refuses to be applied to another table', () => {
    const diff = diffTables([a], [])
    expect(() => applyDiff([], diff)).toThrow(/10\.1\.0\.0\/16/)
    expect(() => applyDiff([{ ...a, weight: 1 }], diff)).toThrow(RangeError)
    expect(() => applyDiff([a], inverseDiff(diff))).toThrow(RangeError)
  })

  it('refuses a text that is no prefix', () => expect(() => diffTables([], [route('ten')])).toThrow(/ten/))
})

describe('laws of table diff', () => {
  const anyRoute = fc.record({
    instance: fc.constantFrom(null, '10.0.4.12', '10.0.4.13'),
    peer: fc.constantFrom(null, '10.0.4.4', '10.0.4.5'),
    prefix: fc.constantFrom('0.0.0.0/0', '10.1.0.0/16', '10.1.2.0/24', '2001:db8::/32'),
    nextHop: fc.constantFrom(null, '10.0.4.4'),
    asPath: fc.array(fc.constantFrom(12076, 65001, 65002), { maxLength: 2 }),
    origin: fc.constantFrom(null, 'EBgp'),
    weight: fc.constantFrom(null, 0, 32769),
    localPref: fc.constantFrom(null, 100),
  })
  const table = fc.array(anyRoute, { maxLength: 20 })

  it('a table does not differ from itself, shuffled and doubled', () => {
    const shuffled = table.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray([...rows, ...rows], { minLength: rows.length * 2 })),
    )
    fc.assert(
      fc.property(shuffled, ([rows, again]) => {
        expect(diffTables(rows, again)).toEqual({ announced: [], withdrawn: [], changed: [] })
        expect(canonicalTable(again)).toEqual(canonicalTable(rows))
      }),
    )
  })

  it('applied to the first table, the diff gives the second', () => {
    fc.assert(
      fc.property(table, table, (a, b) => {
        expect(applyDiff(a, diffTables(a, b))).toEqual(canonicalTable(b))
      }),
    )
  })

  it('the reverse diff is the inverse', () => {
    fc.assert(
      fc.property(table, table, (a, b) => {
        expect(diffTables(b, a)).toEqual(inverseDiff(diffTables(a, b)))
        expect(applyDiff(b, inverseDiff(diffTables(a, b)))).toEqual(canonicalTable(a))
      }),
    )
  })

  it('each key stands in one list at most', () => {
    fc.assert(
      fc.property(table, table, (a, b) => {
        const diff = diffTables(a, b)
        const keys = kinds.flatMap((kind) => diff[kind].map((e) => `${e.instance} ${e.peer} ${e.prefix}`))
        expect(new Set(keys).size).toBe(keys.length)
      }),
    )
  })
})
