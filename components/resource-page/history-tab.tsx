import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import { severities } from '#lib/contract/vocabulary.ts'
import { ConfigurationChangesPanel } from '../changes/changes-panel.tsx'
import { listResourceIdsForChanges } from '../changes/change-scopes.ts'
import { useEndpointQuery } from '../data/index.ts'
import { type EventTimeStripWindow, EventTimeAxis, EventTimeStrip } from '../charts/event-time-strip.tsx'
import { EventDuration, EventLength } from '../events/event-duration.tsx'
import { buildEventHref, getEventStatus, formatEventSubject, isStillOngoing } from '../events/event-text.ts'
import { formatZoneLabel } from '../format/instant.ts'
import { PageLink } from '../links/page-link.tsx'
import { resolveRangeEdges, formatRangeText } from '../time/time-range.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { getSeverityFill, SeverityLegendEntry } from '../ui/drawing/severity-mark.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { groupRepeatedEvents, type RepeatedEventGroup } from './history-groups.ts'

/** Default time range of the tab. It is a month and not a day, because outages are rare. */
const USUAL = '30d'
const MAX_EVENTS = 200

/**
 * Tab with the events of a circuit, gateway or hub, and the configuration changes of the resource and its connections.
 */
export function HistoryTab({ resource }: { resource: Parameters<typeof listResourceIdsForChanges>[0] }) {
  return (
    <>
      <HistoryPanel scope={resource.id} />
      <ConfigurationChangesPanel scopes={listResourceIdsForChanges(resource)} />
    </>
  )
}

/**
 * List of the events of a resource. Repeated events share a row that can be expanded.
 * @param isShown selects the events; undefined = all events of the resource
 */
export function HistoryPanel({
  scope,
  isShown = () => true,
}: {
  scope: string
  isShown?: (event: DetectedNetworkEvent) => boolean
}) {
  const { range } = useTimeRange(USUAL)
  const zone = useZone()
  const now = useNowInSteps(60_000)
  const events = useEndpointQuery('events', {
    scope,
    partOf: 'none',
    from: range.from,
    to: range.to,
    limit: MAX_EVENTS,
  })
  const window = resolveRangeEdges(range, now)
  const query = new URLSearchParams({ scope })
  return (
    <Panel
      title="Events"
      note={<span suppressHydrationWarning>{formatRangeText(range, zone, now)}</span>}
      flush
      aside={
        <>
          {events.data && <Legend events={events.data.data.filter(isShown)} />}
          <PageLink href={`/events?${query}`} className="link text-xs text-ink-2">
            Event log
          </PageLink>
        </>
      }
    >
      <QueryStateView query={events} skeleton={<SkeletonRows rows={12} height="3rem" />}>
        {({ data }) =>
          !data.some(isShown) ? (
            <EmptyNote title="No events" />
          ) : (
            <>
              <div aria-hidden className={`${COLUMNS} min-h-8 border-b text-xs text-ink-2 max-sm:hidden`}>
                <span className="col-start-2">Event</span>
                <span className="col-start-4">
                  <EventTimeAxis window={window} />
                </span>
                <span className="text-right" suppressHydrationWarning>
                  Last began, {formatZoneLabel(now, zone)}
                </span>
              </div>
              <ul className="divide-y">
                {groupRepeatedEvents(data.filter(isShown)).map((group) => (
                  <Group key={group.key} group={group} window={window} />
                ))}
              </ul>
            </>
          )
        }
      </QueryStateView>
    </Panel>
  )
}

/** CSS grid of a row with the columns: state symbol, event, number of occurrences, position in time, and last start. */
const COLUMNS =
  'grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2.5 px-3.5 sm:grid-cols-[0.625rem_minmax(0,13rem)_2rem_minmax(6rem,1fr)_14.5rem]'

function Group({
  group: { name, part, times, events },
  window,
}: {
  group: RepeatedEventGroup
  window: EventTimeStripWindow
}) {
  const [last] = events
  const isOnePart = events.every(({ subject }) => subject === last.subject)
  return (
    <li>
      <details className="group">
        <summary className={`${COLUMNS} min-h-12 cursor-pointer py-1 -outline-offset-2 hover:bg-hover`}>
          <StateSymbol tone={getEventStatus(last).tone} className="size-2.5" />
          <span className="min-w-0 wrap-anywhere">
            <span className="block font-medium">{name}</span>
            {part && <span className="block text-xs text-ink-2">{part}</span>}
          </span>
          <span className="text-right text-xs font-semibold tabular-nums">
            {times > 1 && (
              <>
                {times}×<span className="sr-only"> in this time, the last </span>
              </>
            )}
          </span>
          <span className="max-sm:hidden">
            <EventTimeStrip window={window} bars={events.map((event) => barOf(event, window))} />
          </span>
          <span className="text-xs max-sm:col-span-2 max-sm:col-start-2 sm:text-right">
            <span className="block">
              <TimeBoundsText bounds={last.startedBetween} zoned={false} />
            </span>
            <EventLength event={last} prefix="for " />
          </span>
        </summary>
        <ol className="divide-y border-t bg-sunken">
          {events.map((event) => (
            <li key={event.id}>
              <PageLink
                href={buildEventHref(event)}
                className="flex min-h-8 flex-wrap items-center gap-x-4 py-1 pr-3.5 pl-8 text-xs -outline-offset-2 hover:bg-hover"
              >
                <TimeBoundsText bounds={event.startedBetween} />
                {!isOnePart && <span className="text-ink-2">{formatEventSubject(event)}</span>}
                {isStillOngoing(event) && <span className="font-semibold">goes on</span>}
                <span className="ml-auto">
                  <EventDuration event={event} inLine />
                </span>
              </PageLink>
            </li>
          ))}
        </ol>
      </details>
    </li>
  )
}

/**
 * Returns the bar of an event on the timeline, from its earliest possible start to its latest possible end. If the
 * event is ongoing, the bar extends to the end of the time range.
 */
const barOf = ({ id, startedBetween, endedBetween, severity }: DetectedNetworkEvent, [, to]: EventTimeStripWindow) => ({
  key: id,
  span: [Date.parse(startedBetween[0]), endedBetween ? Date.parse(endedBetween[1]) : to] as const,
  fill: getSeverityFill(severity),
})

/** Legend of the severities in the bars, the worst first. */
function Legend({ events }: { events: readonly DetectedNetworkEvent[] }) {
  return (
    <span className="flex flex-wrap gap-x-3 text-xs text-ink-2 max-sm:hidden">
      {severities
        .filter((severity) => events.some((event) => event.severity === severity))
        .map((severity) => (
          <SeverityLegendEntry key={severity} severity={severity} />
        ))}
    </span>
  )
}
