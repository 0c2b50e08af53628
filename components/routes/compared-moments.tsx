import { parseAsString, useQueryStates } from 'nuqs'
import { MS_PER_DAY, MS_PER_HOUR, formatIso } from '#lib/contract/time/time.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import { formatMoment } from '../format/instant.ts'
import { MomentField } from '../time/moment-field.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { useZone } from '../ui/preferences.tsx'

/** Maximum number of incidents in the list, newest first. */
const INCIDENTS = 8

/**
 * Tolerance in milliseconds within which a button for a length of time between A and B is shown as pressed. A tolerance
 * is needed, because the default time A changes only in steps.
 */
const NEAR_MS = 10 * 60_000
/** Buttons for the length of time between A and B. A click on a button moves A. */
const LENGTHS = { '1 h': MS_PER_HOUR, '24 h': MS_PER_DAY, '7 d': 7 * MS_PER_DAY }

/**
 * Form that sets the two compared times A and B. It has a field for each, buttons that set A relative to B, and a list
 * of incidents. Choosing an incident sets A to a time before it and B to a time after it.
 */
export function ComparedMoments({
  compared,
  scope,
}: {
  /** compared times A (`from`) and B (`to`), ISO 8601; `to` null = now */
  compared: { from: string; to: string | null }
  scope: string | null
}) {
  const [, setAddress] = useQueryStates({ a: parseAsString, b: parseAsString }, { history: 'push' })
  const incidents = useEndpointQuery('incidents', { scope, limit: INCIDENTS }).data?.data ?? []
  const zone = useZone()
  const now = useRealNow()
  const { from, to } = compared
  const notAhead = (at: number) => (at <= now ? null : 'This is in the future.')
  const around = (id: string) => {
    const incident = incidents.find((one) => one.id === id)
    if (!incident) return
    const { startedBetween, endedBetween } = incident
    const end = Date.parse((endedBetween ?? startedBetween)[1]) + MS_PER_HOUR
    void setAddress({
      a: formatIso(Date.parse(startedBetween[0]) - MS_PER_HOUR),
      b: end >= now ? null : formatIso(end),
    })
  }
  const end = to === null ? now : Date.parse(to)
  return (
    <>
      <MomentField
        label="A"
        value={from}
        faultOf={notAhead}
        onChange={(a) => void setAddress({ a, b: to })}
        className="w-44"
      />
      <MomentField
        label="B, empty = now"
        value={to}
        faultOf={notAhead}
        onChange={(b) => void setAddress({ a: from, b: b ?? formatIso(now) })}
        className="w-44"
      />
      <span className="flex gap-1" role="group" aria-label="A before B">
        {Object.entries(LENGTHS).map(([name, length]) => (
          <Button
            key={name}
            variant="quiet"
            aria-pressed={Math.abs(end - Date.parse(from) - length) < NEAR_MS}
            className="h-8 border aria-pressed:bg-ink aria-pressed:text-canvas"
            onClick={() => void setAddress({ a: formatIso(end - length), b: to })}
          >
            {name}
          </Button>
        ))}
      </span>
      <SelectField
        label="Before and after an incident"
        className="w-64 max-w-full"
        value=""
        onChange={(event) => around(event.target.value)}
        options={[
          { value: '', label: incidents.length === 0 ? 'None' : 'Choose' },
          ...incidents.map((incident) => ({
            value: incident.id,
            label: `${formatMoment(Date.parse(incident.startedBetween[0]), zone, now)} ${formatIncidentTitle(incident)}`,
          })),
        ]}
      />
    </>
  )
}
