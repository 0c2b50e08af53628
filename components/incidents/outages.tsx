import type { Incident } from '#lib/incidents/api/index.ts'
import { computeOutageDuration, type Outage, parseOutages } from '#lib/contract/events/outages.ts'
import { getProvenUntil } from '#lib/contract/events/proof-end.ts'
import { subtractTimeIntervals } from '#lib/contract/time/time-spans.ts'
import { formatDurationRange } from '#lib/contract/words/durations.ts'
import { formatInstantBounds, formatMoment } from '../format/instant.ts'
import { UncertainIntervalBar } from '../ui/facts/bounds-bar.tsx'
import { useZone } from '../ui/preferences.tsx'

/**
 * Shows the outages of an incident. A single outage is drawn as a bar. Several outages have a line each, with their
 * position on a time axis, start, end and duration.
 */
export function IncidentOutages({ incident, now }: { incident: Incident; now: number }) {
  const zone = useZone()
  const outages = parseOutages(incident.outages)
  const until = getProvenUntil(incident, now)
  const endOf = ({ ended }: Outage) => ended?.latest ?? now
  const begin = outages[0]?.started.earliest ?? now
  const whole = Math.max(1, ...outages.map((one) => endOf(one) - begin))
  const bar = (one: Outage, className: string) => {
    const { started, ended, certain } = one
    const proven = certain.map(({ from, to }) => ({ from, to: to ?? until }))
    return (
      <UncertainIntervalBar
        start={[started.earliest, started.latest]}
        end={ended && [ended.earliest, ended.latest]}
        now={now}
        provenUntil={until}
        unseen={subtractTimeIntervals({ from: started.latest, to: ended?.earliest ?? until }, proven)}
        className={className}
      />
    )
  }
  const [first, ...others] = outages
  if (first && others.length === 0) return bar(first, 'mt-1.5 h-3 w-full max-w-xl')
  const rows = outages.map((one, at) => {
    const { started, ended } = one
    const { least, most } = computeOutageDuration([one], { provenUntil: until, now })
    const [from, to] = [(started.earliest - begin) / whole, (endOf(one) - begin) / whole]
    const { from: began, to: end } = ended
      ? formatInstantBounds(started.latest, ended.latest, zone, now)
      : { from: formatMoment(started.latest, zone, now), to: 'goes on' }
    return (
      <li
        key={started.latest}
        className="grid grid-cols-[1.5rem_minmax(0,1fr)_auto] items-center gap-x-3 border-t py-1.5 sm:grid-cols-[1.5rem_10rem_minmax(0,1fr)_11.5rem]"
      >
        <span className="text-ink-3 tabular-nums">{at + 1}</span>
        <span className="tabular-nums">
          {began} – {end}
        </span>
        <span className="text-right font-medium whitespace-nowrap tabular-nums sm:order-last">
          {formatDurationRange(least, ended ? most : null)}
        </span>
        <span className="col-span-full h-2 rounded-xs bg-sunken sm:col-span-1">
          <span
            className="block h-full"
            style={{ marginLeft: `${Math.min(97, from * 100)}%`, width: `${Math.max(3, (to - from) * 100)}%` }}
          >
            {bar(one, 'h-full w-full')}
          </span>
        </span>
      </li>
    )
  })
  return (
    <div className="mt-3 max-w-4xl text-xs" data-outages={outages.length}>
      {rows.length > SHOWN && (
        <details>
          <summary className="min-h-6 w-fit text-ink-2">{rows.length - SHOWN} earlier</summary>
          <ol>{rows.slice(0, -SHOWN)}</ol>
        </details>
      )}
      <ol aria-label="Outages">{rows.slice(-SHOWN)}</ol>
    </div>
  )
}

/** Number of the latest outages that are shown until the user expands the list. */
const SHOWN = 6
