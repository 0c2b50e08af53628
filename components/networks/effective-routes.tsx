import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { NetworkInterface } from '#lib/networks/api/index.ts'
import type { ApiRouteTableEntry } from '#lib/contract/index.ts'
import { addPageSelectionToParameters, readAllPages, useEndpointQuery, usePageSelection } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { buildRoutesHref } from '../routes/route-views.ts'
import { compareByPrefix, buildSinceColumn } from '../routes/shared-columns.tsx'
import { type EffectiveRoute, getEffectiveRouteKey, mergeEffectiveRoutes } from './interface-rows.ts'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { PastDataGaps } from '../time/data-gaps.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'

/** Labels of route sources as in Azure's portal, by the value in ARM. Values without a label are shown unchanged. */
const sources: Readonly<Record<string, string>> = createSafeLookupTable({
  default: 'System',
  user: 'User-defined',
  virtualnetworkgateway: 'Gateway (BGP)',
})
const formatSource = (source: string | null): string =>
  source === null ? 'not stated' : (sources[source.toLowerCase()] ?? source)

const isActive = ({ state }: Pick<ApiRouteTableEntry, 'state'>) => state?.toLowerCase() === 'active'

const columns: DataTableColumn<EffectiveRoute>[] = [
  {
    id: 'prefix',
    header: 'Prefix',
    value: ({ prefix }) => prefix,
    compare: compareByPrefix,
    className: 'font-mono whitespace-nowrap',
  },
  { id: 'source', header: 'Source', value: ({ source }) => formatSource(source) },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => state,
    cell: (route) =>
      isActive(route) ? (
        <StateLabel tone="up" word="ACTIVE" />
      ) : (
        <StateLabel tone="off" word={(route.state ?? 'not stated').toUpperCase()} />
      ),
  },
  { id: 'type', header: 'Next hop type', value: ({ origin }) => origin },
  {
    id: 'nextHop',
    header: 'Next hops',
    value: ({ nextHops }) => nextHops.join(', ') || null,
    cell: ({ nextHops: [first, ...others] }) =>
      first ? (
        <span className="whitespace-nowrap" title={[first, ...others].join(', ')}>
          {first}
          {others.length > 0 && <span className="font-sans text-ink-3"> +{others.length} equal (ECMP)</span>}
        </span>
      ) : (
        missingValueDash
      ),
    className: 'font-mono',
  },
  {
    id: 'interfaces',
    header: 'Interfaces',
    priority: 2,
    value: ({ interfaces }) => interfaces.join(', '),
    cell: ({ interfaces: [first, ...others] }) => (others.length > 0 ? `${others.length + 1} interfaces` : first),
  },
  buildSinceColumn(),
]

/** Maximum number of routes that this panel loads; the routes page shows all routes. */
const MAX_LOADED_ROUTES = 1_000

/**
 * Panel with the effective routes of a network interface, or of all polled interfaces (`networkInterface` null), now or
 * at a past time.
 */
export function EffectiveRoutes({ networkInterface }: { networkInterface: NetworkInterface | null }) {
  const id = networkInterface?.id ?? null
  const title = `Effective routes of ${networkInterface?.name ?? 'all interfaces'}`
  const at = useSelectedPastMoment()
  const page = usePageSelection()
  const filter = { scope: id, table: 'effective' }
  const routes = useEndpointQuery('routes', { ...filter, limit: MAX_LOADED_ROUTES })
  return (
    <Panel
      title={title}
      note="Invalid = overridden by a preferred route"
      flush
      answer={routes.data}
      aside={
        <PageLink href={buildRoutesHref('diff', { scope: id, table: 'effective' })} className="link text-xs">
          Compare two moments
        </PageLink>
      }
    >
      <QueryStateView query={routes} skeleton={<SkeletonRows rows={8} />}>
        {({ data, nextCursor, ...answer }) => (
          <>
            {at !== null && <PastDataGaps answer={answer} />}
            <DataTable
              name="effective"
              caption={title}
              columns={columns}
              rows={mergeEffectiveRoutes(data)}
              rowKey={getEffectiveRouteKey}
              exportRows={async () =>
                mergeEffectiveRoutes(
                  await readAllPages<ApiRouteTableEntry>(
                    'routes',
                    addPageSelectionToParameters('routes', filter, page),
                  ),
                )
              }
              time={{ at, settled: answer.settled }}
              toolbar={
                nextCursor !== null && (
                  <PageLink href={buildRoutesHref('table', filter)} className="link text-xs">
                    The first {MAX_LOADED_ROUTES}; all of them on Routes
                  </PageLink>
                )
              }
              empty={<EmptyNote title="No routes">Azure gave none at that moment, or nobody read them.</EmptyNote>}
            />
          </>
        )}
      </QueryStateView>
    </Panel>
  )
}
