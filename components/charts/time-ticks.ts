import { toInputValue } from '../format/instant.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const steps = [
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  4 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
]

export interface TimeTick {
  /** epoch milliseconds */
  at: number
  /** `03:10`, and at midnight the day, `11-20` */
  label: string
}

/**
 * Round times in the chosen zone, at most `most` of them.
 * @param from epoch milliseconds, as is `to`
 */
export function timeTicks(from: number, to: number, zone: string, most: number): TimeTick[] {
  const step = steps.find((candidate) => (to - from) / candidate <= Math.max(1, most)) ?? 365 * DAY
  const ahead = Date.parse(`${toInputValue(from, zone)}Z`) - Math.floor(from / 1000) * 1000
  const ticks: TimeTick[] = []
  for (let at = Math.ceil((from + ahead) / step) * step - ahead; at <= to; at += step) {
    const [date = '', time = ''] = toInputValue(at, zone).split('T')
    const midnight = time.startsWith('00:00')
    ticks.push({ at, label: step >= DAY || midnight ? date.slice(5) : time.slice(0, 5) })
  }
  return ticks
}
