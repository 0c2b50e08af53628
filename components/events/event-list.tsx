'use client'

import type { Event } from '#lib/incidents/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Glyph } from '../ui/drawing/glyph.tsx'
import { Moment } from '../ui/times/time.tsx'
import { EventDuration } from './event-duration.tsx'
import { eventStatus, eventSubjectWords } from './event-words.ts'
import { PartWords } from './part-words.tsx'

/** Events in brief, newest first; those that another one of the list explains are folded under it. */
export function EventList({ events }: { events: Event[] }) {
  if (events.length === 0)
    return <Empty title="No events yet">Session changes appear here when they are recorded.</Empty>
  const isListed = ({ partOf }: Event) => events.some(({ id }) => id === partOf)
  // of one resource's page it is said once, by the page
  const isOfOne = events.every(({ scope }) => scope === events[0]?.scope)
  const itemsOf = (own: readonly Event[]) =>
    own.map((event) => {
      const parts = events.filter(({ partOf }) => partOf === event.id)
      return (
        <li key={event.id}>
          <EventItem event={event} isOfOne={isOfOne} />
          {parts.length > 0 && (
            <details className="ml-5 border-l">
              <summary className="px-3.5 py-1 text-xs text-ink-2">{parts.length} related</summary>
              <ol>{itemsOf(parts)}</ol>
            </details>
          )}
        </li>
      )
    })
  return <ol className="divide-y">{itemsOf(events.filter((event) => !isListed(event)))}</ol>
}

function EventItem({ event, isOfOne }: { event: Event; isOfOne: boolean }) {
  const { tone, word } = eventStatus(event)
  return (
    <PageLink
      href={
        event.incidentId
          ? `/incidents/${event.incidentId}#${event.id}`
          : `/events?scope=${encodeURIComponent(event.scope)}#${event.id}`
      }
      className="flex min-h-9 items-center gap-x-3 px-3.5 py-1.5 -outline-offset-2 hover:bg-hover"
    >
      <Glyph tone={tone} className="size-2.5" />
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
        <span className="w-36 shrink-0 text-xs text-ink-3 tabular-nums">
          <Moment at={event.detectedAt} zoned={false} />
        </span>
        <span className="flex min-w-0 grow flex-wrap items-baseline gap-x-2 max-sm:basis-full">
          <span className="text-xs font-semibold tracking-wide">{word}</span>
          {!isOfOne && <span className="min-w-0 break-words">{event.scopeName}</span>}
          {event.subject !== event.scopeName && <PartWords words={eventSubjectWords(event)} className="text-ink-3" />}
        </span>
        <EventDuration event={event} inLine />
      </span>
    </PageLink>
  )
}
