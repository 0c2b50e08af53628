import { describe, expect, it } from 'vitest'
import { churnSeries, churnTotals } from './churn-series.ts'

const start = Date.parse('2026-11-20T03:00:00Z')
const point = (
  index: number,
  counts: Partial<Record<'announced' | 'withdrawn' | 'changed', number>>,
  coveredSeconds = 300,
) => ({
  start: new Date(start + index * 300_000).toISOString(),
  announced: 0,
  withdrawn: 0,
  changed: 0,
  firstSeen: 0,
  initialDump: 0,
  coveredSeconds,
  ...counts,
})
const seriesOf = (points: ReturnType<typeof point>[], end = start + points.length * 300_000) =>
  churnSeries({ points, stepSeconds: 300 }, end)

describe('bars of churn', () => {
  it('stand above the line for what came and below it for what went, to one scale', () => {
    const { announced, withdrawn, most } = seriesOf([point(0, { announced: 10 }), point(1, { withdrawn: 40 })])
    expect(most).toBe(40)
    expect(announced).toBe('M0.08 37.5h.84v12.5h-.84z')
    expect(withdrawn).toBe('M1.08 50h.84v50h-.84z')
  })
  it('carry what changed on top of what was announced, and never leave the box', () => {
    const { changed } = seriesOf([point(0, { announced: 39, changed: 1 })])
    expect(changed).toBe('M0.08 0h.84v1.25h-.84z')
  })
  it('keep a single change beside a leak in sight', () => {
    const { announced } = seriesOf([point(0, { announced: 1 }), point(1, { announced: 4000 })])
    expect(announced).toMatch(/^M0\.08 46\.5h\.84v3\.5/)
  })
  it('are none where nothing changed', () => {
    expect(seriesOf([point(0, {})])).toMatchObject({ announced: '', changed: '', withdrawn: '' })
  })
})

it('gaps and partial data differ from quiet', () => {
  const { unseen, partlySeen } = seriesOf([point(0, {}), point(1, {}, 0), point(2, {}, 0), point(3, {}, 120)])
  expect(unseen).toEqual([{ start: 1, length: 2 }])
  expect(partlySeen).toEqual([{ start: 3, length: 1 }])
})

it('a last step that is not over yet is not called partly seen', () => {
  const { partlySeen } = seriesOf([point(0, {}), point(1, {}, 60)], start + 300_000 + 60_000)
  expect(partlySeen).toEqual([])
})

it('totals add up', () => {
  expect(churnTotals([point(0, { announced: 2, changed: 1 }), point(1, { withdrawn: 3 })])).toEqual({
    announced: 2,
    withdrawn: 3,
    changed: 1,
  })
})
