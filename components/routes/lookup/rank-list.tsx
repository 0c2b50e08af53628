'use client'

import { rankLines } from '#lib/routes/words/lookup-words.ts'
import type { RouteLookup } from '#lib/routes/api/index.ts'
import { useScopeNames } from '../../time/data-gaps.tsx'
import { RuleSource } from '../../ui/facts/azure-rule.tsx'
import { LookupCandidates } from './lookup-candidates.tsx'

/** The routes that cover an address, a line for each rank; all of them one by one on demand. */
export function RankList({ lookup, at }: { lookup: RouteLookup; at: string | null }) {
  const circuit = useScopeNames()
  const lines = rankLines(lookup.candidates, { circuit })
  return (
    <section aria-label="Ranking" className="border-t">
      <h3 className="flex flex-wrap items-baseline gap-x-3 px-3.5 pt-3 text-sm font-semibold">
        Routes that cover it
        <span className="text-xs font-normal text-ink-3">
          by Azure’s order of preference. <RuleSource rule="route_selection" />
        </span>
      </h3>
      <ol className="px-3.5 py-2">
        {lines.map(({ rank, prefixes, via, asPaths, reason, known, count }) => (
          <li
            key={rank}
            className="grid min-h-9 items-center gap-x-4 border-b py-1.5 last:border-b-0 sm:grid-cols-[4.5rem_9rem_minmax(0,1.1fr)_minmax(0,1fr)_minmax(0,1.2fr)]"
          >
            <span className="flex items-center gap-2">
              <span className="font-mono">{rank}</span>
              {rank === 1 && <span className="rounded-xs bg-ink px-1 text-xs font-semibold text-canvas">IN USE</span>}
            </span>
            <span className="font-mono">{prefixes.join(', ')}</span>
            <span className="font-medium">
              {via}
              {known === 'indeterminate' && (
                <span className="hatch ml-2 rounded-xs px-1 text-xs font-semibold">UNCERTAIN</span>
              )}
            </span>
            <span className="text-ink-2">
              {asPaths.length > 0 && (
                <>
                  AS path <span className="font-mono">{asPaths.join(' or ')}</span>
                </>
              )}
              {count > 1 && <span className="text-ink-3"> · {count} routes</span>}
            </span>
            <span className="text-xs text-ink-3">{reason}</span>
          </li>
        ))}
      </ol>
      <details className="border-t">
        <summary className="w-fit cursor-pointer px-3.5 py-2 text-ink-2">
          All {lookup.candidates.length} routes, one by one
        </summary>
        <LookupCandidates lookup={lookup} at={at} />
      </details>
    </section>
  )
}
