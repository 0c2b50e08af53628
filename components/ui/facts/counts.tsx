import { clsx } from 'clsx'
import { PageLink } from '../../links/page-link.tsx'
import { formatCount } from '../../format/quantity.ts'
import { Status, type StatusWords } from '../status.tsx'
import { toneFill } from '../drawing/tone-fill.ts'

export interface Count extends StatusWords {
  count: number
}

/** Counts by state, worst first, as text and as a bar. */
export function CountTile({
  name,
  href,
  counts,
  note,
}: {
  name: string
  href: string
  counts: Count[]
  note?: string | null
}) {
  const shown = counts.filter(({ count }) => count > 0)
  const total = shown.reduce((sum, { count }) => sum + count, 0)
  return (
    <PageLink
      href={href}
      className="group flex min-w-0 flex-col rounded-lg border bg-surface px-3.5 py-3 hover:border-line-strong"
    >
      <span className="flex items-baseline gap-2">
        <span className="text-xl font-semibold tracking-tight">{formatCount(total)}</span>
        <span className="text-sm text-ink-2">{name}</span>
      </span>
      <span aria-hidden className="mt-2 flex h-1.5 gap-px overflow-hidden rounded-full">
        {total === 0 && <span className="flex-1 bg-sunken" />}
        {shown.map(({ word, tone, count }) => (
          <span key={word} className={clsx('min-w-1', toneFill[tone])} style={{ flexGrow: count }} />
        ))}
      </span>
      {/* room for a second state */}
      <span className="mt-2.5 flex min-h-9 flex-col gap-1 text-xs">
        {shown.map(({ count, ...words }) => (
          <span key={words.word} className="flex items-center justify-between gap-2">
            <Status {...words} />
            <span>{formatCount(count)}</span>
          </span>
        ))}
        {note && <span className="text-ink-3">{note}</span>}
      </span>
    </PageLink>
  )
}
