import { describe, expect, it } from 'vitest'
import { timeTicks } from './time-ticks.ts'

const at = (text: string) => Date.parse(`2026-11-${text}Z`)
const labels = (from: string, to: string, zone: string, most: number) =>
  timeTicks(at(from), at(to), zone, most).map(({ label }) => label)

describe('ticks stand at round moments:', () => {
  it.each([
    ['an hour', '20T08:50:40', '20T09:50:43', 'UTC', 7, ['09:00', '09:10', '09:20', '09:30', '09:40', '09:50']],
    ['a night', '19T21:00:00', '20T04:00:00', 'UTC', 4, ['22:00', '11-20', '02:00', '04:00']],
    ['a week', '13T09:30:00', '20T09:30:00', 'UTC', 8, ['11-14', '11-15', '11-16', '11-17', '11-18', '11-19', '11-20']],
    ['of the zone that is shown', '19T17:00:00', '19T20:00:00', 'Asia/Kolkata', 4, ['23:00', '11-20', '01:00']],
  ] as const)('%s', (_, from, to, zone, most, expected) => {
    expect(labels(from, to, zone, most)).toEqual(expected)
  })
  it('never more than asked for', () => {
    for (const hours of [1, 5, 24, 100, 720, 9600]) {
      const to = at('20T00:00:00')
      expect(timeTicks(to - hours * 3_600_000 + 1, to, 'UTC', 6).length).toBeLessThanOrEqual(7)
    }
  })
})
