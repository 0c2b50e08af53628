import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { DAY } from '#lib/contract/time/time.ts'
import type { Uptime, UptimeDays } from '#lib/sessions/api/index.ts'
import { type UptimeBreakdown, computeUpShare } from '#lib/contract/up-share.ts'
import { formatDurationBounds } from '#lib/contract/words/durations.ts'
import { formatUpShare } from '#lib/contract/words/up-share.ts'
import type { PlotReading } from '../charts/plot/plot-model.ts'
import { formatPlural } from '../format/quantity.ts'
import type { Tone } from '../ui/drawing/glyph.tsx'

/** Type of the object whose uptime is shown: a resource, a BGP session, or the link of a port. */
type UptimeOf = Uptime['type'] | 'session' | 'link'

/** Uptime of one object on one day. */
export type UptimeDay = Omit<UptimeDays, 'from' | 'days'> & { day: string; type: UptimeOf }

/** Expands sequences of identical days, as the API returns them, to single days. */
export const expandUptimeDays = ({ type, days: runs }: { type: UptimeOf; days: readonly UptimeDays[] }): UptimeDay[] =>
  runs.flatMap(({ from, days, ...facts }) =>
    Array.from({ length: days }, (_, n) => ({
      ...facts,
      type,
      day: formatUtcDay(Date.parse(from) + n * DAY),
    })),
  )

/**
 * Returns the tone of a day: `down` after a certain outage, `degraded` after a certain partial outage or a possible
 * outage, `unknown` if no time was observed, `off` if there was planned work, otherwise `up`.
 */
export function getUptimeDayTone(day: UptimeDay): Tone {
  if (day.downSeconds.atLeast > 0) return 'down'
  if (day.partDownSeconds.atLeast > 0 || day.downSeconds.atMost > 0) return 'degraded'
  if (day.unknownSeconds >= day.seconds) return 'unknown'
  return day.plannedSeconds > 0 ? 'off' : 'up'
}

/** Returns the unobserved share of a day, 0 to 1. */
export const computeUnknownShare = ({ unknownSeconds, seconds }: UptimeDay): number =>
  seconds > 0 ? unknownSeconds / seconds : 0

const words = ({ atLeast, atMost }: UptimeDay['downSeconds']) => formatDurationBounds(atLeast * 1_000, atMost * 1_000)

interface StateText {
  up: string
  down: string
  /** word for a partial outage */
  part: string
  planned: string
}

const USUAL: StateText = { up: 'up', down: 'down', part: 'degraded', planned: 'planned work' }

/** State words for each type of object. docs/rules/availability.md, "Days", describes the states. */
const wordsOf: Record<UptimeOf, StateText> = {
  circuit: { ...USUAL, part: 'a path down' },
  gateway: { ...USUAL, part: 'a neighbor or instance lost' },
  // Azure reports the provisioning state of the hub, but none of its sessions
  hub: { ...USUAL, up: 'provisioned', down: 'failed' },
  session: USUAL,
  link: { ...USUAL, part: 'light low', planned: 'disabled' },
}

/** Returns the times of a day that differ from healthy, each with its state and its bounds. */
function listDayFacts(day: UptimeDay): { name: string; value: string }[] {
  const { downSeconds, partDownSeconds, unknownSeconds, plannedSeconds } = day
  const own = wordsOf[day.type]
  const exact = (seconds: number) => ({ atLeast: seconds, atMost: seconds })
  return [
    { name: own.down, seconds: downSeconds },
    { name: own.part, seconds: partDownSeconds },
    { name: own.planned, seconds: exact(plannedSeconds) },
    { name: 'not observed', seconds: exact(unknownSeconds) },
  ].flatMap(({ name, seconds }) => (seconds.atMost > 0 ? [{ name, value: words(seconds) }] : []))
}

/** Describes a day in one line: `2026-11-20: down at least 19 min, at most 22 min; not observed 2 h`. */
export function formatDay(day: UptimeDay): string {
  const facts = listDayFacts(day).map(({ name, value }) => `${name} ${value}`)
  return `${day.day}: ${facts.length > 0 ? facts.join('; ') : wordsOf[day.type].up}`
}

/** Returns the content of the tooltip of a day. */
export function describeDay(day: UptimeDay): PlotReading {
  const lines = listDayFacts(day)
  return {
    title: `${day.day} UTC`,
    lines: lines.length > 0 ? lines : [{ name: wordsOf[day.type].up, value: 'throughout' }],
  }
}

/** Returns the total times of several days, in the form that {@link computeUpShare} expects. */
export function sumUptimeDays(days: readonly UptimeDay[]): UptimeBreakdown {
  const sum = (of: (day: UptimeDay) => number) => days.reduce((all, day) => all + of(day), 0)
  return {
    seconds: sum(({ seconds }) => seconds),
    upSeconds: { atLeast: sum(({ upSeconds }) => upSeconds.atLeast), atMost: sum(({ upSeconds }) => upSeconds.atMost) },
    unknownSeconds: sum(({ unknownSeconds }) => unknownSeconds),
    plannedSeconds: sum(({ plannedSeconds }) => plannedSeconds),
  }
}

/**
 * Returns the bounds of the availability over several days, 0 to 1; null = not observed. Unobserved time and planned
 * work do not count.
 */
export const computePeriodAvailability = (days: readonly UptimeDay[]) => computeUpShare(sumUptimeDays(days))

/** Returns the number of days whose tone is `down`, `degraded` and `unknown` (see {@link getUptimeDayTone}). */
export const countDaysByTone = (days: readonly UptimeDay[]) => ({
  down: days.filter((day) => getUptimeDayTone(day) === 'down').length,
  inPart: days.filter((day) => getUptimeDayTone(day) === 'degraded').length,
  unknown: days.filter((day) => getUptimeDayTone(day) === 'unknown').length,
})

/**
 * Formats the availability over several days. If most of them were not observed, the text contains the number of
 * observed days. A hub has no availability, because only its provisioning state is known.
 */
export function formatDaysAvailability(days: readonly UptimeDay[]): string {
  const { down, unknown } = countDaysByTone(days)
  if (days[0]?.type === 'hub') return down === 0 ? 'never failed' : `failed on ${formatPlural(down, 'day')}`
  const seen = days.length - unknown
  const share = formatUpShare(sumUptimeDays(days))
  return seen > 0 && seen < unknown ? `${share} of ${formatPlural(seen, 'day')} seen` : share
}

/** Describes several days in one sentence: `90 days: up 99.976 % – 99.989 %, 2 outage days, 12 days without data`. */
export function formatDays(days: readonly UptimeDay[]): string {
  const { down, inPart, unknown } = countDaysByTone(days)
  const isObserved = computePeriodAvailability(days) !== null
  return [
    `${formatPlural(days.length, 'day')}: ${isObserved && days[0]?.type !== 'hub' ? 'up ' : ''}${formatDaysAvailability(days)}`,
    ...(down > 0 && days[0]?.type !== 'hub' ? [formatPlural(down, 'outage day')] : []),
    ...(inPart > 0 ? [`${inPart} degraded`] : []),
    ...(unknown > 0 ? [`${formatPlural(unknown, 'day')} without data`] : []),
  ].join(', ')
}

/** Formats an availability: `99.950 %`. It is rounded down, so that only a resource that was always up has 100 %. */
export function formatAvailability(share: number | null): string {
  if (share === null) return 'not observed'
  return share === 1 ? '100 %' : `${(Math.floor(share * 100_000) / 1_000).toFixed(3)} %`
}
