'use client'

import { useState } from 'react'
import type { Overview } from '#lib/overview/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { Status } from '../ui/status.tsx'
import { Since } from '../ui/times/time.tsx'
import { problemStatus } from './problem-words.ts'

type Problem = Overview['worstFirst'][number]

/** Problems shown before "Show more". */
const SHOWN = 6

/** Active problems, worst first; with none, why nothing is known yet. */
export function ProblemList({ problems }: { problems: Problem[] }) {
  if (problems.length > 0) return <ProblemItems problems={problems} />
  return (
    <Empty title="Nothing is polled yet">
      Peerwatch discovers gateways and circuits in the subscriptions that it can read. If this persists, check{' '}
      <PageLink href="/sources" className="link">
        Sources
      </PageLink>{' '}
      for errors from Azure, and{' '}
      <PageLink href="/setup" className="link">
        Setup
      </PageLink>{' '}
      for what is missing.
    </Empty>
  )
}

function ProblemItems({ problems }: { problems: Problem[] }) {
  const [all, setAll] = useState(false)
  const more = problems.length - SHOWN
  return (
    <>
      <ol className="entries">
        {(all ? problems : problems.slice(0, SHOWN)).map((problem) => (
          <ProblemItem key={`${problem.type}/${problem.id}/${problem.name}/${problem.incidentId}`} problem={problem} />
        ))}
      </ol>
      {more > 0 && (
        <Button variant="quiet" onClick={() => setAll(!all)} className="h-9 w-full rounded-t-none border-t">
          {all ? `Show the worst ${SHOWN}` : `Show ${more} more`}
        </Button>
      )}
    </>
  )
}

function ProblemItem({ problem }: { problem: Problem }) {
  return (
    <li>
      <PageLink href={problem.href} className="flex px-3.5 py-2.5 -outline-offset-2 hover:bg-hover">
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <Status {...problemStatus(problem)} />
            <span className="min-w-0 font-medium break-words">{problem.name}</span>
            {problem.type !== 'incident' && <span className="text-xs text-ink-3">{problem.type}</span>}
            {problem.since && (
              <span className="text-xs text-ink-2 sm:ml-auto">
                <Since bounds={problem.since} until={problem.unconfirmedSince} />
              </span>
            )}
          </span>
          <span className="block break-words text-ink-2">{problem.reason}</span>
        </span>
      </PageLink>
    </li>
  )
}
