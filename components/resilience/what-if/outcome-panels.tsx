import { formatSiteName } from '#lib/contract/words/site-states.ts'
import type { WhatIfResult, WhatIfLoad, WhatIfRow, WhatIfLimit } from '#lib/resilience/api/index.ts'
import {
  formatBandwidth,
  formatBitRate,
  formatCountWithSeparators,
  formatFractionAsPercent,
  formatCountWithPlural,
} from '../../format/quantity.ts'
import { useResourceNameLookup } from '../../time/data-gaps.tsx'
import { EmptyNote } from '../../ui/answer-view.tsx'
import { CollapsiblePanel } from '../../ui/fold-panel.tsx'
import { PercentBar } from '../../ui/facts/share-bar.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StateLabel } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { HubTablesPanel } from './hub-tables-panel.tsx'
import { formatWhatIfBasis, formatPathEvidence, isBasisShown } from './basis-text.ts'
import {
  loadMethodLabels,
  whatIfOutcomeMeanings,
  whatIfOutcomeStatuses,
  formatWhatIfPaths,
  worstWhatIfFirst,
  formatLimitBounds,
  whatIfLimitNames,
  formatMoneyBounds,
} from './what-if-text.ts'
import { formatMoneyChange, formatMoney } from '../../cost/money-text.ts'
import { PageLink } from '../../links/page-link.tsx'

/**
 * Results of a what-if scenario or a plan: the outcome for each prefix, the load of the remaining paths, the use of
 * Azure's limits, the cost, and the assumptions.
 * @param covered true = all route tables were polled around the time of the scenario, so that the result is complete
 */
export function OutcomePanels({
  data,
  covered,
}: {
  data: Omit<WhatIfResult, 'lost' | 'changed' | 'move'>
  covered: boolean
}) {
  const nameOf = useResourceNameLookup()
  const unmapped = data.notModelled.find(({ id }) => id === 'unmapped')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {!covered && (
        <p className="text-sm">
          <span className="hatch rounded-xs px-1">Not every table was seen:</span> what it may hold is unknown.
        </p>
      )}
      {unmapped && (
        <p className="text-sm">
          <span className="hatch rounded-xs px-1">Not known:</span> {unmapped.text}
        </p>
      )}
      <Panel
        title="Prefixes that change"
        note={`${formatCountWithSeparators(data.counts.stays)} of ${formatCountWithSeparators(total(data))} stay, each counted in every table that has it`}
        flush
      >
        <DataTable
          name="outcomes"
          caption="Prefixes that change"
          columns={columnsWith(nameOf)}
          rows={data.prefixes}
          rowKey={({ side, scope, site, prefix }) => [side, scope, site, prefix].join(' ')}
          groupings={groupings}
          statusOf={({ outcome }) => whatIfOutcomeStatuses[outcome]}
          defaultSort={{ id: 'outcome', desc: false }}
          time={{ at: data.at }}
          empty={<EmptyNote title="Nothing changes">Every prefix keeps all of its paths.</EmptyNote>}
        />
      </Panel>
      <HubTablesPanel tables={data.hubTables} />
      {data.load.length > 0 && <LoadPanel load={data.load} nameOf={nameOf} />}
      <LimitsLeft limits={data.limits} />
      {data.cost && <MonthCost cost={data.cost} />}
      <CollapsiblePanel
        id="not-modelled"
        title="Not modelled"
        note={`${formatCountWithPlural(data.notModelled.length, 'assumption')}: where reality may differ`}
      >
        <ul className="grid list-disc gap-1 pl-4 text-sm text-ink-2">
          {data.notModelled.map(({ id, text }) => (
            <li key={id}>{text}</li>
          ))}
        </ul>
      </CollapsiblePanel>
    </div>
  )
}

const total = ({ counts }: Pick<WhatIfResult, 'counts'>) => Object.values(counts).reduce((sum, count) => sum + count, 0)

const siteOf = ({ site }: WhatIfRow) => site && formatSiteName(site)
const groupings = [{ id: 'site', name: 'site', of: siteOf }]

const columnsWith = (nameOf: (id: string) => string): DataTableColumn<WhatIfRow>[] => [
  {
    id: 'outcome',
    header: 'Outcome',
    value: ({ outcome }) => outcome,
    compare: (a, b) => worstWhatIfFirst.indexOf(a.outcome) - worstWhatIfFirst.indexOf(b.outcome),
    cell: ({ outcome, reduced }) => (
      <span title={whatIfOutcomeMeanings[outcome]}>
        <StateLabel {...(reduced ? { tone: 'degraded' as const, word: 'REDUCED' } : whatIfOutcomeStatuses[outcome])} />
      </span>
    ),
  },
  { id: 'prefix', header: 'Prefix', value: ({ prefix }) => prefix, className: 'font-mono whitespace-nowrap' },
  {
    id: 'where',
    header: 'Seen from',
    value: ({ side, scopeName, site }) =>
      side === 'onprem' ? `${site === null ? 'on-premises' : formatSiteName(site)} to ${scopeName}` : scopeName,
  },
  { id: 'site', header: 'Site', value: siteOf, className: 'sm:whitespace-nowrap' },
  {
    id: 'before',
    header: 'Before',
    value: ({ before }) => formatWhatIfPaths(before, nameOf),
    cell: ({ before, basis }) => (
      <span className="flex flex-col">
        {formatWhatIfPaths(before, nameOf)}
        {basis && isBasisShown(basis) && (
          <span className="text-xs text-ink-3" title={formatPathEvidence(basis, nameOf)}>
            {formatWhatIfBasis(basis)}
          </span>
        )}
      </span>
    ),
    className: 'text-ink-2',
  },
  {
    id: 'after',
    header: 'After',
    value: ({ after, outcome }) => (outcome === 'unknown' ? 'unknown' : formatWhatIfPaths(after, nameOf) || 'none'),
  },
  { id: 'match', header: 'By', value: ({ matchAfter }) => matchAfter, className: 'font-mono whitespace-nowrap' },
]

function LoadPanel({ load, nameOf }: { load: readonly WhatIfLoad[]; nameOf: (id: string) => string }) {
  return (
    <Panel title="Load of what stays" note="p95 of 30 days, of one path">
      <ul className="grid grid-cols-1 gap-x-8 gap-y-3 sm:grid-cols-2">
        {load.map((one) => (
          <li key={`${one.circuitId} ${one.peering} ${one.path} ${one.direction}`} className="min-w-0">
            <div className="flex flex-wrap items-baseline gap-x-2">
              <span className="text-sm">
                {nameOf(one.circuitId)} {one.path}
              </span>
              <span className="text-xs text-ink-3">
                {one.direction === 'in' ? 'to Azure' : 'from Azure (billable)'}
              </span>
              <span className="ml-auto font-mono text-sm">{loadText(one)}</span>
            </div>
            <PercentBar share={one.share} className="mt-1" />
            <p className="mt-0.5 text-xs text-ink-3">
              {one.share === null || one.bandwidthMbps === null
                ? loadMethodLabels[one.method]
                : `${formatFractionAsPercent(one.share)} of one path of ${formatBandwidth(one.bandwidthMbps)}; ${loadMethodLabels[one.method]}`}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function loadText({ p95BitsPerSecond }: WhatIfLoad): string {
  if (p95BitsPerSecond === null) return 'unknown'
  const { atLeast, atMost } = p95BitsPerSecond
  if (formatBitRate(atLeast) === formatBitRate(atMost)) return formatBitRate(atMost)
  return `${formatBitRate(atLeast)} – ${formatBitRate(atMost)}`
}

/** Maximum number of limits that are shown; the limits with the largest used share come first. */
const SHOWN = 8

/**
 * Used share of Azure's limits for gateways, connections and peerings in the scenario. Path bandwidths are left out,
 * because the load panel shows them.
 */
function LimitsLeft({ limits }: { limits: readonly WhatIfLimit[] }) {
  const own = limits.filter(({ name }) => name !== 'path_bandwidth')
  if (own.length === 0) return null
  return (
    <Panel title="Limits of what stays" note="prefixes and throughput, the fullest first">
      <ul className="grid grid-cols-1 gap-x-8 gap-y-3 sm:grid-cols-2 xl:grid-cols-3 2xl:grid-cols-4">
        {own.slice(0, SHOWN).map((one) => (
          <li key={`${one.name} ${one.scopeName}`} className="min-w-0">
            <div className="flex flex-wrap items-baseline gap-x-2">
              <span className="text-sm">{one.scopeName}</span>
              <span className="ml-auto font-mono text-sm">
                {formatLimitBounds(one, one.name === 'gateway_throughput' ? formatBitRate : formatCountWithSeparators)}
              </span>
            </div>
            <PercentBar share={one.share} className="mt-1" />
            <p className="mt-0.5 text-xs text-ink-3">
              {whatIfLimitNames[one.name]}: {formatFractionAsPercent(one.share)} used
              {one.atMost > one.limit ? ', above the limit' : ''}.{' '}
              <a href={one.source} className="link" rel="noreferrer">
                Source
              </a>
            </p>
          </li>
        ))}
      </ul>
      {own.length > SHOWN && (
        <p className="mt-3 text-xs text-ink-3">
          {formatCountWithPlural(own.length - SHOWN, 'further limit is', 'further limits are')} used less.
        </p>
      )}
    </Panel>
  )
}

/** Table of the monthly cost of each circuit, currently and in the scenario. */
function MonthCost({ cost }: { cost: NonNullable<WhatIfResult['cost']> }) {
  const { circuits, differences } = cost
  return (
    <Panel
      title="A month's cost"
      note="forecast for a whole month; a failed circuit is still billed"
      aside={
        <span className="font-mono text-sm">
          {differences.length === 0
            ? 'not known'
            : differences.map((one) => formatMoneyBounds(one, formatMoneyChange)).join(', ')}
        </span>
      }
      flush
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Cost of a month by circuit">
        <table className="w-full text-left text-xs">
          <thead>
            <tr className="text-xs text-ink-3">
              <th className="px-3.5 py-2 font-medium">Circuit</th>
              <th className="px-2 py-2 text-right font-medium">Now</th>
              <th className="px-3.5 py-2 text-right font-medium">After</th>
            </tr>
          </thead>
          <tbody>
            {circuits.map(({ circuitId, circuitName, now, after, unknownBecause }) => (
              <tr key={circuitId} className="border-t align-baseline">
                <th scope="row" className="px-3.5 py-1.5 font-normal">
                  <PageLink href={`/cost?circuit=${encodeURIComponent(circuitId)}`} className="link">
                    {circuitName}
                  </PageLink>
                  {unknownBecause && <span className="block text-xs text-ink-3">{unknownBecause}</span>}
                </th>
                <td className="px-2 py-1.5 text-right font-mono whitespace-nowrap">
                  {now ? formatMoney(now) : <span className="hatch rounded-xs px-1">unknown</span>}
                </td>
                <td className="px-3.5 py-1.5 text-right font-mono whitespace-nowrap">
                  {after ? (
                    formatMoneyBounds(after, formatMoney)
                  ) : (
                    <span className="hatch rounded-xs px-1">unknown</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}
