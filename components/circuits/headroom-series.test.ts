import { expect, it } from 'vitest'
import type { CircuitPathView } from '#lib/circuits/api/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { readingSentence } from '../charts/plot/plot-model.ts'
import {
  columnsWithin,
  headroomColumns,
  headroomGaps,
  headroomLimits,
  headroomPaths,
  headroomPoints,
  headroomReading,
  limitRanges,
  trendWords,
} from './headroom-series.ts'

const START = Date.UTC(2026, 10, 1)
const day = (n: number) => new Date(START + n * DAY).toISOString()
const NOW = START + 9 * DAY + 3_600_000

type Headroom = NonNullable<CircuitPathView['headroom']>
const headroomOf = (counts: Record<number, number>, fields: Partial<Headroom> = {}): Headroom => ({
  limit: 4_000,
  count: 0,
  share: 0,
  runsOutBetween: null,
  trend: 'none',
  leastDays: 7,
  days: Object.entries(counts).map(([n, most]) => ({ day: day(Number(n)), most })),
  ...fields,
})
const pathsOf = (...of: (Headroom | null)[]) =>
  headroomPaths(
    of.map((headroom, index) => ({ path: index === 0 ? 'primary' : 'secondary', headroom }) as CircuitPathView),
  )
const growing = pathsOf(
  headroomOf({ 8: 2_900, 9: 3_000 }, { trend: 'growing', runsOutBetween: [day(19), day(29)] }),
  headroomOf({ 8: 3_000, 9: 3_000 }),
)

it('ahead of the last day lies the band between the slower and the faster growth, up to the limit', () => {
  const columns = headroomColumns(growing, NOW)
  expect(columns.at(-1)?.to).toBe(START + 29 * DAY)
  const at = (n: number) =>
    headroomPoints(growing, columns)
      .filter(({ x }) => x === START + n * DAY)
      .at(-1)
  expect(at(10)?.ahead0).toEqual([3_050, 3_100])
  expect(at(19)?.ahead0).toEqual([3_500, 4_000])
  expect(at(29)).toMatchObject({ ahead0: [4_000, 4_000], ahead1: null })
  expect(limitRanges(growing, START + 40 * DAY)).toEqual([
    { ink: 'series-1', from: START + 19 * DAY, to: START + 29 * DAY },
  ])
})

it('nothing is drawn ahead of what does not grow, and of a date far away only a year', () => {
  const still = pathsOf(headroomOf({ 8: 10, 9: 10 }))
  expect(headroomColumns(still, NOW).some(({ isAhead }) => isAhead)).toBe(false)
  const slow = pathsOf(headroomOf({ 9: 10 }, { trend: 'growing', runsOutBetween: [day(900), day(1_500)] }))
  const columns = headroomColumns(slow, NOW)
  expect((columns.at(-1)?.to ?? 0) - NOW).toBeLessThan(400 * DAY)
  expect(limitRanges(slow, columns.at(-1)?.to ?? 0)).toEqual([])
})

it('a day without word is a gap, and no line crosses it', () => {
  const paths = pathsOf(headroomOf({ 7: 5, 9: 6 }), headroomOf({ 7: 5, 9: 5 }))
  const columns = headroomColumns(paths, NOW)
  expect(headroomGaps(columns)).toEqual([{ from: START + 8 * DAY, to: START + 9 * DAY }])
  expect(headroomPoints(paths, columns).map(({ days0 }) => days0)).toEqual([5, 5, null, null, 6, 6])
})

it('a path of which nothing is known is left out; equal limits are one line', () => {
  expect(pathsOf(headroomOf({ 9: 1 }), null)).toHaveLength(1)
  expect(headroomLimits(growing)).toEqual([{ value: 4_000, words: '4,000, limit' }])
})

it('says between which days the limit is reached, or why there is no date', () => {
  expect(growing.map(trendWords)).toEqual(['limit reached between 2026-11-20 and 2026-11-30', 'not growing'])
  const [few] = pathsOf(headroomOf({ 9: 1 }, { trend: 'too_few_days' }))
  expect(few && trendWords(few)).toBe('1 of the 7 days that a trend needs')
})

it('reads as a sentence, of a day and of the time ahead', () => {
  const columns = headroomColumns(growing, NOW)
  const read = (index: number) => readingSentence(headroomReading(columns.at(index), growing))
  expect(read(1)).toBe('2026-11-10 UTC: primary 3,000, secondary 3,000')
  expect(read(2)).toBe('by 2026-11-12, at the growth of the last weeks: primary 3,100 to 3,200')
  expect(read(-1)).toBe('by 2026-11-30, at the growth of the last weeks: primary 4,000, limit reached')
})

it.each([
  ['two days that are over', { from: 5, to: 7 }, [5, 6], false],
  ['two days and what lies ahead', { from: 6.5, to: null }, [6, 7, 8, 9], true],
  ['less than two days: everything', { from: 8, to: 9 }, [5, 6, 7, 8, 9], true],
  ['days that nobody knows: everything', { from: -20, to: -10 }, [5, 6, 7, 8, 9], true],
])('a time range of %s', (_, { from, to }, days, hasAhead) => {
  const counts = { 5: 2_600, 6: 2_700, 7: 2_800, 8: 2_900, 9: 3_000 }
  const paths = pathsOf(headroomOf(counts, { trend: 'growing', runsOutBetween: [day(19), day(29)] }))
  const range = { from: START + from * DAY, to: to === null ? null : START + to * DAY }
  const shown = columnsWithin(headroomColumns(paths, NOW), range, NOW)
  expect(shown.filter(({ isAhead }) => !isAhead).map((column) => (column.from - START) / DAY)).toEqual(days)
  expect(shown.some(({ isAhead }) => isAhead)).toBe(hasAhead)
})
