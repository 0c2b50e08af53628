import type { WallDisplay } from '#lib/overview/api/index.ts'
import { formatMinute, formatMoment, formatZoneLabel } from '../format/instant.ts'
import type { ArrangedWall } from './arrange-wall.ts'
import type { AlarmSoundState } from './use-alarm.ts'
import type { WallReading } from './wall-feed.ts'
import { useFittingForm } from './use-fitting-form.ts'
import { formatWallDataAge, formatEstateCounts } from './wall-text.ts'

interface Top {
  view: ArrangedWall | null
  reading: WallReading
  now: number
}

/**
 * Top line of a wall display: the name of the view, the number of resources by state, and the time. If the line has no
 * space for all states, the resources without a problem are left out, and then also the resources without sessions,
 * which the last line counts.
 */
export function WallTopLine({ view, reading: { wall, lost }, now, zone }: Top & { zone: string }) {
  const isKnown = wall !== null && lost === null
  const forms = [undefined, 'ok', 'silent'] as const
  const texts = forms.map((left) =>
    [
      [view?.title, view?.turn].filter(Boolean).join(', '),
      ...(isKnown && view ? formatEstateCounts(view.estate, left) : []),
    ]
      .filter(Boolean)
      .join(' · '),
  )
  return (
    <header className="wall-top">
      <WallCounts key={texts[0]} forms={texts} />
      <span className="wall-clock" suppressHydrationWarning>
        {formatMoment(now, zone, now)} <span>{formatZoneLabel(now, zone)}</span>
      </span>
    </header>
  )
}

function WallCounts({ forms }: { forms: readonly string[] }) {
  const [frame, form] = useFittingForm<HTMLSpanElement>(forms.length)
  return (
    <span ref={frame} className="wall-counts">
      {forms[form]}
    </span>
  )
}

const soundLabels: Record<AlarmSoundState, string | null> = {
  armed: null,
  'not armed': 'Click for sound',
  off: null,
}

/**
 * Formats the next time at which planned work will interrupt traffic: `2026-12-03 02:00 – 04:00 erc-lon
 * maintenance: 14 prefixes cut off`. The date is left out for the present day.
 */
function formatAhead({ from, to, summary }: NonNullable<WallDisplay['ahead']>, now: number, zone: string): string {
  const [begin, end] = [Date.parse(from), Date.parse(to)]
  return `${formatMinute(begin, zone, now)} – ${formatMinute(end, zone, begin)} ${summary}`
}

/**
 * Footer of a wall display: the age of the data (unless the wall shows the past), the number of resources that do not
 * fit, and further notes.
 */
export function WallBar({
  view,
  reading: { wall, readAt, freshness, line, lost, alerting },
  now,
  zone,
  sound,
  openAccess,
  isPast,
}: Top & { zone: string; sound: AlarmSoundState; openAccess: boolean; isPast: boolean }) {
  const isLate = !isPast && (lost !== null || freshness?.state === 'late' || freshness?.state === 'stale')
  const age = isPast ? '' : formatWallDataAge({ readAt, freshness: lost === null ? freshness : null }, now)
  const ahead = lost === null && !isPast ? wall?.ahead : null
  const { elsewhere = 0, beyond } = view ?? {}
  const notes = [
    openAccess && !isPast ? 'No sign-in' : null,
    soundLabels[sound],
    line === 'slow' ? 'No live stream' : null,
    elsewhere > 0 ? `${elsewhere} ${elsewhere === 1 ? 'problem' : 'problems'} in other views` : null,
    beyond?.worse ? `+${beyond.worse} not ok` : null,
    beyond?.up ? `+${beyond.up} ok` : null,
    beyond?.unpolled ? `+${beyond.unpolled} unknown` : null,
    beyond?.silent ? `+${beyond.silent} without sessions` : null,
  ]
  return (
    <footer className="wall-bar">
      <span className="wall-age" data-late={isLate || undefined} suppressHydrationWarning>
        {age}
      </span>
      {ahead && (
        <span className="wall-ahead" suppressHydrationWarning>
          {formatAhead(ahead, now, zone)}
        </span>
      )}
      {!isPast && lost === null && (
        // The result of the alerting check arrives later than the rest of the page. Until then, hidden text reserves
        // its space. Otherwise the footer could wrap to a second line and move everything above it.
        <span
          className="wall-proof"
          data-state={alerting?.state}
          {...(!alerting && { 'aria-hidden': true, style: { visibility: 'hidden' } })}
        >
          {alerting?.words ?? 'Alerting proved 10 min ago'}
        </span>
      )}
      {notes.map((note) => note && <span key={note}>{note}</span>)}
    </footer>
  )
}
