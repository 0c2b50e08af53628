import {
  convertLocalToInstant,
  listInstantsOfLocalTime,
  type LocalMs,
  convertInstantToLocal,
} from '#lib/contract/time/local-time.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { formatZoneLabel } from '../format/instant.ts'

const steps = [
  MS_PER_MINUTE,
  5 * MS_PER_MINUTE,
  10 * MS_PER_MINUTE,
  15 * MS_PER_MINUTE,
  30 * MS_PER_MINUTE,
  MS_PER_HOUR,
  2 * MS_PER_HOUR,
  3 * MS_PER_HOUR,
  6 * MS_PER_HOUR,
  12 * MS_PER_HOUR,
  MS_PER_DAY,
  2 * MS_PER_DAY,
  4 * MS_PER_DAY,
  7 * MS_PER_DAY,
  14 * MS_PER_DAY,
  28 * MS_PER_DAY,
  91 * MS_PER_DAY,
]

interface TimeTick {
  /** position of the tick, epoch milliseconds */
  at: number
  /** time of day, `03:10`; at midnight the date, `11-20` */
  label: string
}

/** Duration that is longer than any clock change (start or end of daylight saving time). */
const CHANGE_MS = 3 * MS_PER_HOUR

/**
 * Returns ticks at times that are round in the chosen time zone, for example full hours, in ascending order without
 * duplicates. There are at most `most` + 1 ticks, or more if the axis is longer than `most` years. Each midnight has
 * exactly one tick, which is at the start of the day, even if a clock change (daylight saving time) skips or repeats
 * midnight.
 * @param from start of the axis, epoch milliseconds
 * @param to end of the axis, epoch milliseconds
 */
export function chooseTimeTicks(from: number, to: number, zone: string, most: number): TimeTick[] {
  const step = steps.find((candidate) => (to - from) / candidate <= Math.max(1, most)) ?? 365 * MS_PER_DAY
  const first = Math.ceil((convertInstantToLocal(from, zone) - CHANGE_MS) / step) * step
  const end = convertInstantToLocal(to, zone) + CHANGE_MS
  const ticks: TimeTick[] = []
  for (let local = first; local <= end; local += step) ticks.push(...ticksAt(local, step, zone))
  const inOrder = ticks.toSorted((a, b) => a.at - b.at)
  // If a clock change skips midnight, the start of the day and its first hour are the same instant, so that one of the
  // two ticks is removed.
  return inOrder.filter(({ at }, index) => at >= from && at <= to && at !== inOrder[index - 1]?.at)
}

/**
 * Returns the ticks of a local time (date and time of day in the chosen zone). The start of a day always has one tick.
 * Any other local time has no tick if a clock change skips it. It has two ticks if a clock change repeats it and the
 * two instants are at least a step apart.
 */
function ticksAt(local: LocalMs, step: number, zone: string): TimeTick[] {
  const text = new Date(local).toISOString()
  if (local % MS_PER_DAY === 0) return [{ at: convertLocalToInstant(local, zone), label: text.slice(5, 10) }]
  const label = text.slice(11, 16)
  const [at, again] = listInstantsOfLocalTime(local, zone)
  if (at === undefined) return []
  if (again === undefined || again - at < step) return [{ at, label }]
  return [
    { at, label },
    { at: again, label: `${label} ${formatZoneLabel(again, zone)}` },
  ]
}
