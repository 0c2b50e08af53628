import { parseHubConnectionName, type RouteChange } from '#lib/contract/index.ts'
import type { RouteTableChangeSignal, PollSignal } from '../../../model/signal.ts'
import { type DetectionContext, hasPollUsableRows } from '../../../model/context.ts'
import { findChangedPrefixes, type RoutesOfChangedPrefixes } from '../../../model/route.ts'
import { evaluateRouteChurn } from './route-churn.ts'
import { detectMoreSpecifics } from './more-specific.ts'
import { detectOriginChanges } from './origin-changes.ts'
import { detectStrandingLosses, applySiteRules, type SiteRoutes } from '../sites/index.ts'
import { recordKnownAsnsOfFirstTable, detectUnexpectedTransit } from './unexpected-transit.ts'
import { reportWatchedPrefixChanges } from './watch-list.ts'

export {
  compareTables,
  MAX_STORED_DIFFERENCES,
  type RouteTableComparison,
  type PathTableRef,
} from './compare-tables.ts'
export { type TableSidesComparison, listComparedTableSides } from './compared-sides.ts'
export { getCustomerOriginAsn } from './peer-routes.ts'
export { collectCustomerAsns } from './unexpected-transit.ts'

/** Routes that were read from the store, because the poll changed routes. */
interface FurtherReads {
  routes: RoutesOfChangedPrefixes | null
  /** routes to the sites that the poll's changes affect */
  siteRoutes: SiteRoutes
}

/**
 * Evaluates the rules about the learned routes of a gateway, except changes of the best path: churn, sites, watched and
 * more specific prefixes, origin and transit.
 */
export function evaluateLearnedRoutes(
  context: DetectionContext,
  signals: readonly PollSignal[],
  reads: FurtherReads,
): void {
  const { kind, subresource } = context.mark
  const isOfGateway = kind === 'learned' && parseHubConnectionName(subresource) === null
  if (isOfGateway && hasPollUsableRows(context.mark)) learned(context, learnedChanges(signals), reads)
}

const learnedChanges = (signals: readonly PollSignal[]): RouteChange[] =>
  signals
    .filter((signal): signal is RouteTableChangeSignal => signal.type === 'routes' && signal.kind === 'learned')
    .flatMap(({ changes }) => changes)

function learned(
  context: DetectionContext,
  changes: readonly RouteChange[],
  { routes, siteRoutes }: FurtherReads,
): void {
  evaluateRouteChurn(context, changes)
  if (changes.length === 0 || !routes) return
  applySiteRules(context, changes, siteRoutes)
  detectStrandingLosses(context, changes, siteRoutes)
  if (context.mark.previousOkAt === null) return recordKnownAsnsOfFirstTable(context, changes)
  const moved = findChangedPrefixes(context, changes, routes)
  reportWatchedPrefixChanges(context, changes, moved)
  detectMoreSpecifics(context, changes, moved, routes)
  detectOriginChanges(context, changes, moved, routes)
  detectUnexpectedTransit(context, changes, moved, routes)
}
