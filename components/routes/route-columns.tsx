import type { Route } from '#lib/contract/index.ts'
import { comparePrefixes, parsePrefix } from '#lib/bgp/index.ts'
import Link from 'next/link'
import { AsPath } from '../ui/as-path.tsx'
import type { Column } from '../ui/table/features.ts'
import { Between } from '../ui/time.tsx'

const tables: Record<Route['table'], string> = { learned: 'learned', advertised: 'advertised', tables: 'path table' }

/** The table of a route in a word. */
export const tableWords = (table: Route['table']) => tables[table]

export const byPrefix = (a: { prefix: string }, b: { prefix: string }) => {
  const left = parsePrefix(a.prefix)
  const right = parsePrefix(b.prefix)
  return left && right ? comparePrefixes(left, right) : a.prefix.localeCompare(b.prefix)
}

const dash = <span className="text-ink-3">–</span>

export const routeColumns: Column<Route>[] = [
  {
    id: 'prefix',
    header: 'Prefix',
    value: ({ prefix }) => prefix,
    compare: byPrefix,
    cell: ({ prefix, known }) => (
      <span className="font-mono whitespace-nowrap">
        {prefix}
        {known === 'indeterminate' && (
          <span
            className="hatch ml-1.5 rounded-xs px-1 font-sans text-2xs font-semibold"
            title="It changed between two polls around this moment"
          >
            UNCERTAIN
          </span>
        )}
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
    id: 'asPath',
    header: 'AS path',
    value: ({ asPath }) => asPath.join(' '),
    compare: (a, b) => a.asPath.length - b.asPath.length,
    cell: ({ asPath }) => <AsPath path={asPath} />,
  },
  {
    id: 'where',
    header: 'Gateway or circuit',
    value: ({ scopeName, path }) => `${scopeName}${path ? ` ${path}` : ''}`,
    cell: ({ scope, scopeName, path, table }) => (
      <span className="whitespace-nowrap">
        <Link href={table === 'tables' ? `/circuits/${scope}` : `/gateways/${scope}`} className="link">
          {scopeName}
        </Link>
        {path && <span className="text-ink-3"> {path} path</span>}
      </span>
    ),
  },
  { id: 'table', header: 'Table', value: ({ table }) => tableWords(table), className: 'text-ink-2 whitespace-nowrap' },
  {
    id: 'instance',
    header: 'Instance',
    value: ({ instance }) => instance,
    cell: ({ instance }) => instance ?? dash,
    className: 'font-mono',
  },
  { id: 'peer', header: 'Peer', value: ({ peer }) => peer, cell: ({ peer }) => peer ?? dash, className: 'font-mono' },
  { id: 'origin', header: 'Origin', value: ({ origin }) => origin, cell: ({ origin }) => origin ?? dash },
  {
    id: 'weight',
    header: 'Weight',
    align: 'right',
    value: ({ weight }) => weight,
    cell: ({ weight }) => weight ?? dash,
    className: 'font-mono',
  },
  {
    id: 'localPref',
    header: 'Local pref',
    align: 'right',
    value: ({ localPref }) => localPref,
    cell: ({ localPref }) => localPref ?? dash,
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
