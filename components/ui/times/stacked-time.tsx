import { formatDuration } from '#lib/contract/words/index.ts'
import { formatInstantBounds, formatInstant, formatMoment, findDifferentOffset } from '../../format/instant.ts'
import { useTickingText, useToday } from './page-clock.tsx'
import { useZone } from '../preferences.tsx'
import { ZoneOffset } from './time.tsx'

/**
 * Time of day, with its date above it if that is not today. It is narrow, for table columns whose header contains the
 * time zone.
 */
export function StackedDateAndTime({ at }: { at: string }) {
  const zone = useZone()
  const today = useToday()
  const ago = useTickingText((now, isPast) => formatDuration(now - Date.parse(at)) + (isPast ? ' before' : ' ago'))
  const [date, time] = partsOf(formatMoment(Date.parse(at), zone, today))
  return (
    <time
      dateTime={at}
      title={`${formatInstant(Date.parse(at), zone)}, ${ago}`}
      className="flex flex-col"
      suppressHydrationWarning
    >
      {date && <span className="text-xs whitespace-nowrap text-ink-3">{date}</span>}
      <span>{time}</span>
      <ZoneOffset of={findDifferentOffset(Date.parse(at), today, zone)} />
    </time>
  )
}

/**
 * Time that is known within bounds, shown as a range with its date above. If the bounds are on different days, each is
 * on its own line with its date.
 */
export function StackedTimeBounds({ bounds }: { bounds: readonly [string, string] }) {
  const zone = useZone()
  const today = useToday()
  const [earliest, latest] = bounds.map((bound) => Date.parse(bound)) as [number, number]
  const { from, to } = formatInstantBounds(earliest, latest, zone, today)
  const [date, begin] = partsOf(formatMoment(earliest === 0 ? latest : earliest, zone, today))
  // true if both bounds are on the same day and have the same offset to UTC
  const isOneDay = earliest === 0 || (!to.includes(' ') && findDifferentOffset(earliest, latest, zone) === null)
  return (
    <span className="flex flex-col" suppressHydrationWarning>
      {date && isOneDay && <span className="text-xs whitespace-nowrap text-ink-3">{date}</span>}
      {!isOneDay && <span className="whitespace-nowrap">{from} –</span>}
      <span className="whitespace-nowrap print:whitespace-normal">
        {earliest === 0 ? `before ${begin}` : !isOneDay || begin === to ? to : `${begin} – ${to}`}
      </span>
      <ZoneOffset of={findDifferentOffset(latest, today, zone)} />
    </span>
  )
}

/** Splits a formatted time into its optional date and the time of day. */
function partsOf(moment: string): [date: string | null, time: string] {
  const [date = '', time] = moment.split(' ')
  return time === undefined ? [null, date] : [date, time]
}
