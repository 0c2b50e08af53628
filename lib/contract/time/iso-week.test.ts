import { describe, expect, it } from 'vitest'
import { parseWeekName, getMonthOfWeekEnd, getPreviousWeek, findIsoWeek } from './iso-week.ts'

describe('ISO weeks', () => {
  it.each([
    // a Friday
    ['2026-11-20T12:00:00Z', '2026-W47', '2026-11-16', '2026-11-23T02:00:00.000Z'],
    // the last instant of a Sunday, and the first of a Monday
    ['2026-11-22T23:59:59.999Z', '2026-W47', '2026-11-16', '2026-11-23T02:00:00.000Z'],
    ['2026-11-23T00:00:00Z', '2026-W48', '2026-11-23', '2026-11-30T02:00:00.000Z'],
    // 2026 begins on a Thursday and has 53 weeks
    ['2027-01-01T00:00:00Z', '2026-W53', '2026-12-28', '2027-01-04T02:00:00.000Z'],
    // The Monday before the new year belongs to the first week of the new year.
    ['2024-12-30T00:00:00Z', '2025-W01', '2024-12-30', '2025-01-06T02:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-W09', '2028-02-28', '2028-03-06T02:00:00.000Z'],
  ])('of %s is %s', (at, name, from, closes) => {
    const week = findIsoWeek(Date.parse(at))
    expect(week.name).toBe(name)
    expect(new Date(week.from).toISOString().slice(0, 10)).toBe(from)
    expect(new Date(week.closesAt).toISOString()).toBe(closes)
    expect(parseWeekName(name)).toEqual(week)
    expect(getPreviousWeek(week).to).toBe(week.from)
  })

  it.each([
    ['2026-W48', '2026-11'],
    // its Sunday is 1 November
    ['2026-W44', '2026-11'],
    // it ends at the first instant of June
    ['2026-W22', '2026-05'],
  ])('%s ends in %s', (name, month) => {
    expect(getMonthOfWeekEnd(parseWeekName(name) ?? findIsoWeek(0))).toBe(month)
  })

  it.each(['2025-W53', '2026-W54'])('%s is none', (name) => {
    expect(parseWeekName(name)).toBeNull()
  })
})
