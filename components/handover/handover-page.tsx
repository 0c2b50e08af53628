'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { HOUR } from '#lib/contract/time/time.ts'
import type { Incident, Handover } from '#lib/incidents/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'
import { formatInstant } from '../format/instant.ts'
import { incidentColumns } from '../incidents/incident-columns.tsx'
import { IncidentTable } from '../incidents/incident-table.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import type { Column } from '../ui/table/features.ts'
import { shiftIncidents, type ShiftIncident } from './shift-incidents.ts'
import { MomentField } from '../time/moment-field.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { useRealNow } from '../ui/times/clock.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { AffectedResources } from './affected-resources.tsx'
import { handoverText } from './handover-text.ts'
import { PollGapsPanel } from './poll-gaps-panel.tsx'

const HOURS = [8, 12, 24] as const

/** The handover between shifts: incidents and polling gaps since a time. */
export function HandoverPage() {
  const [since, setSince] = useQueryState('since', parseAsString.withOptions({ history: 'push' }))
  const shift = useEndpoint('handover', { since })
  const known = shift.data?.data
  const zone = useZone()
  return (
    <>
      <PageHead
        title="Handover"
        age={<PageAge answer={shift.data} />}
        since={
          <>
            since{' '}
            <span className={known ? undefined : 'skeleton text-transparent'}>
              {formatInstant(known ? Date.parse(known.since) : 0, zone)}
            </span>
          </>
        }
        actions={
          <CopyButton
            className="print:hidden"
            disabled={!known}
            text={() =>
              known ? handoverText(known, zone, `${window.location.origin}/handover?since=${known.since}`) : ''
            }
            label="Copy the handover as text"
          >
            Copy as text
          </CopyButton>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <SinceChoice since={known?.since ?? since} onChange={(next) => void setSince(next)} />
        <AnswerView query={shift} skeleton={<SkeletonRows rows={8} height="3.5rem" />}>
          {({ data }) => <HandoverParts shift={data} />}
        </AnswerView>
      </div>
    </>
  )
}

function SinceChoice({ since, onChange }: { since: string | null; onChange: (since: string) => void }) {
  const now = useRealNow()
  return (
    <div className="flex flex-wrap items-end gap-2 print:hidden">
      <MomentField
        label="Since"
        value={since}
        className="w-44 max-sm:w-full"
        faultOf={(at) => (at < now ? null : 'This is in the future.')}
        onChange={(next) => {
          if (next !== null) onChange(next)
        }}
      />
      {HOURS.map((hours) => (
        <Button key={hours} onClick={() => onChange(new Date(now - hours * HOUR).toISOString())}>
          {hours} h
        </Button>
      ))}
    </div>
  )
}

function HandoverParts({ shift }: { shift: Handover }) {
  const { stillOpen, opened, closed } = shift
  const rows = useMemo(() => shiftIncidents(shift), [shift])
  const columns = useMemo(() => columnsWith(rows), [rows])
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Panel
        title="Incidents"
        note={`${stillOpen.length} still open, ${opened.length} opened, ${closed.length} closed`}
        flush
      >
        <IncidentTable
          name="shift-incidents"
          incidents={rows.map(({ incident }) => incident)}
          columns={columns}
          empty={<p className="px-3.5 py-3 text-ink-2">No incidents.</p>}
        />
      </Panel>
      <AffectedResources shift={shift} />
      <PollGapsPanel gaps={shift.gaps} gapsOmitted={shift.gapsOmitted} />
      <Elsewhere since={shift.since} />
    </div>
  )
}

/** The columns of incidents; what happened to each in this shift stands below its state, where it takes no room from the incident. */
function columnsWith(rows: readonly ShiftIncident[]): Column<Incident>[] {
  const happened = new Map(rows.map((row) => [row.incident.id, row.happened.join(', ') || 'open since before']))
  // the number of its events is of no use to the next shift: the incident's page lists them
  const kept = incidentColumns.filter(({ id }) => id !== 'events')
  return kept.map((column) =>
    column.id === 'state'
      ? {
          ...column,
          exported: [
            ...(column.exported ?? []),
            { header: 'In this shift', value: ({ id }: Incident) => happened.get(id) ?? null },
          ],
          cell: (incident) => (
            <span className="flex flex-col gap-0.5">
              {column.cell?.(incident)}
              <span className="text-xs font-normal whitespace-nowrap text-ink-2">{happened.get(incident.id)}</span>
            </span>
          ),
        }
      : column,
  )
}

/** Links to changes outside of incidents. */
function Elsewhere({ since }: Pick<Handover, 'since'>) {
  const from = new URLSearchParams({ from: since })
  return (
    <Panel title="Other changes">
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        <li>
          <PageLink href={`/routes?view=diff&${from}`} className="link inline-flex min-h-6 items-center">
            Route diff
          </PageLink>
        </li>
        <li>
          <PageLink href={`/events?${from}`} className="link inline-flex min-h-6 items-center">
            All events
          </PageLink>
        </li>
      </ul>
    </Panel>
  )
}
