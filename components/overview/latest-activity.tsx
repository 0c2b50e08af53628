import { eventKindRecords } from '#lib/contract/vocabulary.ts'
import { ConfigurationChangesPanel } from '../changes/changes-panel.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { EventLength } from '../events/event-duration.tsx'
import { buildEventHref, formatEventSubject, getEventStatus } from '../events/event-text.ts'
import { PageLink } from '../links/page-link.tsx'
import { formatRangeText } from '../time/time-range.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { EmptyNote, QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { TimeBoundsText } from '../ui/times/time.tsx'

/** Maximum numbers of events and of configuration changes. Both lists then have about the same height. */
const MAX_EVENTS = 10
const MAX_CHANGES = 4

/** Panels with the latest events and the latest configuration changes of all resources. */
export const LatestActivity = () => (
  <>
    <LatestEvents />
    <ConfigurationChangesPanel scopes={[null]} most={MAX_CHANGES} />
  </>
)

function LatestEvents() {
  const { range } = useTimeRange('24h')
  const zone = useZone()
  const now = useNowInSteps(60_000)
  const events = useEndpointQuery('events', { partOf: 'none', from: range.from, to: range.to, limit: MAX_EVENTS })
  return (
    <Panel
      title="Latest events"
      note={<span suppressHydrationWarning>{formatRangeText(range, zone, now)}</span>}
      flush
      aside={
        <PageLink href="/events" className="link text-xs text-ink-2">
          Event log
        </PageLink>
      }
    >
      <QueryStateView query={events} skeleton={<SkeletonRows rows={MAX_EVENTS} />}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyNote title="No events in this time range">The event log shows older events.</EmptyNote>
          ) : (
            <ol className="divide-y">
              {data.map((event) => {
                const part = event.subject === event.scopeName ? '' : formatEventSubject(event)
                return (
                  <li key={event.id}>
                    <PageLink
                      href={buildEventHref(event)}
                      className="flex min-h-9 items-center gap-x-2.5 px-3.5 py-1 -outline-offset-2 hover:bg-hover"
                    >
                      <StateSymbol tone={getEventStatus(event).tone} />
                      <span className="font-medium whitespace-nowrap">{eventKindRecords[event.kind].name}</span>
                      <span className="min-w-0 flex-1 truncate">
                        {event.scopeName} <span className="text-xs text-ink-2">{part}</span>
                      </span>
                      <EventLength event={event} prefix="for " />
                      <span className="text-right text-xs whitespace-nowrap tabular-nums">
                        <TimeBoundsText bounds={event.startedBetween} />
                      </span>
                    </PageLink>
                  </li>
                )
              })}
            </ol>
          )
        }
      </QueryStateView>
    </Panel>
  )
}
