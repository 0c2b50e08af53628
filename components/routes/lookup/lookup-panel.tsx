'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { canonicalAddress } from '#lib/bgp/index.ts'
import type { RouteLookup } from '#lib/routes/api/index.ts'
import { useRouteLookup } from '../../data/index.ts'
import { AnswerView } from '../../ui/answer-view.tsx'
import type { TimeRange } from '../../time/range.ts'
import { useAsOf } from '../../links/range-search.tsx'
import { AzCommands } from '../../ui/facts/az-command.tsx'
import { LookupAnswer } from './lookup-answer.tsx'
import { LookupField } from './lookup-field.tsx'
import { LookupOverTime } from './lookup-over-time.tsx'
import { LookupStart } from './lookup-start.tsx'
import { RankList } from './rank-list.tsx'
import { ScopeFilter } from '../scope-filter.tsx'

/** What an address took at a moment and what happened there: the answer leads, then the route, the time around it, and the ranking. */
export function LookupPanel({ range }: { range: TimeRange }) {
  const at = useAsOf()
  const [{ ip, scope }, setAddress] = useQueryStates(
    { ip: parseAsString, scope: parseAsString, view: parseAsString },
    { history: 'push' },
  )
  const address = canonicalAddress(ip ?? '')
  const lookup = useRouteLookup({ ip: address ?? '', scope }, address !== null)
  const onChange = (value: string | null) => void setAddress({ ip: value, view: 'lookup' })
  if (address === null) return <LookupStart ip={ip} onChange={onChange} />
  return (
    <>
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <LookupField ip={ip} onChange={onChange} className="w-full sm:w-96" />
        <ScopeFilter />
      </div>
      <section data-panel className="relative min-w-0 rounded-lg border bg-surface">
        <AnswerView query={lookup} skeleton={<LookupSkeleton />}>
          {({ data, uncovered, uncoveredOmitted }) => (
            <>
              <LookupAnswer lookup={data} at={at} uncovered={uncovered} omitted={uncoveredOmitted} />
              <LookupOverTime lookup={data} at={at} range={range} />
              {data.candidates.length > 0 && <RankList lookup={data} at={at === null ? null : data.at} />}
              <AzCommands commands={commandsOf(data)} />
            </>
          )}
        </AnswerView>
      </section>
    </>
  )
}

/** One command for each table. */
function commandsOf({ candidates }: RouteLookup) {
  const commands = new Map(
    candidates
      .filter(({ table }) => table !== 'system')
      .map(({ scopeName, table, path, azCommand }) => [
        azCommand,
        table === 'tables'
          ? [scopeName, path && `${path} path`].filter(Boolean).join(', ')
          : `Routes that ${scopeName} learned`,
      ]),
  )
  return [...commands].map(([command, what]) => ({ command, what }))
}

function LookupSkeleton() {
  return (
    <div className="min-h-[50rem] p-4">
      <span className="skeleton block h-9 w-4/5" />
      <span className="skeleton mt-2 block h-6 w-1/2" />
      <span className="skeleton mt-2 block h-5 w-1/3" />
      <span className="skeleton mt-8 block h-60" />
      <span className="skeleton mt-6 block h-72" />
    </div>
  )
}
