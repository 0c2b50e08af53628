import type { RouteChange } from '#lib/contract/index.ts'
import type { RoutesSignal, Signal } from '../../fold/signal.ts'
import type { ScopeOfResource } from '../config-rules.ts'
import { type Estate, isGood, scopeOf } from '../estate.ts'
import { movedPrefixes, type RouteTable } from '../route-table.ts'
import { isWatchingChurn, routeChurn } from './churn.ts'
import type { Compared } from './compared-sides.ts'
import { failbackPending, waitsForFailback } from './failback-pending.ts'
import { instanceDivergence, waitsForDivergence } from './instance-divergence.ts'
import { microsoftPrefixes, waitsForMicrosoft } from './microsoft-prefixes.ts'
import { moreSpecifics } from './more-specific.ts'
import { originChanges } from './origin.ts'
import { parityRules, waitsForParity } from './parity.ts'
import { publicPrefixes } from './public-prefixes.ts'
import { siteRules, type SiteWays } from '../sites/index.ts'
import { learnFirstTable, unexpectedTransit } from './transit.ts'
import { watchList } from './watch.ts'

export {
  compareTables,
  DIFFERENCES_KEPT,
  type TableComparison,
  type TableRef,
} from './compare-tables.ts'
export { type Compared, type Sides, sidesOf } from './compared-sides.ts'
export { originOf } from './told.ts'
export { asnsOf } from './transit.ts'

/** What was read beside a poll that moved routes, by whoever has the tables. */
export interface FurtherReads {
  routes: RouteTable | null
  /** of sites that the poll touched */
  siteWays: SiteWays
  /** of circuits whose path tables the poll moved */
  comparisons: readonly Compared[]
}

/** The rules about routes that look beyond the best way: who told what, what is meant, and what it is to a site. */
export function furtherRouteRules(
  estate: Estate,
  signals: readonly Signal[],
  reads: FurtherReads,
  scopeOfResource: ScopeOfResource,
): void {
  const { mark } = estate
  if (mark.kind === 'learned' && isGood(mark)) learned(estate, learnedChanges(signals), reads)
  instanceDivergence(estate, signals)
  parityRules(estate, signals, reads.comparisons)
  microsoftPrefixes(estate, signals)
  publicPrefixes(estate, signals, scopeOfResource)
  failbackPending(estate)
}

const learnedChanges = (signals: readonly Signal[]): RouteChange[] =>
  signals
    .filter((signal): signal is RoutesSignal => signal.type === 'routes' && signal.kind === 'learned')
    .flatMap(({ changes }) => changes)

function learned(estate: Estate, changes: readonly RouteChange[], { routes, siteWays }: FurtherReads): void {
  routeChurn(estate, changes)
  if (changes.length === 0 || !routes) return
  siteRules(estate, changes, siteWays, routes)
  if (estate.mark.previousOkAt === null) return learnFirstTable(estate, changes)
  const moved = movedPrefixes(estate, changes, routes)
  watchList(estate, changes, moved)
  moreSpecifics(estate, changes, moved, routes)
  originChanges(estate, changes, moved, routes)
  unexpectedTransit(estate, changes, moved, routes)
}

/** Whether time or a further sample will settle something here, even if polls tell nothing new. */
export function waitsForRoutes(estate: Estate, scope: string): boolean {
  const state = scopeOf(estate, scope)
  const isStormy = isWatchingChurn(state.churn, estate, scope)
  return (
    isStormy ||
    waitsForDivergence(estate, scope) ||
    waitsForParity(estate, scope) ||
    waitsForFailback(estate, state) ||
    waitsForMicrosoft(state)
  )
}
