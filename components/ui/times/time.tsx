import { clsx } from 'clsx'
import { leastSince, type Proven } from '#lib/contract/events/proven.ts'
import { formatDuration, formatDurationBounds } from '#lib/contract/words/index.ts'
import { formatBetween, formatInstant, formatMoment, otherOffset, zoneLabel } from '../../format/instant.ts'
import { useMeasured, useToday } from './clock.tsx'
import { useZone } from '../preferences.tsx'

/** The lower bound of a state that predates monitoring. */
const ALWAYS = 0

/** A time of day, with date on another day, and zone unless the column states it and its offset is the same. */
export function Moment({ at, zoned = true, className }: { at: string; zoned?: boolean; className?: string }) {
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
      <Offset of={zoned ? zoneLabel(instant, zone) : otherOffset(instant, today, zone)} />
    </time>
  )
}

/** Behind a time: its offset, also where a header names that of today and clocks were changed since. */
export const Offset = ({ of }: { of: string | null }) => of !== null && <span className="text-ink-3"> {of}</span>

/** How long ago, ticking: `12 s ago`; as of a moment in the past `12 s before`. */
export function Age({ at, suffix }: { at: string; suffix?: string }) {
  const text = useMeasured(
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

/** How long ago something between two bounds was: its age, or the most that it is; as of a moment in the past it is before that. */
export function AgeBetween({ bounds }: { bounds: readonly [string, string] }) {
  const [earliest, latest] = bounds
  const text = useMeasured(
    (now, isPast) => `≤ ${formatDuration(now - Date.parse(earliest), 'ceil')}${isPast ? '' : ' ago'}`,
  )
  const zone = useZone()
  if (earliest === latest) return <Age at={latest} />
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
 * Time since a start with bounds, which are in the title. Empty if the
 * bounds carry no information: first observed now, start unbounded.
 */
export function Since({
  bounds,
  until = {},
  brief = false,
  prefix,
  by = '',
}: {
  bounds: readonly [string, string]
  /** what says until when polls prove it: it lasted for certain until then */
  until?: Proven
  brief?: boolean
  prefix?: string
  /** whose polls say so, where others bound the same outage: `, by its own polls` */
  by?: string
}) {
  const zone = useZone()
  const [earliest, latest] = bounds.map((bound) => Date.parse(bound)) as [number, number]
  const text = useMeasured((now) => {
    const least = leastSince(latest, until, now)
    const most = earliest === ALWAYS ? null : now - earliest
    if (most === null && least < 1000) return ''
    // beyond 200 times the width of the bounds, both differ by rounding only
    if (most !== null && most - least < least / 200) return formatDuration(least)
    if (!brief) return formatDurationBounds(least, most)
    // nothing is certain yet but that it is no longer ago
    if (least < 1000 && most !== null) return most < 60_000 ? 'just now' : `≤ ${formatDuration(most, 'ceil')}`
    return `≥ ${formatDuration(least)}`
  })
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
    </span>
  )
}

/** Bounds of a time: `08:31:05 – 08:31:10 UTC`. On a phone, the second may wrap below the first. */
export function Between({ bounds, zoned = true }: { bounds: readonly [string, string]; zoned?: boolean }) {
  const zone = useZone()
  const today = useToday()
  const [earliest, latest] = bounds.map((bound) => Date.parse(bound)) as [number, number]
  const only = earliest === ALWAYS ? `before ${formatMoment(latest, zone, today)}` : formatMoment(latest, zone, today)
  const isOne = earliest === ALWAYS || Math.floor(earliest / 1_000) === Math.floor(latest / 1_000)
  const { from, to } = formatBetween(earliest, latest, zone, today)
  return (
    <span
      title={earliest === ALWAYS ? undefined : `${formatInstant(earliest, zone)} – ${formatInstant(latest, zone)}`}
      suppressHydrationWarning
    >
      {!isOne && (
        <>
          <span className="whitespace-nowrap">{from} –</span>{' '}
        </>
      )}
      <span className="whitespace-nowrap">
        {isOne ? only : to}
        <Offset of={zoned ? zoneLabel(latest, zone) : otherOffset(latest, today, zone)} />
      </span>
    </span>
  )
}
