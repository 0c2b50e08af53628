'use client'

import { clsx } from 'clsx'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import type { Incident } from '#lib/incidents/api/index.ts'
import { addPageSelectionToParameters, readAllPages, useEndpointQuery, usePageSelection } from '../data/index.ts'
import { formatDayName } from '../format/instant.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { usePageTime } from '../time/use-page-time.ts'
import { useZone } from '../ui/preferences.tsx'
import { useToday } from '../ui/times/page-clock.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { ExportButtons } from '../ui/table/export-buttons.tsx'
import { PrintedDocumentLayout } from '../paper/print-sheet.tsx'
import { SavedViewsMenu } from '../views/saved-views-menu.tsx'
import { incidentExportColumns } from './incident-export-columns.ts'
import { IncidentFilterBar } from './incident-filter.tsx'
import { IncidentStatisticsPanel } from './incident-figures.tsx'
import { IncidentRows } from './incident-row.tsx'
import { sortOngoingFirst, formatOpenIncidentCounts } from './incident-recovery.ts'
import { CLOSED_INCIDENTS_PAGE_ROWS, MAX_OPEN_INCIDENTS } from './incident-queries.ts'
import { PrintedIncidents } from './printed-incidents.tsx'
import { type IncidentGroup, groupRecurringIncidents } from './recurrence.tsx'

const addressed = {
  state: parseAsStringLiteral(['open', 'closed']),
  scope: parseAsString,
  severity: parseAsString,
  owner: parseAsString,
  kind: parseAsString,
  acknowledged: parseAsStringLiteral(['yes', 'no']),
  assigned: parseAsStringLiteral(['yes', 'no']),
  assignee: parseAsString,
  cursor: parseAsString,
}

const assigneesOf = (incidents: readonly Incident[]): string[] =>
  [...new Set(incidents.flatMap(({ assigned }) => assigned?.assignee ?? []))].toSorted((a, b) => a.localeCompare(b))

/**
 * Page with the list of open incidents, worst first, followed by closed incidents. If the user chose a time range, only
 * incidents of that range are listed.
 */
export function IncidentsPage() {
  const [{ cursor, ...filter }, setAddress] = useQueryStates(addressed, { history: 'push' })
  const page = usePageSelection()
  const { kind, isChosen, range } = usePageTime()
  const time = isChosen && kind !== 'moment' ? { from: range.from, to: range.to } : null
  const { state, ...which } = { ...filter, ...time }
  const open = useEndpointQuery('incidents', { ...which, state: 'open', limit: MAX_OPEN_INCIDENTS })
  const closed = useEndpointQuery('incidents', { ...which, state: 'closed', cursor, limit: CLOSED_INCIDENTS_PAGE_ROWS })
  const summarized = time ?? (page.at === null ? {} : { to: page.at })
  const shown = {
    open: state === 'closed' ? [] : sortOngoingFirst(open.data?.data ?? []),
    closed: state === 'open' ? [] : (closed.data?.data ?? []),
  }
  const readAll = async (): Promise<Incident[]> => {
    const of = (which: 'open' | 'closed') =>
      state === null || state === which
        ? readAllPages<Incident>(
            'incidents',
            addPageSelectionToParameters('incidents', { ...filter, ...time, state: which }, page),
          )
        : []
    return [...(await of('open')), ...(await of('closed'))]
  }
  return (
    <>
      <PageHeader title="Incidents" age={<PageAge answer={open.data} />} actions={<SavedViewsMenu />} />
      <PrintedDocumentLayout
        title="Incidents"
        answer={open.data}
        content={() => (
          <>
            <IncidentStatisticsPanel scope={filter.scope} time={summarized} />
            {shown.open.length > 0 && <PrintedIncidents caption="Open incidents" incidents={shown.open} />}
            {shown.closed.length > 0 && (
              <PrintedIncidents
                caption={`Closed incidents${closed.data?.nextCursor || cursor ? ', one page of the list' : ''}`}
                incidents={shown.closed}
              />
            )}
            {shown.open.length + shown.closed.length === 0 && <p>No incident matches.</p>}
          </>
        )}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div className="flex flex-wrap items-end justify-between gap-2 print:hidden">
          <IncidentFilterBar
            filter={filter}
            names={assigneesOf([...shown.open, ...shown.closed])}
            onChange={(change) => void setAddress({ ...change, cursor: null })}
          />
          <span className="flex items-center">
            <ExportButtons
              name="incidents"
              taken={incidentExportColumns}
              shown={() => [...shown.open, ...shown.closed]}
              exportRows={readAll}
              title="incidents"
              file="incidents"
              time={time ?? (page.at === null ? null : { at: page.at })}
            />
          </span>
        </div>
        {state !== 'closed' && (
          <QueryStateView query={open} skeleton={<SkeletonRows rows={1} height="3.5rem" />}>
            {() => <List title="Open" none="No incident is open" incidents={shown.open} />}
          </QueryStateView>
        )}
        {/* on a phone it is below the closed incidents, so it waits for them */}
        <div className={clsx('max-sm:order-1', state !== 'open' && closed.data === undefined && 'max-sm:hidden')}>
          <IncidentStatisticsPanel scope={filter.scope} time={summarized} />
        </div>
        {state !== 'open' && (
          <QueryStateView query={closed} skeleton={<SkeletonRows rows={10} height="3.5rem" />}>
            {({ nextCursor }) => (
              <>
                <List title="Closed" none="No closed incident matches" incidents={shown.closed} isHistory />
                {(cursor !== null || nextCursor !== null) && (
                  <nav aria-label="Pages of closed incidents" className="flex gap-2">
                    <Button disabled={cursor === null} onClick={() => void setAddress({ cursor: null })}>
                      Newest
                    </Button>
                    <Button disabled={nextCursor === null} onClick={() => void setAddress({ cursor: nextCursor })}>
                      Older {CLOSED_INCIDENTS_PAGE_ROWS}
                    </Button>
                  </nav>
                )}
              </>
            )}
          </QueryStateView>
        )}
      </div>
    </>
  )
}

/** Closed incidents below headings with the day on which they were opened. */
function Days({ groups }: { groups: readonly IncidentGroup[] }) {
  const zone = useZone()
  const today = useToday()
  const days = Map.groupBy(groups, ({ lead }) => formatDayName(Date.parse(lead.openedAt), zone, today))
  return [...days].map(([day, own]) => (
    <section key={day} aria-label={`Opened ${day}`} className="border-t first:border-t-0">
      <h3
        className="bg-sunken px-4 py-1 text-xs font-medium text-ink-2 first-letter:uppercase tabular-nums"
        suppressHydrationWarning
      >
        {day}
      </h3>
      <IncidentRows name={`Closed incidents opened ${day}`} groups={own} isHistory />
    </section>
  ))
}

function List({
  title,
  none,
  incidents,
  isHistory = false,
}: {
  title: string
  none: string
  incidents: readonly Incident[]
  isHistory?: boolean
}) {
  const groups = groupRecurringIncidents(incidents)
  return (
    <section aria-label={title}>
      <header className="flex items-baseline gap-x-3">
        <h2 className="text-sm font-semibold">{incidents.length === 0 ? none : title}</h2>
        {incidents.length > 0 && (
          <p className="text-xs text-ink-3">
            {isHistory
              ? formatCountWithPlural(incidents.length, 'incident')
              : formatOpenIncidentCounts(incidents, 'open')}
            {groups.length < incidents.length && `, ${groups.length} without repeats`}
          </p>
        )}
      </header>
      {groups.length > 0 && (
        <div className="mt-1.5 rounded-lg border bg-surface">
          {isHistory ? <Days groups={groups} /> : <IncidentRows name={`${title} incidents`} groups={groups} />}
        </div>
      )}
    </section>
  )
}
