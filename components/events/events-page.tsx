'use client'

import { parseAsString, useQueryState, useQueryStates } from 'nuqs'
import { MAX_ROWS_PER_PAGE, useEndpointQuery } from '../data/index.ts'
import type { EndpointParameters } from '../data/endpoint.ts'
import type { RangeUrlParameters } from '../time/time-range.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { SavedViewsMenu } from '../views/saved-views-menu.tsx'
import { Panel } from '../ui/panel.tsx'
import {
  type EventLogFilter,
  isEventFilterActive,
  convertEventFilterToQuery,
  emptyEventLogFilter,
  ownerChoices,
  severityChoices,
} from './event-filter.ts'
import { EventHistogram } from './event-histogram.tsx'
import { EventLog } from './event-log.tsx'
import { defaultEventsRange } from './default-range.ts'
import { CalendarPanel } from './calendar-panel.tsx'
import { FlapRanking } from './flap-ranking.tsx'
import { CommittedTextField } from '../ui/draft-field.tsx'
import { MultiSelect } from '../ui/multi-select.tsx'
import { PhoneFilters } from '../ui/phone-filters.tsx'
import { ResourceSelect } from '../ui/scope-select.tsx'
import { KindPicker } from './kind-picker.tsx'

const addressed = {
  kind: parseAsString,
  severity: parseAsString,
  owner: parseAsString,
  scope: parseAsString,
  text: parseAsString,
  parts: parseAsString,
  cursor: parseAsString,
}

/** Page with the event log. With `tab=patterns` in the URL, it shows the times and resources at which events recur. */
export function EventsPage() {
  const [tab] = useQueryState('tab', parseAsString)
  return tab === 'patterns' ? <PatternsView /> : <EventLogView />
}

function EventLogView() {
  const [{ cursor, ...address }, setAddress] = useQueryStates(addressed, { history: 'push' })
  const { range, setRange } = useTimeRange(defaultEventsRange)
  // The text filter does not apply to the summary. The summary would otherwise count texts that the user may not see.
  const { kind, severity, owner, scope, partOf } = convertEventFilterToQuery(address)
  const summary = useEndpointQuery('events/summary', {
    kind,
    severity,
    owner,
    scope,
    partOf,
    from: range.from,
    to: range.to,
  })
  const question: EndpointParameters<'events'> = {
    ...convertEventFilterToQuery(address),
    from: range.from,
    to: range.to,
  }
  const events = useEndpointQuery('events', { ...question, cursor, limit: MAX_ROWS_PER_PAGE })
  const show = (next: RangeUrlParameters) => {
    void setAddress({ cursor: null })
    setRange(next)
  }
  const { data } = events
  return (
    <>
      <PageHeader title="Events" age={<PageAge answer={data} />} actions={<SavedViewsMenu />} />
      <Panel flush>
        {data && events.error && (
          <QueryStateView query={events} skeleton={null}>
            {() => null}
          </QueryStateView>
        )}
        <EventLog
          events={data?.data ?? []}
          filter={question}
          range={range}
          empty={
            <QueryStateView query={events} skeleton={<SkeletonRows rows={10} height="3rem" />}>
              {() => <NothingFound address={address} />}
            </QueryStateView>
          }
          tools={
            <>
              <FilterBar address={address} onChange={(change) => void setAddress({ ...change, cursor: null })} />
              {/* the buttons are also rendered while it is unknown whether there are further pages, so that their space is reserved */}
              {(!data || cursor !== null || data.nextCursor !== null) && (
                <nav aria-label="Pages of events" className="flex gap-2">
                  <Button disabled={cursor === null} onClick={() => void setAddress({ cursor: null })}>
                    Newest
                  </Button>
                  <Button
                    disabled={!data?.nextCursor}
                    onClick={() => void setAddress({ cursor: data?.nextCursor ?? null })}
                  >
                    Older {MAX_ROWS_PER_PAGE}
                  </Button>
                </nav>
              )}
            </>
          }
          picture={
            address.text === null &&
            (summary.data ? (
              <EventHistogram summary={summary.data.data} onRange={show} />
            ) : (
              // placeholder that reserves the space of the chart, so that the events do not move when the chart is
              // loaded
              <div className="h-16.5 border-t print:hidden" />
            ))
          }
        />
      </Panel>
    </>
  )
}

function NothingFound({ address }: { address: EventLogFilter }) {
  if (!isEventFilterActive(address)) {
    return (
      <EmptyNote title="No events in this time range">
        Changes appear here within a second of the poll that saw them. An estate at rest has none; a longer time above
        shows older ones.
      </EmptyNote>
    )
  }
  return (
    <EmptyNote title="No matching events">
      Widen the time range or the filter.
      {address.parts === null && ' Child events are shown under their root event; include them with “Child events”.'}
    </EmptyNote>
  )
}

/**
 * Page with patterns of events: a calendar with the number of events in each hour, and the sessions that were lost most
 * often.
 */
function PatternsView() {
  const { range } = useTimeRange(defaultEventsRange)
  const summary = useEndpointQuery('events/summary', { from: range.from, to: range.to })
  return (
    <>
      <PageHeader title="Patterns" age={<PageAge answer={summary.data} />} />
      <div className="grid gap-4">
        <CalendarPanel />
        <Panel title="Most frequent" flush>
          <QueryStateView query={summary} skeleton={<SkeletonRows rows={6} />}>
            {({ data }) => <FlapRanking flapping={data.flapping} />}
          </QueryStateView>
        </Panel>
      </div>
    </>
  )
}

/**
 * Filters of the event log, in one line with the tools of its table. The log contains the events that match all
 * filters.
 */
function FilterBar({
  address,
  onChange,
}: {
  address: EventLogFilter
  onChange: (change: Partial<EventLogFilter>) => void
}) {
  return (
    <>
      <CommittedTextField
        label="Text"
        hideLabel
        search
        value={address.text}
        placeholder="name, address, cause"
        read={(text) => text}
        complaint=""
        onChange={(text) => onChange({ text })}
        className="w-40"
      />
      <PhoneFilters isSet={isEventFilterActive(address)}>
        <KindPicker value={address.kind} onChange={(kind) => onChange({ kind })} />
        <ResourceSelect hideLabel scope={address.scope} onChange={(scope) => onChange({ scope })} withWholeEstate />
        <MultiSelect
          label="Severity"
          choices={severityChoices}
          value={address.severity}
          onChange={(severity) => onChange({ severity })}
        />
        <MultiSelect
          label="Owner"
          choices={ownerChoices}
          value={address.owner}
          onChange={(owner) => onChange({ owner })}
        />
        <Button
          aria-pressed={address.parts === 'each'}
          className="aria-pressed:bg-ink aria-pressed:text-canvas"
          onClick={() => onChange({ parts: address.parts === 'each' ? null : 'each' })}
        >
          Child events
        </Button>
        {isEventFilterActive(address) && (
          <Button variant="quiet" onClick={() => onChange(emptyEventLogFilter)}>
            Clear
          </Button>
        )}
      </PhoneFilters>
    </>
  )
}
