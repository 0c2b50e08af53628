import type { ReactNode } from 'react'
import { eventKindRecords, isIncidentOngoing } from '#lib/contract/vocabulary.ts'
import type { ShiftHandover, Incident } from '#lib/incidents/api/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatIncidentTitle } from '../events/incident-text.ts'
import type { IncidentGroup } from '../incidents/recurrence.tsx'
import { PageLink } from '../links/page-link.tsx'
import { formatMaintenanceTargets, sortMaintenanceWindows } from '../maintenance/window-text.ts'
import { UpcomingOutageLine, useUpcomingLosses } from '../maintenance/upcoming-losses.tsx'
import { useResourceNameLookup } from '../time/data-gaps.tsx'
import { CurrentDataNote, CurrentDataOnly } from '../ui/times/current-data-note.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { listShiftIncidents } from './shift-incidents.ts'

/**
 * Maximum number of entries in one line of the summary. If there are more, only the number of the others is shown. An
 * exception is a line with one more group of incidents, which is shown completely.
 */
const MAX_LISTED_WINDOWS = 5
/**
 * Maximum number of named resources for one kind of incident. If there are more, only the number of the others is
 * shown.
 */
const NAMES = 3
/** Number of days ahead for which planned maintenance and its outages are listed. */
const AHEAD = 7

/**
 * Summary of a shift in a few lines: open incidents, past incidents, planned maintenance and outages that it will
 * cause.
 */
export function ShiftSummary({ shift }: { shift: ShiftHandover }) {
  const nameOf = useResourceNameLookup()
  // The time is rounded down to the hour. Otherwise each refresh of the page would change the query key, and the query
  // would be sent again.
  const end = Math.floor(Date.parse(shift.until) / MS_PER_HOUR) * MS_PER_HOUR
  const bounds = { from: new Date(end).toISOString(), to: new Date(end + AHEAD * MS_PER_DAY).toISOString() }
  const { data, error } = useEndpointQuery('maintenance', bounds)
  const answer = data?.data
  const planned = answer && sortMaintenanceWindows(answer).filter(({ to }) => to > shift.until)
  const losses = useUpcomingLosses(AHEAD * MS_PER_DAY)
  const over = listShiftIncidents(shift).flatMap(({ incident }) => (incident.phase === 'ongoing' ? [] : [incident]))
  return (
    <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 rounded-lg border bg-surface px-4 py-3">
      <Line name="Open">
        <Groups incidents={shift.stillOpen.filter(isIncidentOngoing)} none="nothing" />
      </Line>
      <Line name="Happened">
        <Groups incidents={over} none="nothing that is over" />
      </Line>
      <Line name="Planned">
        <CurrentDataOnly>
          {error !== null ? (
            // In a snapshot, the query may fail, because a snapshot contains only the responses that its page used. The
            // planned maintenance is then not known.
            <span className="text-ink-3">not known</span>
          ) : planned === undefined ? (
            <span className="skeleton w-60 text-transparent">maintenance</span>
          ) : planned.length === 0 ? (
            <span className="text-ink-3">no maintenance in {AHEAD} days</span>
          ) : (
            planned.slice(0, MAX_LISTED_WINDOWS).map((window) => (
              <span key={`${window.id} ${window.from}`} title={window.title}>
                {formatMaintenanceTargets(window, nameOf)} <MomentText at={window.from} />
              </span>
            ))
          )}
          {planned && planned.length > MAX_LISTED_WINDOWS && (
            <span className="text-ink-3">{planned.length - MAX_LISTED_WINDOWS} more</span>
          )}
        </CurrentDataOnly>
        <CurrentDataNote />
      </Line>
      {losses.length > 0 && (
        <Line name="At risk">
          {losses.slice(0, MAX_LISTED_WINDOWS).map((one) => (
            <UpcomingOutageLine key={`${one.from} ${one.windows.join(' ')}`} interval={one} />
          ))}
          {losses.length > MAX_LISTED_WINDOWS && (
            <span className="text-ink-3">{losses.length - MAX_LISTED_WINDOWS} more</span>
          )}
        </Line>
      )}
    </dl>
  )
}

const Line = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{name}</dt>
    <dd className="flex min-h-5 flex-wrap items-baseline gap-x-5 gap-y-1">{children}</dd>
  </>
)

/**
 * Lists incidents grouped by the kind of their root event. A single incident of a kind has its name. For several
 * incidents, the name of their kind, their number and their resources are shown.
 */
function Groups({ incidents, none }: { incidents: readonly Incident[]; none: string }) {
  if (incidents.length === 0) return <span className="text-ink-3">{none}</span>
  // incidents are sorted by severity, worst first
  const groups = [...Map.groupBy(incidents, ({ root, id }) => root?.kind ?? id).values()]
  // If exactly one group would be left out, it is shown too, because the note "1 more" would need the same space.
  const shown = groups.length === MAX_LISTED_WINDOWS + 1 ? groups : groups.slice(0, MAX_LISTED_WINDOWS)
  return (
    <>
      {shown.map(([lead, ...others]) => lead && <Group key={lead.id} lead={lead} others={others} />)}
      {groups.length > shown.length && <span className="text-ink-3">{groups.length - MAX_LISTED_WINDOWS} more</span>}
    </>
  )
}

function Group({ lead, others }: IncidentGroup) {
  const names = [...new Set([lead, ...others].map((one) => one.root?.scopeName ?? one.scopeName))]
  const isOne = others.length === 0 || lead.root === null
  return (
    <span>
      <PageLink
        href={isOne ? `/incidents/${lead.id}` : `/incidents?${new URLSearchParams({ kind: lead.root?.kind ?? '' })}`}
        className="link font-medium"
      >
        {isOne || lead.root === null ? formatIncidentTitle(lead) : eventKindRecords[lead.root.kind].name}
      </PageLink>
      {!isOne && (
        <span className="text-ink-2">
          {' '}
          {others.length + 1} times: {names.slice(0, NAMES).join(', ')}
          {names.length > NAMES && ` and ${names.length - NAMES} more`}
        </span>
      )}
    </span>
  )
}
