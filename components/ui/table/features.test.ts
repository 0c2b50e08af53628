import { describe, expect, it } from 'vitest'
import { columnsBut, compareValues, matchesFilter } from './features.ts'

describe('columns of a table', () => {
  const columns = ['name', 'state', 'rate'].map((id) => ({ id, header: id, value: () => null }))
  it.each([
    { hidden: [], shown: ['name', 'state', 'rate'] },
    { hidden: ['state'], shown: ['name', 'rate'] },
    { hidden: ['name', 'rate'], shown: ['name', 'state'] },
    { hidden: ['of another table'], shown: ['name', 'state', 'rate'] },
  ])('without $hidden are $shown', ({ hidden, shown }) => {
    expect(columnsBut(columns, hidden).map(({ id }) => id)).toEqual(shown)
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

it('every word of a filter must stand somewhere in a row', () => {
  expect(matchesFilter(['erc-london', 'DOWN', null], 'down lon')).toBe(true)
  expect(matchesFilter(['erc-london', 'UP', null], 'down lon')).toBe(false)
})
