'use client'

import type { Event } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useNow } from '../ui/clock.tsx'
import { BoundsBar } from '../ui/bounds-bar.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Glyph } from '../ui/glyph.tsx'
import { Age, Since } from '../ui/time.tsx'
import { durationWords, eventStatus, goesOn, eventSubjectWords } from './event-words.ts'

/** Events in brief, newest first. */
export function EventList({ events }: { events: Event[] }) {
  if (events.length === 0)
    return <Empty title="No events yet">Session changes appear here when they are recorded.</Empty>
  return (
    <ol className="entries">
      {events.map((event) => (
        <EventItem key={event.id} event={event} />
      ))}
    </ol>
  )
}

function EventItem({ event }: { event: Event }) {
  const now = useNow()
  const { tone, word } = eventStatus(event)
  const open = goesOn(event)
  return (
    <li>
      <PageLink
        href={
          event.incidentId
            ? `/incidents/${event.incidentId}#${event.id}`
            : `/events?scope=${encodeURIComponent(event.scope)}#${event.id}`
        }
        className="flex gap-3 px-3.5 py-2 -outline-offset-2 hover:bg-hover"
      >
        <Glyph tone={tone} className="mt-1 size-2.5" />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="text-xs font-semibold tracking-wide">{word}</span>
            <span className="min-w-0 break-words">{event.scopeName}</span>
            <span className="font-mono text-xs text-ink-3">{eventSubjectWords(event)}</span>
          </span>
          {event.duration && <span className="block text-xs text-ink-2">lasted {durationWords(event.duration)}</span>}
          {open && (
            <span className="block text-xs text-ink-2">
              <Since bounds={event.startedBetween} prefix="for " />
            </span>
          )}
        </span>
        <span className="flex shrink-0 flex-col items-end gap-1.5 text-xs text-ink-3">
          <Age at={event.detectedAt} />
          {(open || event.duration) && (
            <BoundsBar
              start={[Date.parse(event.startedBetween[0]), Date.parse(event.startedBetween[1])]}
              end={event.endedBetween ? [Date.parse(event.endedBetween[0]), Date.parse(event.endedBetween[1])] : null}
              now={now}
            />
          )}
        </span>
      </PageLink>
    </li>
  )
}
