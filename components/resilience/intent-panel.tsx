import { formatSiteName } from '#lib/contract/words/site-states.ts'
import type { RoutingIntent, RoutingIntents, PinIntentsBody } from '#lib/resilience/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { type ApiResponse, buildApiUrl, sendJson, useEndpointQuery, useCommand } from '../data/index.ts'
import { EmptyResourceList } from '../resource-page/page-parts.tsx'
import { useResourceNameLookup } from '../time/data-gaps.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel, formatStatusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import {
  formatCarryingCircuits,
  formatDeclaredPolicy,
  formatIntentCount,
  intentStatuses,
  filterPinnableIntents,
  formatIntentPrefixes,
  formatReturnDifference,
  formatReturnPath,
} from './intent-text.ts'

/**
 * Compares the current routing with the declared policy (intent). For each group of prefixes, it shows the circuits
 * that carry the traffic and the circuits that should carry it. With one click, the user can declare the current
 * routing as the policy.
 */
export function IntentPanel() {
  const query = useEndpointQuery('resilience/intents')
  const nameOf = useResourceNameLookup()
  const pin = useCommand(
    (body: PinIntentsBody) =>
      sendJson<ApiResponse<RoutingIntents>>('POST', buildApiUrl('resilience/intents/pin'), body),
    [['declarations']],
  )
  const pinAll = (intents: readonly RoutingIntent[]) => pin.mutate({ ids: intents.map(({ id }) => id) })
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={8} height="3.25rem" />}>
      {({ data, asOf, freshness }) => {
        const all = filterPinnableIntents(data.intents)
        return (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <DisableControlsWithoutRight right="declare">
              <div className="flex flex-wrap items-center gap-3 text-sm print:hidden">
                <Button disabled={pin.isPending || all.length === 0} onClick={() => pinAll(all)}>
                  Save today’s routing
                </Button>
                <p className="min-w-0 flex-1 text-ink-2 max-sm:basis-full">
                  {all.length === 0
                    ? 'Every prefix has a policy.'
                    : `${count(all)} can be saved: the circuit that carries each now, and the one that would next, become its policy, and what deviates is reported.`}
                </p>
              </div>
              {pin.error && (
                <p role="alert" className="text-sm text-down">
                  Nothing was saved: {pin.error.message}
                </p>
              )}
            </DisableControlsWithoutRight>
            <Panel isOfNow title={formatIntentCount(data.counts)} answer={{ asOf, freshness }} flush>
              <DataTable
                name="intents"
                caption="Prefixes by what carries them"
                columns={columnsWith(nameOf, (intent) => pinAll([intent]), {
                  isPinning: pin.isPending,
                  hasReturns: data.intents.some(({ towardsAzure }) => towardsAzure !== null),
                })}
                rows={data.intents}
                rowKey={({ id }) => id}
                rowTone={({ state }) => intentStatuses[state].tone}
                defaultSort={{ id: 'state', desc: false }}
                empty={<EmptyResourceList title="Nothing to compare">No circuit carries a prefix.</EmptyResourceList>}
              />
            </Panel>
          </div>
        )
      }}
    </QueryStateView>
  )
}

function count(intents: readonly RoutingIntent[]): string {
  const prefixes = intents.reduce((sum, own) => sum + own.prefixes.length, 0)
  return prefixes === 1 ? '1 prefix' : `${prefixes} prefixes`
}

const states = Object.keys(intentStatuses)

/** Returns the column with the paths towards Azure. The table shows it only if a router reports such paths. */
const returnColumn = (nameOf: (id: string) => string): DataTableColumn<RoutingIntent> => ({
  id: 'return',
  header: 'Towards Azure',
  value: ({ towardsAzure }) => towardsAzure && formatReturnPath(towardsAzure, nameOf),
  cell: (intent) =>
    intent.towardsAzure ? (
      <span className="flex flex-col gap-0.5 text-xs">
        {intent.towardsAzure.agrees === false && (
          <StateLabel tone="degraded" word="DIFFERS" detail={formatReturnDifference(intent)} />
        )}
        <span className="text-ink-2">{formatReturnPath(intent.towardsAzure, nameOf)}</span>
      </span>
    ) : (
      <span className="hatch rounded-xs px-1" title="No router reports every path to any of Azure’s prefixes">
        not reported
      </span>
    ),
})

const columnsWith = (
  nameOf: (id: string) => string,
  pin: (intent: RoutingIntent) => void,
  { isPinning, hasReturns }: { isPinning: boolean; hasReturns: boolean },
): DataTableColumn<RoutingIntent>[] => [
  {
    id: 'prefixes',
    phone: 'name',
    header: 'Prefixes',
    value: ({ prefixes, hubTable }) => [...prefixes, hubTable?.name ?? ''].join(' '),
    cell: ({ prefixes, hubTable }) => (
      <span className="block max-w-[44ch] text-xs break-words" title={prefixes.join(', ')}>
        <span className="font-mono">{formatIntentPrefixes(prefixes)}</span>
        {hubTable && <span className="block text-ink-2">in {hubTable.name}</span>}
      </span>
    ),
  },
  { id: 'site', header: 'Site', value: ({ site }) => site && formatSiteName(site), className: 'whitespace-nowrap' },
  {
    id: 'state',
    phone: 'state',
    header: 'State',
    value: ({ state }) => formatStatusText(intentStatuses[state]),
    compare: (a, b) => states.indexOf(a.state) - states.indexOf(b.state),
    cell: ({ state }) => <StateLabel {...intentStatuses[state]} className="whitespace-nowrap" />,
  },
  {
    id: 'primary',
    phone: 'fact',
    labelled: true,
    header: 'Primary',
    value: ({ primary }) => formatCarryingCircuits(primary, nameOf),
    // The table caches the value of a cell, but names of circuits may be loaded later. The cell therefore computes its
    // text again in each rendering.
    cell: ({ primary }) => formatCarryingCircuits(primary, nameOf),
  },
  {
    id: 'backup',
    phone: 'fact',
    labelled: true,
    header: 'Backup',
    value: ({ backup }) => (backup ? formatCarryingCircuits(backup, nameOf) : null),
    cell: ({ backup }) =>
      backup ? formatCarryingCircuits(backup, nameOf) : <span className="hatch rounded-xs px-1">not known</span>,
  },
  {
    id: 'declared',
    header: 'Policy',
    value: (intent) => formatDeclaredPolicy(intent, nameOf),
    className: 'text-ink-2',
  },
  ...(hasReturns ? [returnColumn(nameOf)] : []),
  {
    id: 'pin',
    phone: 'below',
    header: 'Save',
    value: ({ pin: wanted, unpinnable }) => unpinnable ?? (wanted ? 'can be saved' : 'declared'),
    cell: (intent) =>
      intent.pin ? (
        <DisableControlsWithoutRight right="declare" isSmall>
          <Button
            disabled={isPinning}
            onClick={() => pin(intent)}
            aria-label={`Save ${formatIntentPrefixes(intent.prefixes)}`}
          >
            Save
          </Button>
        </DisableControlsWithoutRight>
      ) : (
        <span className="block max-w-[24ch] text-xs text-ink-2">{intent.unpinnable ?? 'declared'}</span>
      ),
  },
]
