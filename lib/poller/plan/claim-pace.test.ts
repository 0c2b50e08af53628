import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { ScheduleReadPace } from './claim-pace.ts'

const polls = (...seconds: number[]) => seconds.map((every) => ({ everySeconds: every, shortestSeconds: every }))

describe('the pace at which the timetable is read', () => {
  it.each([
    [0.2, 15],
    [1, 40],
    [4, 160],
    [5, 200],
    [60, 200],
    [3_600, 200],
  ])('where the shortest interval is %d s: every %d ms', (seconds, ms) => {
    const pace = new ScheduleReadPace()
    pace.note(polls(600, seconds, 3_600), 0)
    expect(pace.leastMs(false)).toBe(ms)
  })

  it('follows what its resource is polled at', () => {
    const pace = new ScheduleReadPace()
    pace.note([{ everySeconds: 300, shortestSeconds: 2 }], 0)
    expect(pace.leastMs(false)).toBe(80)
  })

  it('is quick until something was claimed', () => {
    expect(new ScheduleReadPace().leastMs(false)).toBe(15)
  })

  it('speeds up at once, and slows down a minute or two after the last quick poll', () => {
    const pace = new ScheduleReadPace()
    pace.note(polls(60), 10 * MS_PER_MINUTE)
    pace.note(polls(0.5), 10 * MS_PER_MINUTE + 1)
    expect(pace.leastMs(false)).toBe(20)
    pace.note(polls(60), 11 * MS_PER_MINUTE + 1)
    expect(pace.leastMs(false)).toBe(20)
    pace.note(polls(60), 13 * MS_PER_MINUTE)
    pace.note(polls(60), 14 * MS_PER_MINUTE)
    expect(pace.leastMs(false)).toBe(200)
  })

  it('reads again soon when more is due than was taken', () => {
    const pace = new ScheduleReadPace()
    pace.note(polls(60), 0)
    expect([pace.leastMs(true), pace.leastMs(false)]).toEqual([15, 200])
  })
})
