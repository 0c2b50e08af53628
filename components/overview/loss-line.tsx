import type { Overview } from '#lib/overview/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { whatIfHref } from '../links/what-if-href.ts'
import { Moment } from '../ui/time.tsx'
import { losing, strands } from './loss-words.ts'
import { More } from './more.tsx'

/** What the worst single losses would strand; each leads to its what-if. */
export function LossLine({ worst }: { worst: NonNullable<Overview['worstLosses']> }) {
  return (
    <section
      aria-label="Worst single loss"
      className="flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-lg border bg-surface px-3.5 py-2.5 text-sm"
    >
      <p className="min-w-0 flex-1 basis-64 text-ink-2">
        {worst.cases.length === 0 && 'No single loss strands a prefix'}
        {worst.cases.map((one, n) => (
          <span key={one.term}>
            {n > 0 && '. '}
            <PageLink href={whatIfHref({ lose: [one.term], change: [], at: null })} className="link font-medium">
              {losing(one)}
            </PageLink>{' '}
            {strands(one)}
          </span>
        ))}
        , as of <Moment at={worst.at} />.
      </p>
      <span className="ml-auto">
        <More href="/resilience?tab=what-if">All losses</More>
      </span>
    </section>
  )
}
