import { describe, expect, it } from 'vitest'
import {
  removeHiddenColumns,
  keepColumnsWithValues,
  compareValues,
  listRemovableColumns,
  countColumnsToRemove,
  keepChosenColumns,
  countColumnsToRestore,
} from './table-columns.ts'
import { groupTableRows, buildTableLines } from './row-groups.ts'

describe('columns of a table', () => {
  const columns = ['name', 'state', 'rate'].map((id) => ({ id, header: id, value: () => null }))
  it.each([
    { hidden: [], shown: ['name', 'state', 'rate'] },
    { hidden: ['state'], shown: ['name', 'rate'] },
    { hidden: ['name', 'rate'], shown: ['name', 'state'] },
    { hidden: ['of another table'], shown: ['name', 'state', 'rate'] },
  ])('without $hidden are $shown', ({ hidden, shown }) => {
    expect(removeHiddenColumns(columns, hidden).map(({ id }) => id)).toEqual(shown)
  })

  it('go by priority before one is cut, but not those that the reader asks for', () => {
    const ranked = Object.entries({ name: undefined, rate: 1, since: 4, sku: 2 }).map(([id, priority]) => ({
      id,
      header: id,
      value: () => null,
      ...(priority && { priority: priority as 1 | 2 | 4 }),
    }))
    expect(listRemovableColumns(keepChosenColumns(ranked, []))).toEqual(['since', 'sku', 'rate'])
    expect(listRemovableColumns(keepChosenColumns(ranked, ['since']))).toEqual(['sku', 'rate'])
  })

  it.each([
    { excess: 1, gone: 0 },
    { excess: 2, gone: 1 },
    { excess: 101, gone: 1 },
    { excess: 102, gone: 2 },
    { excess: 900, gone: 3 },
  ])('go at once, as many as make room for $excess px', ({ excess, gone }) => {
    expect(countColumnsToRemove([100, 60, 80], excess)).toBe(gone)
  })

  it.each([
    { spare: 79, back: 0 },
    { spare: 80, back: 1 },
    { spare: 139, back: 1 },
    { spare: 140, back: 2 },
    { spare: 900, back: 3 },
  ])('come back, the last one first, as many as $spare px have room for', ({ spare, back }) => {
    expect(countColumnsToRestore([100, 60, 80], spare)).toBe(back)
  })

  it('that say nothing of any row are absent, but pictures', () => {
    const [name, ...others] = columns
    if (!name) throw new Error('There are columns.')
    const rows = [{ sku: null }, { sku: '' }]
    const sku = { id: 'sku', header: 'SKU', value: (row: { sku: string | null }) => row.sku }
    const shown = (more: { keep?: boolean; exported?: [] }, of = rows) =>
      keepColumnsWithValues([name, { ...sku, ...more }, ...others], of).map(({ id }) => id)
    expect(shown({})).toEqual(['name'])
    expect(shown({ keep: true })).toEqual(['name', 'sku'])
    expect(shown({ exported: [] }), 'a command').toEqual(['name', 'sku'])
    expect(shown({}, [...rows, { sku: 'Standard' } as never])).toEqual(['name', 'sku'])
    expect(shown({}, [])).toEqual(['name', 'sku', 'state', 'rate'])
  })
})

describe('rows in groups', () => {
  const rows = [
    { id: '1', of: 'b', tone: 'up', word: 'UP' },
    { id: '2', of: null, tone: 'down', word: 'DOWN' },
    { id: '3', of: 'a10', tone: 'up', word: 'UP' },
    { id: '4', of: 'b', tone: 'down', word: 'DOWN' },
    { id: '5', of: 'a9', tone: 'up', word: 'UP' },
  ] as const
  type Row = (typeof rows)[number]
  const groups = groupTableRows<Row>(
    rows,
    ({ of }) => of,
    ({ tone, word }) => ({ tone, word }),
  )

  it('have their worst state and its count: the worst first, then by name, what belongs to none last', () => {
    expect(groups.map(({ name, rows, worst }) => [name, rows.length, worst?.word, worst?.rows])).toEqual([
      ['b', 2, 'DOWN', 1],
      ['a9', 1, 'UP', 1],
      ['a10', 1, 'UP', 1],
      [null, 1, 'DOWN', 1],
    ])
  })

  it('name a state that is only last known as such', () => {
    const late = { tone: 'unknown', word: 'BOTH PATHS UP', at: '2026-11-20T03:00:00Z' } as const
    const [group] = groupTableRows(
      [late],
      () => 'a',
      (row) => row,
    )
    expect(group?.worst).toEqual({ tone: 'unknown', word: 'BOTH PATHS UP, last known', rows: 1 })
  })

  it('stand below their heads, but those of a folded group', () => {
    const names = buildTableLines(rows, groups, new Set(['b'])).map((line) =>
      'row' in line ? line.row.id : line.group.name,
    )
    expect(names).toEqual(['b', 'a9', '5', 'a10', '3', null, '2'])
    expect(buildTableLines(rows, undefined, new Set())).toHaveLength(5)
  })
})

it.each([
  [
    ['b', 'a'],
    ['a', 'b'],
  ],
  [
    [10, 9, null],
    [9, 10, null],
  ],
  [
    ['10.0.4.12', '10.0.4.4'],
    ['10.0.4.4', '10.0.4.12'],
  ],
])('%j sorts as %j', (values, sorted) => {
  expect(values.toSorted(compareValues)).toEqual(sorted)
})
