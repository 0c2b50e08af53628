import { clsx } from 'clsx'
import type { Event } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { readEnds, sessionHref } from '../format/session-address.ts'
import { subjectWords } from './event-words.ts'

/** What an event is about; a session is a way to its page. */
export function Subject({
  of: { scope, subject },
  className,
}: {
  of: Pick<Event, 'scope' | 'subject'>
  className?: string
}) {
  const ends = readEnds(subject)
  const looks = clsx('font-mono text-xs text-ink-2', className)
  if (!ends) return <span className={looks}>{subjectWords(subject)}</span>
  return (
    <PageLink href={sessionHref({ scope, ...ends })} className={clsx('link', looks)}>
      {subjectWords(subject)}
    </PageLink>
  )
}
