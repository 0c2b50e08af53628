import { describe, expect, it } from 'vitest'
import { formatPlotReading, buildReadingTable, findCrosshairStopIndex } from './plot-model.ts'

describe('the stop at a place', () => {
  const columns = [
    { from: 0, to: 10 },
    { from: 10, to: 20 },
    { from: 50, to: 60 },
  ]
  it.each([
    ['before the first', -5, 0],
    ['inside of a column', 9, 0],
    ['at the edge of two the later', 10, 1],
    ['between two the nearer, left', 30, 1],
    ['between two the nearer, right', 40, 2],
    ['after the last', 99, 2],
  ] as const)('%s', (_, at, index) => {
    expect(findCrosshairStopIndex(columns, at)).toBe(index)
  })
  it('of moments is the nearest', () => {
    const moments = [0, 7, 100].map((at) => ({ from: at, to: at }))
    expect([3, 4, 53, 54].map((at) => findCrosshairStopIndex(moments, at))).toEqual([0, 1, 1, 2])
  })
  it('is none without stops', () => {
    expect(findCrosshairStopIndex([], 5)).toBeNull()
  })
})

it('a reading is a sentence: when, what limits it, then each value with its unit', () => {
  const lines = [
    { name: 'In', value: '1.00 Mb/s' },
    { name: 'Out', value: '2 to 3 Mb/s' },
  ]
  expect(formatPlotReading({ title: '03:00 UTC', lines, notes: ['partial data'] })).toBe(
    '03:00 UTC, partial data: In 1.00 Mb/s, Out 2 to 3 Mb/s',
  )
  expect(formatPlotReading({ title: '03:00 UTC', lines: [], notes: ['no data'] })).toBe('03:00 UTC, no data')
})

it('a table has a column for each name, and says nothing where a series has no value', () => {
  const table = buildReadingTable([
    { title: 'a', lines: [{ name: 'In', value: '1' }] },
    { title: 'b', lines: [{ name: 'Out', value: '2' }], notes: ['late'] },
  ])
  expect(table.names).toEqual(['In', 'Out'])
  expect(table.rows).toEqual([
    { title: 'a', values: ['1', null], notes: '' },
    { title: 'b', values: [null, '2'], notes: 'late' },
  ])
})
