'use client'

import type { Event } from '#lib/incidents/api/index.ts'
import { ChangesPanel } from '../changes/changes-panel.tsx'
import { changeScopes } from '../changes/change-scopes.ts'
import { useEndpoint } from '../data/index.ts'
import { EventDuration } from '../events/event-duration.tsx'
import { eventStatus, goesOn } from '../events/event-words.ts'
import { PageLink } from '../links/page-link.tsx'
import { edgesOf, rangeWords } from '../time/range.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Glyph } from '../ui/drawing/glyph.tsx'
import { toneFill } from '../ui/drawing/tone-fill.ts'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useNowInSteps } from '../ui/times/clock.tsx'
import { Between } from '../ui/times/time.tsx'
import { severityTone } from '../ui/words.ts'
import { historyGroups, type HistoryGroup } from './history-groups.ts'

/** Outages are rare: by default a month of them is shown. */
const USUAL = '30d'
const MOST_EVENTS = 200

/** What happened to a circuit, gateway or hub, and what was changed about it and its connections. */
export function HistoryTab({ resource }: { resource: Parameters<typeof changeScopes>[0] }) {
  return (
    <>
      <HistoryPanel scope={resource.id} />
      <ChangesPanel scopes={changeScopes(resource)} />
    </>
  )
}

/** What happened to a resource, what happened again in one row, with what belongs to each behind it. @param text of one session: its ends */
export function HistoryPanel({ scope, text }: { scope: string; text?: string }) {
  const { range } = useTimeRange(USUAL)
  const zone = useZone()
  const now = useNowInSteps(60_000)
  const events = useEndpoint('events', {
    scope,
    text: text ?? null,
    partOf: 'none',
    from: range.from,
    to: range.to,
    limit: MOST_EVENTS,
  })
  const query = new URLSearchParams({ scope, ...(text && { text }) })
  return (
    <Panel
      title="Events"
      note={<span suppressHydrationWarning>{rangeWords(range, zone, now)}</span>}
      flush
      aside={
        <PageLink href={`/events?${query}`} className="link text-xs text-ink-2">
          Event log
        </PageLink>
      }
    >
      <AnswerView query={events} skeleton={<SkeletonRows rows={6} />}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No events" />
          ) : (
            <ul className="divide-y">
              {historyGroups(data).map((group) => (
                <Group key={group.key} group={group} window={edgesOf(range, now)} />
              ))}
            </ul>
          )
        }
      </AnswerView>
    </Panel>
  )
}

type Window = readonly [from: number, to: number]

function Group({ group: { name, part, events }, window }: { group: HistoryGroup; window: Window }) {
  const [last] = events
  const { tone } = eventStatus(last)
  return (
    <li>
      <details className="group">
        <summary className="grid min-h-10 cursor-pointer grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2.5 px-3.5 py-1.5 -outline-offset-2 hover:bg-hover sm:grid-cols-[auto_minmax(0,1fr)_2rem_9rem_15rem]">
          <Glyph tone={tone} className="size-2.5" />
          <span className="min-w-0 wrap-anywhere">
            <span className="font-medium">{name}</span>
            {part && <span className="text-ink-2"> {part}</span>}
          </span>
          <span className="text-right text-xs font-semibold tabular-nums">
            {events.length > 1 && (
              <>
                {events.length}×<span className="sr-only"> in this time, the last </span>
              </>
            )}
          </span>
          <Occurrences events={events} window={window} />
          <span className="text-xs text-ink-2 max-sm:col-span-2 max-sm:col-start-2 sm:text-right">
            <Between bounds={last.startedBetween} />
          </span>
        </summary>
        <ol className="divide-y border-t bg-sunken">
          {events.map((event) => (
            <li key={event.id}>
              <PageLink
                href={
                  event.incidentId
                    ? `/incidents/${event.incidentId}#${event.id}`
                    : `/events?scope=${encodeURIComponent(event.scope)}#${event.id}`
                }
                className="flex min-h-8 flex-wrap items-center gap-x-4 py-1 pr-3.5 pl-8 text-xs -outline-offset-2 hover:bg-hover"
              >
                <Between bounds={event.startedBetween} />
                {goesOn(event) && <span className="font-semibold">goes on</span>}
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

/** When they began within the range: a mark for each. */
function Occurrences({ events, window: [from, to] }: { events: readonly Event[]; window: Window }) {
  return (
    <span aria-hidden className="relative block h-3.5 overflow-hidden rounded-xs bg-sunken max-sm:hidden">
      {events.map(({ id, startedBetween: [, began], severity }) => (
        <span
          key={id}
          className={`absolute inset-y-0 w-0.5 ${toneFill[severityTone[severity]]}`}
          style={{ left: `min(${(100 * (Date.parse(began) - from)) / (to - from)}%, 100% - 2px)` }}
        />
      ))}
    </span>
  )
}
