'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { Incident, ShiftHandover } from '#lib/incidents/api/index.ts'
import { useHasRight } from '../access/caller.tsx'
import { ShareSnapshot } from '../snapshot/share-snapshot.tsx'
import { PageLink } from '../links/page-link.tsx'
import { PrintButton } from '../paper/print-button.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { formatTimeRange } from '../format/instant.ts'
import { incidentExportColumns } from '../incidents/incident-export-columns.ts'
import { formatOpenIncidentCounts } from '../incidents/incident-recovery.ts'
import { IncidentRows } from '../incidents/incident-row.tsx'
import { groupRecurringIncidents } from '../incidents/recurrence.tsx'
import { useUpcomingLosses } from '../maintenance/upcoming-losses.tsx'
import { MomentField } from '../time/moment-field.tsx'
import { usePageTime } from '../time/use-page-time.ts'
import { ResourceNotesProvider } from '../note-writing/resource-notes-provider.tsx'
import { NoteList } from '../notes/note-list.tsx'
import { filterNotes } from '../notes/note-text.ts'
import { useNotes } from '../notes/notes.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { listShiftIncidents } from './shift-incidents.ts'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { useZone } from '../ui/preferences.tsx'
import { ExportButtons } from '../ui/table/export-buttons.tsx'
import { AffectedResources } from './affected-resources.tsx'
import { HandoverPrintSheet } from './handover-sheet.tsx'
import { buildHandoverText } from './handover-text.ts'
import { ShiftSummary } from './shift-summary.tsx'
import { formatDuration, formatPollOutcome, formatPollKind } from '#lib/contract/words/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { CollapsiblePanel } from '../ui/fold-panel.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'
import {
  getPollGapLengthMs,
  MAX_SHOWN_POLL_GAPS,
  groupPollGaps,
  formatPollGapPolls,
  formatPollGapResources,
} from './poll-gaps.ts'

const HOURS = [8, 12, 24] as const

/**
 * Page for the handover between shifts. The shift is the time range that the user selected, or the 12 hours before the
 * page time.
 */
export function ShiftHandoverPage() {
  const { kind, isChosen, range, setRange } = usePageTime()
  // URLs of older versions contain the start of the shift in the parameter `since`
  const [given] = useQueryState('since', parseAsString)
  const since = isChosen ? (kind === 'moment' ? null : range.from) : given
  const shift = useEndpointQuery('handover', { since })
  const known = shift.data?.data
  const mayShare = useHasRight('share')
  const zone = useZone()
  const now = useRealNow()
  const losses = useUpcomingLosses(7 * MS_PER_DAY)
  const times = known && formatTimeRange(Date.parse(known.since), Date.parse(known.until), zone, null)
  return (
    <>
      <PageHeader
        title="Handover"
        age={<PageAge answer={shift.data} />}
        since={
          <span className={`max-sm:block max-sm:min-h-10 ${times ? 'tabular-nums' : 'skeleton text-transparent'}`}>
            {times ?? 'since the last'}
          </span>
        }
        actions={
          <>
            <MomentField
              label="Since"
              value={known?.since ?? since}
              className="w-64 print:hidden"
              faultOf={(at) => (at < now ? null : 'This is in the future.')}
              onChange={(from) => from !== null && setRange({ from, to: null })}
            />
            <span role="group" aria-label="Length of the shift" className="flex gap-1 print:hidden">
              {HOURS.map((hours) => (
                <Button
                  key={hours}
                  onClick={() => setRange({ from: new Date(now - hours * MS_PER_HOUR).toISOString(), to: null })}
                >
                  {hours} h
                </Button>
              ))}
            </span>
            <CopyButton
              className="print:hidden"
              disabled={!known}
              text={() => (known ? buildHandoverText(known, zone, linkOf(known), losses) : '')}
              label="Copy the handover as text"
            >
              Copy as text
            </CopyButton>
            {mayShare && <ShareSnapshot />}
          </>
        }
        menu={<PrintButton />}
      />
      <QueryStateView query={shift} skeleton={<SkeletonRows rows={8} height="3.5rem" />}>
        {({ data, asOf, freshness }) => (
          <>
            <HandoverPrintSheet shift={data} answer={{ asOf, freshness }} />
            <HandoverParts shift={data} />
          </>
        )}
      </QueryStateView>
    </>
  )
}

const linkOf = ({ since, until }: ShiftHandover) =>
  `${window.location.origin}/handover?${new URLSearchParams({ from: since, to: until })}`

/** List of the users' notes about times within the shift. */
function ShiftNotes({ shift: { since, until } }: { shift: ShiftHandover }) {
  const own = filterNotes(useNotes()?.notes ?? [], Date.parse(since), Date.parse(until))
  if (own.length === 0) return null
  return (
    <section aria-labelledby="shift-notes">
      <h2 id="shift-notes" className="mb-1.5 text-sm font-semibold">
        Notes
      </h2>
      <div className="rounded-lg border bg-surface px-3.5">
        <NoteList notes={own} scoped />
      </div>
    </section>
  )
}

function HandoverParts({ shift }: { shift: ShiftHandover }) {
  const rows = useMemo(() => listShiftIncidents(shift), [shift])
  const incidents = rows.map(({ incident }) => incident)
  const happened = new Map(rows.map((row) => [row.incident.id, row.happened.join(', ') || 'open since before']))
  const { opened, closed, stillOpen, since, until } = shift
  const counts = `${opened.length} opened, ${closed.length} closed, ${formatOpenIncidentCounts(stillOpen, 'still open')}`
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <ShiftSummary shift={shift} />
      <section aria-labelledby="shift-incidents">
        <header className="mb-1.5 flex min-h-7 flex-wrap items-center gap-x-3">
          <h2 id="shift-incidents" className="text-sm font-semibold">
            Incidents
          </h2>
          <p className="text-xs text-ink-3 max-sm:order-last max-sm:basis-full">{counts}</p>
          <span className="ml-auto flex print:hidden">
            <ExportButtons
              name="incidents"
              taken={[
                ...incidentExportColumns,
                { id: 'shift', header: 'In this shift', value: ({ id }: Incident) => happened.get(id) ?? null },
              ]}
              shown={() => incidents}
              title="incidents of a shift"
              file="handover"
              time={{ from: since, to: until }}
            />
          </span>
        </header>
        {rows.length > 0 && (
          <div className="rounded-lg border bg-surface">
            <IncidentRows name="Incidents of the shift" groups={groupRecurringIncidents(incidents)} isHistory />
          </div>
        )}
      </section>
      <ResourceNotesProvider place={{ scopes: null, name: '' }}>
        <ShiftNotes shift={shift} />
      </ResourceNotesProvider>
      <AffectedResources shift={shift} />
      <PollGapsPanel gaps={shift.gaps} gapsOmitted={shift.gapsOmitted} />
      <Elsewhere since={since} until={until} />
    </div>
  )
}

/** Links to the lists of all changes and events in the shift, which contain more than the incidents. */
function Elsewhere({ since, until }: Pick<ShiftHandover, 'since' | 'until'>) {
  const range = new URLSearchParams({ from: since, ...(useSelectedPastMoment() !== null && { to: until }) })
  return (
    <p className="flex flex-wrap gap-x-5 gap-y-1 px-4 text-xs print:hidden">
      <PageLink href={`/routes?view=diff&${range}`} className="link inline-flex min-h-6 items-center">
        Route diff
      </PageLink>
      <PageLink href={`/events?${range}`} className="link inline-flex min-h-6 items-center">
        All events
      </PageLink>
    </p>
  )
}

/**
 * Panel with the times in a shift without polls, initially collapsed. Gaps at the same time share a row, which expands
 * to the affected polls.
 */
function PollGapsPanel({ gaps, gapsOmitted = 0 }: Pick<ShiftHandover, 'gaps' | 'gapsOmitted'>) {
  const groups = useMemo(() => groupPollGaps(gaps), [gaps])
  const [longest] = groups
  const left = groups.length - MAX_SHOWN_POLL_GAPS + gapsOmitted
  return (
    <CollapsiblePanel
      title="Polling gaps"
      note={
        longest
          ? `${formatCountWithPlural(groups.length, 'gap')}, the longest ${formatDuration(getPollGapLengthMs(longest))}`
          : 'none'
      }
      flush
    >
      <ul aria-label="Polling gaps" className="divide-y">
        {groups.slice(0, MAX_SHOWN_POLL_GAPS).map((group) => (
          <li key={`${formatPollGapResources(group)} ${group.intervals[0].kind} ${group.from} ${group.outcome}`}>
            <details>
              <summary className="grid min-h-8 cursor-pointer items-center gap-x-4 px-3.5 py-1 text-xs hover:bg-hover sm:grid-cols-[minmax(0,1fr)_8rem_16rem_6rem_12rem]">
                <span className="font-medium">{formatPollGapResources(group)}</span>
                <span>{formatPollGapPolls(group)}</span>
                <TimeBoundsText bounds={[new Date(group.from).toISOString(), new Date(group.to).toISOString()]} />
                <span className="tabular-nums sm:text-right">{formatDuration(getPollGapLengthMs(group))}</span>
                <span className="text-ink-2">{formatPollOutcome(group.outcome)}</span>
              </summary>
              <ul className="bg-sunken px-7 py-1 text-xs">
                {group.intervals.map(({ scope, scopeName, kind, from, to }) => (
                  <li key={`${scope} ${kind} ${from}`}>
                    {scopeName}, {formatPollKind(kind)}: <TimeBoundsText bounds={[from, to]} />
                  </li>
                ))}
              </ul>
            </details>
          </li>
        ))}
        {left > 0 && (
          <li className="px-3.5 py-2 text-xs text-ink-3">and {formatCountWithPlural(left, 'shorter gap')}</li>
        )}
      </ul>
    </CollapsiblePanel>
  )
}
