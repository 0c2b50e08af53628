import { computeAsPathLength, formatAsPath } from '#lib/bgp/index.ts'
import type { ApiRouteTableEntry } from '#lib/contract/index.ts'
import { AsPathText } from '../ui/facts/as-path.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { HopName } from './hop-name.tsx'
import { compareByPrefix, buildSinceColumn, createTableColumns } from './shared-columns.tsx'

/**
 * Prefix of a route. It is marked as uncertain if its routes differ between the last poll before the shown time and the
 * first poll after it.
 */
export const PrefixText = ({ prefix, isKnown }: { prefix: string; isKnown: boolean }) => (
  <span className="font-mono whitespace-nowrap">
    {prefix}
    {!isKnown && (
      <span
        className="hatch ml-1.5 rounded-xs px-1 font-sans text-xs font-semibold"
        title="It changed between two polls around this time"
      >
        UNCERTAIN
      </span>
    )}
  </span>
)

export const routeColumns: DataTableColumn<ApiRouteTableEntry>[] = [
  {
    id: 'prefix',
    header: 'Prefix',
    value: ({ prefix }) => prefix,
    compare: compareByPrefix,
    also: [
      { header: 'Certain', value: ({ known }) => (known === 'observed' ? 'yes' : 'no: it changed around this time') },
    ],
    cell: ({ prefix, known }) => <PrefixText prefix={prefix} isKnown={known === 'observed'} />,
  },
  {
    id: 'nextHop',
    header: 'Next hop',
    value: ({ nextHop }) => nextHop,
    cell: ({ nextHop }) => (nextHop === null ? missingValueDash : <HopName name={nextHop} />),
    className: 'font-mono',
  },
  {
    id: 'asPath',
    header: 'AS path',
    value: formatAsPath,
    compare: (a, b) => computeAsPathLength(a) - computeAsPathLength(b),
    cell: (row) => <AsPathText path={row} />,
  },
  ...createTableColumns<ApiRouteTableEntry>(),
  { id: 'neighbor', header: 'Sent to', value: ({ neighbor }) => neighbor, className: 'font-mono' },
  { id: 'source', header: 'Source', value: ({ source }) => source },
  { id: 'state', header: 'State', value: ({ state }) => state },
  {
    id: 'origin',
    header: 'Origin',
    value: ({ origin }) => origin,
    cell: ({ origin }) => (origin === null ? missingValueDash : <HopName name={origin} />),
  },
  { id: 'weight', header: 'Weight', align: 'right', value: ({ weight }) => weight, className: 'font-mono' },
  {
    id: 'localPref',
    header: 'Local pref',
    align: 'right',
    value: ({ localPref }) => localPref,
    className: 'font-mono',
  },
  buildSinceColumn(),
]
