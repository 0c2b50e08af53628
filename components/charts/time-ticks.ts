import { instantOf, instantsOf, type LocalMs, localAt } from '#lib/contract/time/local-time.ts'
import { DAY, HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { zoneLabel } from '../format/instant.ts'

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

interface TimeTick {
  /** epoch milliseconds */
  at: number
  /** `03:10`, and at midnight the day, `11-20` */
  label: string
}

/** More than any change of clocks. */
const CHANGE_MS = 3 * HOUR

/**
 * Times that are round by the clocks of the chosen zone, at most `most` of them and one, strictly in order. A day has one mark, at its begin.
 * @param from epoch milliseconds, as is `to`
 */
export function timeTicks(from: number, to: number, zone: string, most: number): TimeTick[] {
  const step = steps.find((candidate) => (to - from) / candidate <= Math.max(1, most)) ?? 365 * DAY
  const first = Math.ceil((localAt(from, zone) - CHANGE_MS) / step) * step
  const end = localAt(to, zone) + CHANGE_MS
  const ticks: TimeTick[] = []
  for (let local = first; local <= end; local += step) ticks.push(...ticksAt(local, step, zone))
  const inOrder = ticks.toSorted((a, b) => a.at - b.at)
  // the begin of a day whose midnight is skipped comes before the hour that the clocks show then
  return inOrder.filter(({ at }, index) => at >= from && at <= to && at !== inOrder[index - 1]?.at)
}

/** None where the time is skipped, unless a day begins so; two where it comes twice and both are as far apart as ticks are. */
function ticksAt(local: LocalMs, step: number, zone: string): TimeTick[] {
  const text = new Date(local).toISOString()
  if (local % DAY === 0) return [{ at: instantOf(local, zone), label: text.slice(5, 10) }]
  const label = text.slice(11, 16)
  const [at, again] = instantsOf(local, zone)
  if (at === undefined) return []
  if (again === undefined || again - at < step) return [{ at, label }]
  return [
    { at, label },
    { at: again, label: `${label} ${zoneLabel(again, zone)}` },
  ]
}
