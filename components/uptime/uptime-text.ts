import { DAY } from '#lib/contract/time/time.ts'
import type { Uptime, UptimeDays } from '#lib/sessions/api/index.ts'
import { type UptimeBreakdown, upShare } from '#lib/contract/up-share.ts'
import { formatDurationBounds } from '#lib/contract/words/durations.ts'
import { formatUpShare } from '#lib/contract/words/up-share.ts'
import { plural } from '../format/quantity.ts'
import type { Tone } from '../ui/drawing/glyph.tsx'

/** What has days: a resource, a BGP session, or the link of a port. */
type UptimeOf = Uptime['type'] | 'session' | 'link'

/** One day of it. */
export type Day = Omit<UptimeDays, 'from' | 'days'> & { day: string; type: UptimeOf }

/** Each day by itself, of days that were sent together. */
export const eachDay = ({ type, days: runs }: { type: UptimeOf; days: readonly UptimeDays[] }): Day[] =>
  runs.flatMap(({ from, days, ...facts }) =>
    Array.from({ length: days }, (_, n) => ({
      ...facts,
      type,
      day: new Date(Date.parse(from) + n * DAY).toISOString().slice(0, 10),
    })),
  )

/** The worst that is certain of a day; `unknown` where nothing of it was seen. */
export function toneOf(day: Day): Tone {
  if (day.downSeconds.atLeast > 0) return 'down'
  if (day.partDownSeconds.atLeast > 0 || day.downSeconds.atMost > 0) return 'degraded'
  if (day.unknownSeconds >= day.seconds) return 'unknown'
  return day.plannedSeconds > 0 ? 'off' : 'up'
}

/** The share of a day in which nothing was seen, 0 to 1. */
export const unknownShare = ({ unknownSeconds, seconds }: Day): number => (seconds > 0 ? unknownSeconds / seconds : 0)

const words = ({ atLeast, atMost }: Day['downSeconds']) => formatDurationBounds(atLeast * 1_000, atMost * 1_000)

interface StateText {
  up: string
  down: string
  /** what it is down by in part */
  part: string
  planned: string
}

const USUAL: StateText = { up: 'up', down: 'down', part: 'degraded', planned: 'planned work' }

/** The words of each: docs/rules/availability.md, "Days". */
const wordsOf: Record<UptimeOf, StateText> = {
  circuit: { ...USUAL, part: 'a path down' },
  gateway: { ...USUAL, part: 'a neighbor or instance lost' },
  // Azure reports the state of the resource, and no session of it
  hub: { ...USUAL, up: 'provisioned', down: 'failed' },
  session: USUAL,
  link: { ...USUAL, part: 'light low', planned: 'disabled' },
}

/** A day in one line: `2026-11-20: down at least 19 min, at most 22 min; not observed 2 h`. */
export function formatDay(day: Day): string {
  const { downSeconds, partDownSeconds, unknownSeconds, plannedSeconds } = day
  const own = wordsOf[day.type]
  const facts = [
    downSeconds.atMost > 0 && `${own.down} ${words(downSeconds)}`,
    partDownSeconds.atMost > 0 && `${own.part} ${words(partDownSeconds)}`,
    plannedSeconds > 0 && `${own.planned} ${formatDurationBounds(plannedSeconds * 1_000, plannedSeconds * 1_000)}`,
    unknownSeconds > 0 && `not observed ${formatDurationBounds(unknownSeconds * 1_000, unknownSeconds * 1_000)}`,
  ].filter(Boolean)
  return `${day.day}: ${facts.length > 0 ? facts.join('; ') : own.up}`
}

/** All days together, as every share of uptime divides a time. */
export function dividedDays(days: readonly Day[]): UptimeBreakdown {
  const sum = (of: (day: Day) => number) => days.reduce((all, day) => all + of(day), 0)
  return {
    seconds: sum(({ seconds }) => seconds),
    upSeconds: { atLeast: sum(({ upSeconds }) => upSeconds.atLeast), atMost: sum(({ upSeconds }) => upSeconds.atMost) },
    unknownSeconds: sum(({ unknownSeconds }) => unknownSeconds),
    plannedSeconds: sum(({ plannedSeconds }) => plannedSeconds),
  }
}

/** The availability of what was observed, planned work left out, as bounds, 0 to 1; null = nothing was observed. */
export const periodAvailability = (days: readonly Day[]) => upShare(dividedDays(days))

/** How many days had an outage that is certain, and of how many nothing is known. */
export const dayCounts = (days: readonly Day[]) => ({
  down: days.filter((day) => toneOf(day) === 'down').length,
  inPart: days.filter((day) => toneOf(day) === 'degraded').length,
  unknown: days.filter((day) => toneOf(day) === 'unknown').length,
})

/** The availability of days, and of how many where most were not seen; of a hub, of which only its provisioning is known, none. */
export function shareOfDays(days: readonly Day[]): string {
  const { down, unknown } = dayCounts(days)
  if (days[0]?.type === 'hub') return down === 0 ? 'never failed' : `failed on ${plural(down, 'day')}`
  const seen = days.length - unknown
  const share = formatUpShare(dividedDays(days))
  return seen > 0 && seen < unknown ? `${share} of ${plural(seen, 'day')} seen` : share
}

/** All days in one sentence: `90 days: up 99.976 % – 99.989 %, 2 outage days, 12 days without data`. */
export function formatDays(days: readonly Day[]): string {
  const { down, inPart, unknown } = dayCounts(days)
  const isObserved = periodAvailability(days) !== null
  return [
    `${plural(days.length, 'day')}: ${isObserved && days[0]?.type !== 'hub' ? 'up ' : ''}${shareOfDays(days)}`,
    ...(down > 0 && days[0]?.type !== 'hub' ? [plural(down, 'outage day')] : []),
    ...(inPart > 0 ? [`${inPart} degraded`] : []),
    ...(unknown > 0 ? [`${plural(unknown, 'day')} without data`] : []),
  ].join(', ')
}

/** `99.95 %`: rounded down, so that only what was always up is 100 %. */
export function formatAvailability(share: number | null): string {
  if (share === null) return 'not observed'
  return share === 1 ? '100 %' : `${(Math.floor(share * 100_000) / 1_000).toFixed(3)} %`
}
