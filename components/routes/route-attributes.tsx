import { formatAsPath } from '#lib/bgp/index.ts'
import type { ApiRouteAttributes } from '#lib/routes/api/index.ts'
import { AsPathText } from '../ui/facts/as-path.tsx'
import { HopName } from './hop-name.tsx'

/**
 * Lists the routes to one prefix at one time, one line each. Several lines mean ECMP.
 * @param none text if there are no routes
 */
export function RouteAttributeRows({ rows, none }: { rows: ApiRouteAttributes[]; none: string }) {
  if (rows.length === 0) return <span className="text-ink-3">{none}</span>
  return (
    <span className="flex flex-col gap-0.5">
      {rows.map((row) => (
        <RouteAttributesText key={JSON.stringify(row)} row={row} />
      ))}
    </span>
  )
}

/** Shows a route as `65001 via 10.0.4.4`, or as the effective route of a network interface. */
export function RouteAttributesText({ row }: { row: ApiRouteAttributes }) {
  return (
    <span title={attributesTitle(row)}>
      {row.state === undefined ? (
        <>
          <AsPathText path={row} />
          <span className="text-ink-3"> via </span>
          <span className="font-mono">{row.nextHop === null ? 'itself' : <HopName name={row.nextHop} />}</span>
        </>
      ) : (
        effectiveText(row)
      )}
    </span>
  )
}

/** Formats routes as plain text for filters and CSV. */
export const formatRouteRows = (rows: ApiRouteAttributes[]) =>
  rows.map((row) => (row.state === undefined ? learnedText(row) : effectiveText(row))).join(' | ')

const learnedText = (row: ApiRouteAttributes) => `${formatAsPath(row) || 'local'} via ${row.nextHop ?? 'itself'}`

/** Formats an effective route of a network interface: `VirtualAppliance 10.0.9.4`, `VnetLocal, Invalid`. */
const effectiveText = ({ origin, nextHop, state }: ApiRouteAttributes) =>
  [[origin, nextHop].filter(Boolean).join(' '), state === 'Active' ? null : state].filter(Boolean).join(', ')

const attributesTitle = ({ origin, weight, localPref }: ApiRouteAttributes) =>
  [
    origin && `origin ${origin}`,
    weight !== null && `weight ${weight}`,
    localPref !== null && `local preference ${localPref}`,
  ]
    .filter(Boolean)
    .join(', ') || undefined
