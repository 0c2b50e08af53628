import { clsx } from 'clsx'
import { computeProvenMinDuration, type ProvenUntilFields } from '#lib/contract/events/proof-end.ts'
import { formatUtcSecond } from '#lib/contract/time/dates.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { formatDuration, formatDurationBounds, formatLastKnown } from '#lib/contract/words/index.ts'
import {
  formatInstantBounds,
  formatInstant,
  formatDatedMinute,
  formatMoment,
  formatPlannedRange,
  findDifferentOffset,
  formatZoneLabel,
} from '../../format/instant.ts'
import { useTickingText, useToday } from './page-clock.tsx'
import { useZone } from '../preferences.tsx'

/** Value of the lower bound of a start, if the state began before monitoring. */
const ALWAYS = 0

/**
 * Time of day, with the date if it is not today. The time zone follows, unless `zoned` is false because the column
 * header already contains it.
 */
export function MomentText({ at, zoned = true, className }: { at: string; zoned?: boolean; className?: string }) {
  const zone = useZone()
  const today = useToday()
  const instant = Date.parse(at)
  return (
    <time
      dateTime={at}
      title={formatInstant(instant, zone)}
      className={clsx('whitespace-nowrap', className)}
      suppressHydrationWarning
    >
      {formatMoment(instant, zone, today)}
      <ZoneOffset of={zoned ? formatZoneLabel(instant, zone) : findDifferentOffset(instant, today, zone)} />
    </time>
  )
}

/**
 * Offset or zone after a time. A column whose header contains the offset shows it only for times whose offset differs
 * because of daylight saving time.
 */
export const ZoneOffset = ({ of }: { of: string | null }) => of !== null && <span className="text-ink-3"> {of}</span>

/** Planned time range without seconds: `2026-12-01 20:37 – 22:00 UTC`. */
export function PlannedRange({ from, to }: { from: string; to: string }) {
  const zone = useZone()
  const today = useToday()
  const [begin, end] = [Date.parse(from), Date.parse(to)]
  return (
    <span title={`${formatInstant(begin, zone)} – ${formatInstant(end, zone)}`} suppressHydrationWarning>
      {formatPlannedRange(begin, end, zone, today)}
    </span>
  )
}

/** Time since a moment, kept up to date: `12 s ago`; in a view of the past `12 s before`. */
export function AgeText({ at, suffix }: { at: string; suffix?: string }) {
  const text = useTickingText(
    (now, isPast) => formatDuration(now - Date.parse(at)) + (suffix ?? (isPast ? ' before' : ' ago')),
  )
  const zone = useZone()
  return (
    <time
      dateTime={at}
      title={formatInstant(Date.parse(at), zone)}
      className="whitespace-nowrap"
      suppressHydrationWarning
    >
      {text}
    </time>
  )
}

/**
 * Time of the last poll that confirmed a state: `last known at 19:13:54 UTC`, with the date if it is more than a day
 * before the time that the page shows.
 */
export function LastKnownTime({ at }: { at: string }) {
  const text = useTickingText((now) => formatUtcSecond(at).slice(now - Date.parse(at) < MS_PER_DAY ? 11 : 0))
  return (
    <time dateTime={at} suppressHydrationWarning>
      {formatLastKnown(text)}
    </time>
  )
}

/**
 * Time since an event that is known within bounds: `≤ 12 s ago`, measured from the earliest bound. If both bounds are
 * equal, the exact age.
 */
export function AgeBounds({ bounds }: { bounds: readonly [string, string] }) {
  const [earliest, latest] = bounds
  const text = useTickingText(
    (now, isPast) => `≤ ${formatDuration(now - Date.parse(earliest), 'ceil')}${isPast ? '' : ' ago'}`,
  )
  const zone = useZone()
  if (earliest === latest) return <AgeText at={latest} />
  return (
    <span
      className="whitespace-nowrap"
      title={`between ${formatInstant(Date.parse(earliest), zone)} and ${formatInstant(Date.parse(latest), zone)}`}
      suppressHydrationWarning
    >
      {text}
    </span>
  )
}

/**
 * Start of a state that has lasted for more than a day, after its duration: `(since Fri 2026-11-27 08:10 UTC)`. If its
 * bounds differ by more than a minute, the latest possible start, rounded up: `(since at the latest Fri 2026-11-27 08:11
 * UTC)`. Renders nothing if the state began before monitoring.
 */
export function LongStateStart({ bounds }: { bounds: readonly [string, string] }) {
  const zone = useZone()
  const [earliest, latest] = bounds.map((bound) => Date.parse(bound)) as [number, number]
  const isWide = latest - earliest > MS_PER_MINUTE
  if (earliest === ALWAYS) return null
  return (
    <span
      className="text-[length:min(1em,var(--text-sm))] font-normal tracking-normal text-ink-2"
      suppressHydrationWarning
    >
      {' '}
      (since{isWide && ' at the latest'}{' '}
      {formatDatedMinute(isWide ? Math.ceil(latest / MS_PER_MINUTE) * MS_PER_MINUTE : latest, zone)})
    </span>
  )
}

/**
 * Duration since a start that is known within bounds; the title contains the bounds. Renders nothing if the state began
 * before monitoring and was first observed less than a second ago, because nothing is then known about the duration. A
 * state that has lasted for more than a day has the time of its start.
 */
export function DurationSinceBounds({
  bounds,
  until = {},
  brief = false,
  isDated = !brief,
  prefix,
  by = '',
}: {
  bounds: readonly [string, string]
  /** result of the polls that prove how long the state lasted; default: it is proven until now */
  until?: ProvenUntilFields
  brief?: boolean
  /** whether a state of more than a day has the time of its start; default: unless it is brief */
  isDated?: boolean
  prefix?: string
  /** Note after the bounds if another source gives other bounds for the same outage: `, by its own polls`. */
  by?: string
}) {
  const zone = useZone()
  const [earliest, latest] = bounds.map((bound) => Date.parse(bound)) as [number, number]
  const text = useTickingText((now) => {
    const least = computeProvenMinDuration(latest, until, now)
    const most = earliest === ALWAYS ? null : now - earliest
    if (most === null && least < 1000) return ''
    // The bounds differ by less than 1/200 of the duration. Such a difference would be lost by rounding, so that only
    // one value is shown.
    if (most !== null && most - least < least / 200) return formatDuration(least)
    if (!brief) return formatDurationBounds(least, most)
    // The state may have begun only now, so that there is no useful minimum, and only the maximum duration is shown.
    if (least < 1000 && most !== null) return most < 60_000 ? 'just now' : `≤ ${formatDuration(most, 'ceil')}`
    return `≥ ${formatDuration(least)}`
  })
  const isLong = useTickingText((now) => String(computeProvenMinDuration(latest, until, now) >= MS_PER_DAY)) === 'true'
  if (text === '') return null
  return (
    <span
      className="tabular-nums"
      title={
        earliest === ALWAYS
          ? `since before monitoring began, at ${formatInstant(latest, zone)}`
          : `between ${formatInstant(earliest, zone)} and ${formatInstant(latest, zone)}${by}`
      }
      suppressHydrationWarning
    >
      {prefix}
      {text}
      {isDated && isLong && <LongStateStart bounds={bounds} />}
    </span>
  )
}

/**
 * Time that is known within bounds, shown as a range: `08:31:05 – 08:31:10 UTC`. On a phone, the second bound may wrap
 * below the first.
 * @param isSpelled whether to show the time in words, `between 08:31:05 and 08:31:10 UTC`, because a plain range next
 *   to a state could be understood as the time for which the state lasted
 */
export function TimeBoundsText({
  bounds,
  zoned = true,
  isSpelled = false,
}: {
  bounds: readonly [string, string]
  zoned?: boolean
  isSpelled?: boolean
}) {
  const zone = useZone()
  const today = useToday()
  const [earliest, latest] = bounds.map((bound) => Date.parse(bound)) as [number, number]
  const only = earliest === ALWAYS ? `before ${formatMoment(latest, zone, today)}` : formatMoment(latest, zone, today)
  const isOne = earliest === ALWAYS || Math.floor(earliest / 1_000) === Math.floor(latest / 1_000)
  const { from, to } = formatInstantBounds(earliest, latest, zone, today)
  return (
    <span
      title={earliest === ALWAYS ? undefined : `${formatInstant(earliest, zone)} – ${formatInstant(latest, zone)}`}
      suppressHydrationWarning
    >
      {!isOne && (
        <>
          <span className="whitespace-nowrap">{isSpelled ? `between ${from} and` : `${from} –`}</span>{' '}
        </>
      )}
      <span className="whitespace-nowrap">
        {isSpelled && isOne && earliest !== ALWAYS && 'at '}
        {isOne ? only : to}
        <ZoneOffset of={zoned ? formatZoneLabel(latest, zone) : findDifferentOffset(latest, today, zone)} />
      </span>
    </span>
  )
}
