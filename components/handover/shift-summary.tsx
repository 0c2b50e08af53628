'use client'

import type { ReactNode } from 'react'
import type { Handover } from '#lib/incidents/api/index.ts'
import { DAY, HOUR } from '#lib/contract/time/time.ts'
import { useEndpoint } from '../data/index.ts'
import { incidentTitle } from '../events/incident-words.ts'
import { groupedIncidents, type IncidentGroup } from '../incidents/recurrence.tsx'
import { PageLink } from '../links/page-link.tsx'
import { aboutWords, inOrder } from '../maintenance/window-words.ts'
import { useScopeNames } from '../time/data-gaps.tsx'
import { OfNow } from '../ui/times/of-now.tsx'
import { Moment } from '../ui/times/time.tsx'
import { shiftIncidents } from './shift-incidents.ts'

/** Named in a line; the others are counted. */
const MOST = 5
/** Days ahead that the next shift reads of. */
const AHEAD = 7

/** A shift in three lines: what is open, what happened, what is planned. */
export function ShiftSummary({ shift }: { shift: Handover }) {
  const nameOf = useScopeNames()
  // in whole hours: not another question at each answer
  const end = Math.floor(Date.parse(shift.until) / HOUR) * HOUR
  const bounds = { from: new Date(end).toISOString(), to: new Date(end + AHEAD * DAY).toISOString() }
  const answer = useEndpoint('maintenance', bounds).data?.data
  const planned = answer && inOrder(answer).filter(({ to }) => to > shift.until)
  const over = shiftIncidents(shift).flatMap(({ incident }) => (incident.state === 'closed' ? [incident] : []))
  return (
    <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 rounded-lg border bg-surface px-4 py-3">
      <Line name="Open">
        <Groups groups={groupedIncidents(shift.stillOpen)} none="nothing" />
      </Line>
      <Line name="Happened">
        <Groups groups={groupedIncidents(over)} none="nothing that is over" />
      </Line>
      <Line name="Planned">
        {planned === undefined ? (
          <span className="skeleton w-60 text-transparent">maintenance</span>
        ) : planned.length === 0 ? (
          <span className="text-ink-3">no maintenance in {AHEAD} days</span>
        ) : (
          planned.slice(0, MOST).map((window) => (
            <span key={`${window.id} ${window.from}`} title={window.title}>
              {aboutWords(window, nameOf)} <Moment at={window.from} />
            </span>
          ))
        )}
        {planned && planned.length > MOST && <span className="text-ink-3">{planned.length - MOST} more</span>}
        <OfNow />
      </Line>
    </dl>
  )
}

const Line = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{name}</dt>
    <dd className="flex min-h-5 flex-wrap items-baseline gap-x-5 gap-y-1">{children}</dd>
  </>
)

function Groups({ groups, none }: { groups: readonly IncidentGroup[]; none: string }) {
  if (groups.length === 0) return <span className="text-ink-3">{none}</span>
  return (
    <>
      {groups.slice(0, MOST).map(({ lead, others }) => (
        <span key={lead.id} className="whitespace-nowrap max-sm:whitespace-normal">
          <PageLink href={`/incidents/${lead.id}`} className="link font-medium">
            {incidentTitle(lead)}
          </PageLink>
          {others.length > 0 && <span className="text-ink-2 tabular-nums"> {others.length + 1} times</span>}
        </span>
      ))}
      {groups.length > MOST && <span className="text-ink-3">{groups.length - MOST} more</span>}
    </>
  )
}
