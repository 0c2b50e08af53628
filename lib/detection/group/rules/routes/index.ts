import type { RouteChange } from '#lib/contract/index.ts'
import type { RoutesSignal, Signal } from '../../../model/signal.ts'
import type { ScopeOfResource } from '../../../model/topology.ts'
import { type FoldContext, isGood, scopeOf } from '../../../model/context.ts'
import { changedPrefixes, type RouteTable } from '../../../model/route.ts'
import { isWatchingChurn, routeChurn } from './churn.ts'
import type { Compared } from './compared-sides.ts'
import { failbackPending, waitsForFailback } from './failback-pending.ts'
import { instanceDivergence, waitsForDivergence } from './instance-divergence.ts'
import { microsoftPrefixes, waitsForMicrosoft } from './microsoft-prefixes.ts'
import { moreSpecifics } from './more-specific.ts'
import { originChanges } from './origin.ts'
import { parityRules, waitsForParity } from './parity.ts'
import { publicPrefixes } from './public-prefixes.ts'
import { siteRules, type SiteRoutes } from '../sites/index.ts'
import { learnFirstTable, unexpectedTransit } from './transit.ts'
import { watchList } from './watch-list.ts'

export { compareTables, DIFFERENCES_KEPT, type TableComparison, type TableRef } from './compare-tables.ts'
export { type Compared, type Sides, sidesOf } from './compared-sides.ts'
export { originOf } from './peer-routes.ts'
export { asnsOf } from './transit.ts'

/** What was read beside a poll that moved routes, by whoever has the tables. */
export interface FurtherReads {
  routes: RouteTable | null
  /** of sites that the poll touched */
  siteRoutes: SiteRoutes
  /** of circuits whose path tables the poll moved */
  comparisons: readonly Compared[]
}

/** The rules about routes that look beyond the best way: who told what, what is meant, and what it is to a site. */
export function furtherRouteRules(
  context: FoldContext,
  signals: readonly Signal[],
  reads: FurtherReads,
  scopeOfResource: ScopeOfResource,
): void {
  const { mark } = context
  if (mark.kind === 'learned' && isGood(mark)) learned(context, learnedChanges(signals), reads)
  instanceDivergence(context, signals)
  parityRules(context, signals, reads.comparisons)
  microsoftPrefixes(context, signals)
  publicPrefixes(context, signals, scopeOfResource)
  failbackPending(context)
}

const learnedChanges = (signals: readonly Signal[]): RouteChange[] =>
  signals
    .filter((signal): signal is RoutesSignal => signal.type === 'routes' && signal.kind === 'learned')
    .flatMap(({ changes }) => changes)

function learned(context: FoldContext, changes: readonly RouteChange[], { routes, siteRoutes }: FurtherReads): void {
  routeChurn(context, changes)
  if (changes.length === 0 || !routes) return
  siteRules(context, changes, siteRoutes, routes)
  if (context.mark.previousOkAt === null) return learnFirstTable(context, changes)
  const moved = changedPrefixes(context, changes, routes)
  watchList(context, changes, moved)
  moreSpecifics(context, changes, moved, routes)
  originChanges(context, changes, moved, routes)
  unexpectedTransit(context, changes, moved, routes)
}

/** Whether time or a further sample will settle something here, even if polls tell nothing new. */
export function waitsForRoutes(context: FoldContext, scope: string): boolean {
  const state = scopeOf(context, scope)
  const isStormy = isWatchingChurn(state.churn, context, scope)
  return (
    isStormy ||
    waitsForDivergence(context, scope) ||
    waitsForParity(context, scope) ||
    waitsForFailback(context, state) ||
    waitsForMicrosoft(state)
  )
}
