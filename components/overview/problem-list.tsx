'use client'

import type { Overview } from '#lib/overview/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Status } from '../ui/status.tsx'
import { Since } from '../ui/times/time.tsx'
import { More } from './more.tsx'
import { problemStatus } from './problem-words.ts'

/** Problems that are named; the others are counted. */
const SHOWN = 3

/** Problems that no incident is about, one line each. */
export function ProblemItems({ problems }: { problems: Overview['worstFirst'] }) {
  if (problems.length === 0) return null
  return (
    <ul aria-label="Problems without an incident">
      {problems.slice(0, SHOWN).map((problem) => (
        <li key={`${problem.type}/${problem.id}/${problem.name}`} className="border-b last:border-b-0">
          <PageLink
            href={problem.href}
            className="flex min-h-14 items-center gap-x-2.5 px-4 py-2 -outline-offset-2 hover:bg-hover max-sm:flex-wrap"
          >
            <Status {...problemStatus(problem)} className="shrink-0" />
            <span className="font-semibold">{problem.name}</span>
            <span title={problem.reason} className="min-w-0 flex-1 truncate text-xs text-ink-2 max-sm:basis-full">
              {problem.reason}
            </span>
            {problem.since && (
              <span className="text-xs whitespace-nowrap text-ink-2">
                <Since bounds={problem.since} until={problem.unconfirmedSince} brief />
              </span>
            )}
          </PageLink>
        </li>
      ))}
      {problems.length > SHOWN && (
        <li className="px-4 py-1.5">
          <More href="/resilience">{problems.length - SHOWN} further problems</More>
        </li>
      )}
    </ul>
  )
}
