'use client'

import { useState } from 'react'
import type { Overview } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { Glyph, type Tone } from '../ui/glyph.tsx'
import { Since } from '../ui/time.tsx'

type Concern = Overview['worstFirst'][number]

const toneOf: Record<Concern['severity'], Tone> = {
  down: 'down',
  degraded: 'degraded',
  unknown: 'unknown',
  ok: 'notice',
}
const wordOf: Record<Concern['severity'], string> = {
  down: 'DOWN',
  degraded: 'DEGRADED',
  unknown: 'UNKNOWN',
  ok: 'NOTE',
}
const inkOf: Record<Concern['severity'], string> = {
  down: 'text-down',
  degraded: 'text-degraded',
  unknown: 'text-ink-2',
  ok: 'text-ink-3',
}

/** So many fill whole rows; the rest is a press away. */
const SHOWN = 6

/** What deserves a look, the worst on top; when there is nothing, that is said with what it rests on. */
export function WorstFirst({ concerns, sources }: { concerns: Concern[]; sources: Overview['counts']['sources'] }) {
  if (concerns.length === 0) {
    const polled = Object.values(sources).reduce((sum, count) => sum + count, 0)
    if (polled === 0) {
      return (
        <Empty title="Nothing is polled yet">
          Peerwatch looks for gateways and circuits in the subscriptions that it may read. If this stays, look at{' '}
          <PageLink href="/sources" className="link">
            Sources
          </PageLink>{' '}
          for what Azure refused, and check <code className="font-mono text-xs">AZURE_SUBSCRIPTION_IDS</code>.
        </Empty>
      )
    }
    return (
      <Empty title="Nothing fails now">
        {(sources.fresh ?? 0) === polled
          ? `All ${polled} polls answered lately.`
          : `${sources.fresh ?? 0} of ${polled} polls answered lately.`}
      </Empty>
    )
  }
  return <Concerns concerns={concerns} />
}

function Concerns({ concerns }: { concerns: Concern[] }) {
  const [all, setAll] = useState(false)
  const more = concerns.length - SHOWN
  return (
    <>
      <ol className="entries">
        {(all ? concerns : concerns.slice(0, SHOWN)).map((concern) => (
          <ConcernItem key={`${concern.type}/${concern.id}/${concern.name}`} concern={concern} />
        ))}
      </ol>
      {more > 0 && (
        <Button look="quiet" onClick={() => setAll(!all)} className="h-9 w-full rounded-t-none border-t">
          {all ? `Show the worst ${SHOWN}` : `Show ${more} more`}
        </Button>
      )}
    </>
  )
}

function ConcernItem({ concern }: { concern: Concern }) {
  return (
    <li>
      <PageLink href={concern.href} className="flex gap-3 px-3.5 py-2.5 -outline-offset-2 hover:bg-hover">
        <Glyph tone={toneOf[concern.severity]} className="mt-1 size-3" />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className={`font-semibold tracking-wide ${inkOf[concern.severity]}`}>{wordOf[concern.severity]}</span>
            <span className="min-w-0 font-medium break-words">{concern.name}</span>
            <span className="text-xs text-ink-3">{concern.type}</span>
            {concern.since && (
              <span className="text-xs text-ink-2 sm:ml-auto">
                <Since bounds={concern.since} />
              </span>
            )}
          </span>
          <span className="block break-words text-ink-2">{concern.reason}</span>
        </span>
      </PageLink>
    </li>
  )
}
