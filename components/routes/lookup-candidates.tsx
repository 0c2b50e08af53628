'use client'

import Link from 'next/link'
import type { LookupCandidate, RouteLookup } from '#lib/contract/index.ts'
import { useScopeNames } from '../time/not-seen.tsx'
import { AsPath } from '../ui/as-path.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { Between } from '../ui/time.tsx'
import { byPrefix } from './route-columns.tsx'
import { routesHref } from './route-views.ts'

const transports: Record<LookupCandidate['transport'], string> = {
  er: 'ExpressRoute',
  vpn: 'VPN',
  nva: 'appliance',
  unknown: 'not known',
}

/** Every route that covers an address, the ones in use first, each with the reason for its place. */
export function LookupCandidates({ lookup }: { lookup: RouteLookup }) {
  const nameOf = useScopeNames()
  return (
    <DataTable
      name="candidates"
      caption={`Routes that cover ${lookup.ip}`}
      columns={columnsFor(nameOf)}
      rows={lookup.candidates}
      rowKey={(row) =>
        [row.scope, row.table, row.instance, row.path, row.peer, row.prefix, row.nextHop, row.asPath.join('-')].join(
          '/',
        )
      }
      defaultSort={byRank}
      empty={null}
    />
  )
}

const byRank = { id: 'rank', desc: false }
const dash = <span className="text-ink-3">–</span>

const columnsFor = (nameOf: (id: string) => string): Column<LookupCandidate>[] => [
  {
    id: 'rank',
    header: 'Rank',
    value: ({ rank }) => rank,
    cell: ({ rank, known }) => (
      <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
        <span className="font-mono">{rank}</span>
        {rank === 1 && <span className="rounded-xs bg-ink px-1 text-2xs font-semibold text-canvas">IN USE</span>}
        {known === 'indeterminate' && <span className="hatch rounded-xs px-1 text-2xs font-semibold">UNCERTAIN</span>}
      </span>
    ),
  },
  {
    id: 'prefix',
    header: 'Prefix',
    value: ({ prefix }) => prefix,
    compare: byPrefix,
    cell: ({ prefix, scope }) => (
      <Link href={routesHref('history', { prefix, scope })} className="link font-mono whitespace-nowrap">
        {prefix}
      </Link>
    ),
  },
  {
    id: 'where',
    header: 'Table',
    value: ({ scopeName, instance, path, table }) => [scopeName, table === 'tables' ? path : instance].join(' '),
    cell: ({ scope, scopeName, instance, path, table }) => (
      <span className="whitespace-nowrap">
        <Link href={table === 'tables' ? `/circuits/${scope}` : `/gateways/${scope}`} className="link">
          {scopeName}
        </Link>{' '}
        <span className="font-mono text-ink-2">{table === 'tables' ? path : instance}</span>
      </span>
    ),
  },
  {
    id: 'nextHop',
    header: 'Next hop',
    value: ({ nextHop }) => nextHop,
    cell: ({ nextHop }) => nextHop ?? dash,
    className: 'font-mono',
  },
  {
    id: 'circuit',
    header: 'By circuit',
    value: ({ circuitId, path }) => (circuitId ? `${nameOf(circuitId)} ${path ?? ''}` : null),
    cell: ({ circuitId, path }) =>
      circuitId ? (
        <span className="whitespace-nowrap">
          <Link href={`/circuits/${circuitId}`} className="link">
            {nameOf(circuitId)}
          </Link>
          {path && <span className="text-ink-3"> {path} path</span>}
        </span>
      ) : (
        dash
      ),
  },
  {
    id: 'asPath',
    header: 'AS path',
    value: ({ asPath }) => asPath.join(' '),
    compare: (a, b) => a.asPath.length - b.asPath.length,
    cell: ({ asPath }) => <AsPath path={asPath} />,
  },
  {
    id: 'reason',
    header: 'Why it stands there',
    value: ({ reason }) => reason,
    cell: ({ reason, inferred }) => (
      <span className="block min-w-56 text-ink-2">
        {reason}
        {inferred && <span className="text-ink-3"> (inferred: no document says so)</span>}
      </span>
    ),
  },
  {
    id: 'transport',
    header: 'By',
    value: ({ transport }) => transports[transport],
    className: 'text-ink-2 whitespace-nowrap',
  },
  {
    id: 'weight',
    header: 'Connection weight',
    align: 'right',
    value: ({ connectionWeight }) => connectionWeight,
    cell: ({ connectionWeight }) => connectionWeight ?? dash,
    className: 'font-mono',
  },
  {
    id: 'since',
    header: 'As it is since',
    zoned: true,
    value: ({ since }) => since[1],
    cell: ({ since }) => (
      <span className="text-ink-2">
        <Between bounds={since} zoned={false} />
      </span>
    ),
  },
]
