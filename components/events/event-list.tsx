'use client'

import type { Event } from '#lib/incidents/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Glyph } from '../ui/drawing/glyph.tsx'
import { Age } from '../ui/times/time.tsx'
import { EventDuration } from './event-duration.tsx'
import { eventStatus, eventSubjectWords } from './event-words.ts'
import { PartWords } from './part-words.tsx'

/** Events in brief, newest first. */
export function EventList({ events }: { events: Event[] }) {
  if (events.length === 0)
    return <Empty title="No events yet">Session changes appear here when they are recorded.</Empty>
  return (
    <ol className="divide-y">
      {events.map((event) => (
        <EventItem key={event.id} event={event} />
      ))}
    </ol>
  )
}

function EventItem({ event }: { event: Event }) {
  const { tone, word } = eventStatus(event)
  return (
    <li>
      <PageLink
        href={
          event.incidentId
            ? `/incidents/${event.incidentId}#${event.id}`
            : `/events?scope=${encodeURIComponent(event.scope)}#${event.id}`
        }
        className="flex gap-x-3 px-3.5 py-2 -outline-offset-2 hover:bg-hover"
      >
        <Glyph tone={tone} className="mt-1 size-2.5" />
        <span className="flex min-w-0 flex-1 flex-wrap gap-x-3">
          <span className="w-28 shrink-0 text-xs leading-5 text-ink-3">
            <Age at={event.detectedAt} />
          </span>
          <span className="flex min-w-0 grow flex-wrap items-baseline gap-x-2 max-sm:basis-full">
            <span className="text-xs font-semibold tracking-wide">{word}</span>
            <span className="min-w-0 break-words">{event.scopeName}</span>
            <PartWords words={eventSubjectWords(event)} className="text-ink-3" />
          </span>
          <EventDuration event={event} inLine />
        </span>
      </PageLink>
    </li>
  )
}
