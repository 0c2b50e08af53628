import { computeAsPathLength, formatAsPath, isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import { OTHER_CUSTOMERS_PATH_LABEL } from '#lib/contract/customer.ts'
import type { LookupCandidate, RouteLookup } from '#lib/routes/api/index.ts'
import { createNextHopNames, transportLabels } from '#lib/routes/words/lookup-text.ts'
import { PageLink } from '../../links/page-link.tsx'
import { useResourceNameLookup } from '../../time/data-gaps.tsx'
import { AsPathText } from '../../ui/facts/as-path.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { missingValueDash } from '../../ui/table/missing-value-dash.tsx'
import { buildRouteTableHref } from '../table-href.ts'
import { buildRoutesHref } from '../route-views.ts'
import { compareByPrefix, buildSinceColumn, removeEmptyColumns } from '../shared-columns.tsx'

/**
 * Table of all routes that cover an address (candidates), each with the reason for its rank. The routes in use are
 * first.
 * @param at time of the routes, ISO 8601; null = now
 * @param inUse label of the routes in use; the last known routes were in use
 */
export function LookupCandidates({
  lookup,
  at,
  inUse,
}: {
  lookup: RouteLookup
  at: string | null
  inUse: 'IN USE' | 'WAS IN USE'
}) {
  const nameOf = useResourceNameLookup()
  return (
    <DataTable
      name="candidates"
      caption={`Routes that cover ${lookup.ip}`}
      exportTitle={`routes that cover ${lookup.ip}`}
      time={{ at }}
      columns={removeEmptyColumns(
        columnsFor(nameOf, createNextHopNames(lookup, { circuit: nameOf }), inUse),
        lookup.candidates,
        ['nextHop', 'weight'],
      )}
      rows={lookup.candidates}
      rowKey={(row) =>
        [
          row.scope,
          row.table,
          row.instance,
          row.path,
          row.peer,
          row.prefix,
          row.nextHop,
          formatAsPath(row),
          row.anotherCustomer ? row.rank : '',
        ].join('/')
      }
      defaultSort={byRank}
      empty={null}
    />
  )
}

/**
 * Returns the name of the transport of a route, for example ExpressRoute. A route to the address space of the virtual
 * network itself does not use a gateway, so that its name is `system route`.
 */
const carrierOf = ({ transport, origin, nextHop }: Pick<LookupCandidate, 'transport' | 'origin' | 'nextHop'>) =>
  isNetworkSpaceRoute({ origin, nextHop }) ? 'system route' : transportLabels[transport] || 'unknown'

/** Returns the part of a resource whose table contains the route: a path of a circuit, or an instance of a gateway. */
const placeOf = ({ table, path, instance }: Pick<LookupCandidate, 'table' | 'path' | 'instance'>) =>
  table === 'system' ? 'system route' : table === 'tables' ? path : instance

const byRank = { id: 'rank', desc: false }
const columnsFor = (
  nameOf: (id: string) => string,
  hopNameOf: (address: string) => string | null,
  inUse: string,
): DataTableColumn<LookupCandidate>[] => [
  {
    id: 'rank',
    header: 'Rank',
    phone: 'state',
    value: ({ rank }) => rank,
    cell: ({ rank, known }) => (
      <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
        <span className="font-mono">{rank}</span>
        {rank === 1 && <span className="rounded-xs bg-ink px-1 text-xs font-semibold text-canvas">{inUse}</span>}
        {known === 'indeterminate' && <span className="hatch rounded-xs px-1 text-xs font-semibold">UNCERTAIN</span>}
      </span>
    ),
  },
  {
    id: 'prefix',
    header: 'Prefix',
    phone: 'name',
    value: ({ prefix }) => prefix,
    compare: compareByPrefix,
    cell: ({ prefix, scope }) => (
      <PageLink href={buildRoutesHref('history', { prefix, scope })} className="link font-mono whitespace-nowrap">
        {prefix}
      </PageLink>
    ),
  },
  {
    id: 'where',
    header: 'Table',
    phone: 'fact',
    value: (row) => [row.scopeName, placeOf(row)].join(' '),
    cell: (row) => (
      <span className="whitespace-nowrap">
        <PageLink href={buildRouteTableHref(row)} className="link">
          {row.scopeName}
        </PageLink>{' '}
        <span className="font-mono text-ink-2">{placeOf(row)}</span>
      </span>
    ),
  },
  {
    id: 'nextHop',
    header: 'Next hop',
    value: ({ nextHop }) => nextHop,
    also: [{ header: 'Device', value: ({ nextHop }) => nextHop && hopNameOf(nextHop) }],
    cell: ({ nextHop }) => {
      const name = nextHop && hopNameOf(nextHop)
      return nextHop === null ? (
        missingValueDash
      ) : (
        <>
          <span className="font-mono">{nextHop}</span>
          {name && <span className="block text-xs whitespace-nowrap text-ink-3">{name}</span>}
        </>
      )
    },
  },
  {
    id: 'by',
    header: 'Via',
    value: ({ circuitId, path, anotherCustomer, ...row }) =>
      anotherCustomer
        ? OTHER_CUSTOMERS_PATH_LABEL
        : [carrierOf(row), circuitId && nameOf(circuitId), path].filter(Boolean).join(' '),
    cell: ({ circuitId, path, anotherCustomer, ...row }) =>
      anotherCustomer ? (
        <span className="hatch rounded-xs px-1">{OTHER_CUSTOMERS_PATH_LABEL}</span>
      ) : circuitId ? (
        <span className="whitespace-nowrap">
          <PageLink href={`/circuits/${circuitId}`} className="link">
            {nameOf(circuitId)}
          </PageLink>
          {path && <span className="text-ink-3"> {path}</span>}
        </span>
      ) : (
        <span className="text-ink-2">{carrierOf(row)}</span>
      ),
  },
  {
    id: 'asPath',
    header: 'AS path',
    value: formatAsPath,
    compare: (a, b) => computeAsPathLength(a) - computeAsPathLength(b),
    cell: (row) => (row.anotherCustomer ? missingValueDash : <AsPathText path={row} />),
  },
  {
    id: 'reason',
    header: 'Selection reason',
    phone: 'fact',
    value: ({ reason }) => reason,
    also: [{ header: 'Inferred', value: ({ inferred }) => (inferred ? 'yes' : 'no') }],
    cell: ({ reason, inferred }) => (
      <span className="block text-ink-2 sm:min-w-40">
        {reason}
        {inferred && <span className="text-ink-3"> (inferred, undocumented)</span>}
      </span>
    ),
  },
  {
    id: 'weight',
    header: 'Connection weight',
    align: 'right',
    value: ({ connectionWeight }) => connectionWeight,
    className: 'font-mono',
  },
  buildSinceColumn(),
]
