import { computeWhatIfRows, type WhatIfRib } from '../what-if-rows.ts'
import type { WhatIfPath } from '../../../api/index.ts'
import {
  type PrefixFailoverHindrance,
  listRouteCircuits,
  type TrafficMoveCase,
  type WhatIfRowWithChangedPaths,
} from './moved-row.ts'

const isReported = ({ table }: WhatIfRib): boolean =>
  table.side === 'onprem' && table.routes.some(({ report }) => report?.is === 'reported')

const formatCircuits = (paths: readonly WhatIfPath[], nameOf: (id: string) => string): string =>
  [...new Set(paths.map(({ circuitId }) => (circuitId === null ? 'a VPN' : nameOf(circuitId))))].join(' and ')

/**
 * Finds traffic towards Azure that remains on its path although the traffic from Azure to the same site moves to
 * another path. Only choices that the customer's routers report are used, because an assumption proves nothing.
 */
export function findStayingReturnPaths(
  rows: readonly WhatIfRowWithChangedPaths[],
  { ribs, failure, facts }: TrafficMoveCase,
): PrefixFailoverHindrance[] {
  const { siteOf, nameOf } = facts
  const bySite = Map.groupBy(
    rows.filter(({ row, next }) => row.side === 'azure' && row.site !== null && next.length > 0),
    ({ row }) => row.site,
  )
  return [...bySite].flatMap(([site, moved]): PrefixFailoverHindrance[] => {
    const taken = new Set(moved.flatMap(({ next }) => next.map(({ circuit }) => circuit)))
    const own = ribs.filter((rib) => rib.table.site === site && isReported(rib))
    const staying = own
      .flatMap((rib) => computeWhatIfRows(rib, failure, { siteOf, nameOf }))
      .filter(
        ({ outcome, reduced, basis, after }) =>
          outcome === 'stays' &&
          !reduced &&
          after.length > 0 &&
          basis !== null &&
          basis.is !== 'assumed' &&
          !after.some(({ circuitId }) => taken.has(circuitId)),
      )
    const [first] = staying
    if (!first) return []
    const back = formatCircuits(first.after, nameOf)
    const out = listRouteCircuits(moved.flatMap(({ next }) => next))
      .map(nameOf)
      .join(' and ')
    const scope = first.after.find(({ circuitId }) => circuitId !== null)?.circuitId ?? null
    return staying.map(({ prefix }) => ({
      kind: 'return_path',
      scope,
      ...(scope === null && site !== null && { scopeName: site }),
      prefix,
      formatText: (prefixes) =>
        `The routers of ${site} keep sending to ${prefixes} by ${back}, while traffic from Azure moves to ${out === '' ? 'a VPN' : out}.`,
    }))
  })
}
