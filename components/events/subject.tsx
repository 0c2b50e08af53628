import { parseSession } from '#lib/contract/vocabulary.ts'
import type { Event } from '#lib/incidents/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { sessionHref } from '../format/session-address.ts'
import { eventSubjectWords } from './event-words.ts'
import { PartWords } from './part-words.tsx'

/** An event's subject; a session links to its page. */
export function Subject({ of: event }: { of: Pick<Event, 'scope' | 'kind' | 'subject' | 'evidence'> }) {
  const ends = parseSession(event.subject)
  if (!ends) return <PartWords words={eventSubjectWords(event)} className="text-ink-2" />
  return (
    <PageLink href={sessionHref({ scope: event.scope, ...ends })} className="link font-mono text-xs text-ink-2">
      {eventSubjectWords(event)}
    </PageLink>
  )
}
