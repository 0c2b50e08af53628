import { expect, it } from 'vitest'
import { DAY } from '#lib/contract/time/time.ts'
import { circuit, flat, frame, GB } from '../testing/circuits.ts'
import { projectedDays } from './projected-meters.ts'

const FROM = Date.UTC(2026, 10, 1)
const NOW = FROM + 20 * DAY

it('holds no day against a bill before a circuit was first listed, whose terms then are assumed', () => {
  const hours = flat(FROM, NOW, GB)
  const daysOf = (unread: { from: number; to: number }[]) =>
    projectedDays(circuit(hours, {}, { unread }), frame(NOW), FROM, NOW).days
  expect(daysOf([])).toHaveLength(20)
  const days = daysOf([{ from: 0, to: FROM + 4.5 * DAY }])
  expect([days[0], days.length]).toEqual([FROM + 5 * DAY, 15])
})
