import { clsx } from 'clsx'
import { parseAsString, useQueryStates } from 'nuqs'
import { Fragment, useState } from 'react'
import { canonicalizeAddress } from '#lib/bgp/index.ts'
import type { LookupCandidate, RouteLookup } from '#lib/routes/api/index.ts'
import { useRouteLookup } from '../../data/index.ts'
import { QueryStateView } from '../../ui/answer-view.tsx'
import type { TimeRange } from '../../time/time-range.ts'
import { useSelectedPastMoment } from '../../links/page-selection-provider.tsx'
import { AzCommands } from '../../ui/facts/az-command.tsx'
import { createZonedLookupTimeFormat, LookupAnswer } from './lookup-answer.tsx'
import { LookupField } from './lookup-field.tsx'
import { LookupOverTime } from './lookup-over-time.tsx'
import { RouteLookupStartView } from './lookup-start.tsx'
import { ResourceFilter } from '../scope-filter.tsx'
import {
  groupCandidatesByStart,
  createNextHopNames,
  formatHubFirewallsOnPath,
  formatRoutesOfNetworkInterfaces,
  formatPrivateEndpoint,
  listRankLines,
  formatLastKnownTime,
  formatUserRoute,
  pickDrawnLookup,
} from '#lib/routes/words/lookup-text.ts'
import { useResourceNameLookup } from '../../time/data-gaps.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { RuleSource } from '../../ui/facts/azure-rule.tsx'
import { LookupCandidates } from './lookup-candidates.tsx'
import { LookupPrintSheet } from './lookup-sheet.tsx'

/**
 * Shows the route lookup of an address at a time. From top to bottom: the result in words, the path as a picture, the
 * events around that time, and the ranking of all routes that cover the address.
 */
export function LookupPanel({ range }: { range: TimeRange }) {
  const at = useSelectedPastMoment()
  const [{ ip, scope }, setAddress] = useQueryStates(
    { ip: parseAsString, scope: parseAsString, view: parseAsString },
    { history: 'push' },
  )
  const address = canonicalizeAddress(ip ?? '')
  const lookup = useRouteLookup({ ip: address ?? '', scope }, address !== null)
  const onChange = (value: string | null) => void setAddress({ ip: value, view: 'lookup' })
  if (address === null) return <RouteLookupStartView ip={ip} onChange={onChange} />
  return (
    <>
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <LookupField ip={ip} onChange={onChange} className="w-full sm:w-96" />
        <ResourceFilter />
      </div>
      <section data-panel className="relative min-w-0 rounded-lg border bg-surface">
        <QueryStateView query={lookup} skeleton={<LookupSkeleton />}>
          {({ data, settled, uncovered, uncoveredOmitted, ...age }) => {
            const lead = (
              <LookupAnswer lookup={data} at={at} settled={settled} uncovered={uncovered} omitted={uncoveredOmitted} />
            )
            const { candidates } = pickDrawnLookup(data)
            const ranking = candidates.length > 0 && <RankList lookup={data} at={at === null ? null : data.at} />
            return (
              <>
                <LookupPrintSheet
                  lookup={data}
                  range={range}
                  answer={{ ...age, settled }}
                  lead={lead}
                  ranking={ranking}
                />
                <LookupOverTime lookup={data} at={at} range={range} lead={lead}>
                  {ranking}
                  <AzCommands commands={commandsOf(candidates)} />
                </LookupOverTime>
              </>
            )
          }}
        </QueryStateView>
      </section>
    </>
  )
}

/** Returns Azure CLI commands that read the route tables with a route to the address, one for each table. */
function commandsOf(candidates: readonly LookupCandidate[]) {
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

/**
 * Lists the routes that cover an address, with one line for each rank. If no route table has data, it lists the last
 * known routes with their time. The user can expand the list to see every route.
 */
function RankList({ lookup, at }: { lookup: RouteLookup; at: string | null }) {
  const circuit = useResourceNameLookup()
  const [isOpen, setOpen] = useState(false)
  const clock = createZonedLookupTimeFormat(Date.parse(lookup.at), useZone())
  const drawn = pickDrawnLookup(lookup)
  const lastKnown = drawn === lookup ? null : (lookup.lastKnown ?? null)
  const inUse = lastKnown ? 'WAS IN USE' : 'IN USE'
  const starts = groupCandidatesByStart(drawn.candidates)
  return (
    <section aria-label="Ranking" className="border-t">
      <h3 className="flex flex-wrap items-baseline gap-x-3 px-3.5 pt-3 text-sm font-semibold">
        {lastKnown ? 'Routes that covered it' : 'Routes that cover it'}
        <span className="text-xs font-normal text-ink-3">
          {lastKnown && `${formatLastKnownTime(lookup, lastKnown, clock)}, `}
          by Azure’s order of preference. <RuleSource rule="route_selection" />
        </span>
      </h3>
      {starts.map(({ start, candidates }) => (
        <Fragment key={candidates[0]?.start?.id}>
          {starts.length > 1 && (
            <h4 className="px-3.5 pt-2 text-xs text-ink-3">{start === null ? 'By circuits' : `From ${start}`}</h4>
          )}
          <ol className="px-3.5 py-2">
            {listRankLines(candidates, { circuit }).map(({ rank, prefixes, via, asPaths, reason, known, count }) => (
              <li
                key={rank}
                className={clsx(
                  'grid grid-cols-1 min-h-9 items-center gap-x-4 border-b py-1.5 last:border-b-0',
                  lastKnown
                    ? 'sm:grid-cols-[6.5rem_9rem_minmax(0,1.1fr)_minmax(0,1fr)_minmax(0,1.2fr)]'
                    : 'sm:grid-cols-[4.5rem_9rem_minmax(0,1.1fr)_minmax(0,1fr)_minmax(0,1.2fr)]',
                )}
              >
                <span className="flex items-center gap-2">
                  <span className="font-mono">{rank}</span>
                  {rank === 1 && (
                    <span className="rounded-xs bg-ink px-1 text-xs font-semibold whitespace-nowrap text-canvas">
                      {inUse}
                    </span>
                  )}
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
        </Fragment>
      ))}
      {[
        ...formatHubFirewallsOnPath(lookup),
        ...formatRoutesOfNetworkInterfaces(lookup, createNextHopNames(lookup, { circuit }), clock),
        formatUserRoute(lookup),
        ...formatPrivateEndpoint(lookup),
      ].map(
        (note) =>
          note && (
            <p key={note} className="max-w-3xl px-3.5 pb-2 text-xs text-ink-3">
              {note}
            </p>
          ),
      )}
      {/* the table is drawn when it is opened, so that the first drawing of the page stays short */}
      <details className="border-t in-data-sheet:hidden" onToggle={({ currentTarget: { open } }) => setOpen(open)}>
        <summary className="w-fit cursor-pointer px-3.5 py-2 text-ink-2">
          All {drawn.candidates.length} routes, one by one
        </summary>
        {isOpen && <LookupCandidates lookup={drawn} at={lastKnown?.at ?? at} inUse={inUse} />}
      </details>
    </section>
  )
}
