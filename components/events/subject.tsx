import { clsx } from 'clsx'
import { parseSession } from '#lib/contract/vocabulary.ts'
import type { Event } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { sessionHref } from '../format/session-address.ts'
import { subjectWords } from './event-words.ts'

/** An event's subject; a session links to its page. */
export function Subject({
  of: { scope, subject },
  className,
}: {
  of: Pick<Event, 'scope' | 'subject'>
  className?: string
}) {
  const ends = parseSession(subject)
  const style = clsx('font-mono text-xs text-ink-2', className)
  if (!ends) return <span className={style}>{subjectWords(subject)}</span>
  return (
    <PageLink href={sessionHref({ scope, ...ends })} className={clsx('link', style)}>
      {subjectWords(subject)}
    </PageLink>
  )
}
