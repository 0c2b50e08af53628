import { armTypes, type BudgetName, type PollKind } from '#lib/contract/index.ts'
import type { ObservableKind } from '../types.ts'
import { activityPollKind } from './activity/index.ts'
import { advertisedRoutesPollKind } from './advertised.ts'
import { arpPollKind } from './arp.ts'
import { connectionPollKind } from './connection/index.ts'
import { effectiveRoutesPollKind } from './effective.ts'
import { inventoryPollKind } from './inventory/index.ts'
import type { KindDefinition } from './kind.ts'
import { learnedRoutesPollKind } from './learned.ts'
import { metricsPollKind } from './metrics/index.ts'
import { peersPollKind } from './peers/index.ts'
import { probePollKind } from './probe.ts'
import { statsPollKind } from './stats.ts'
import { summaryPollKind } from './summary.ts'
import { tablesPollKind } from './tables.ts'

export { listBgpConnectionGateways } from './hub-peers.ts'
export type { PollIntervalName, PlannedResource } from './kind.ts'

/** All poll kinds. The polls of one subresource are planned in this order. The module does not load the Azure SDK. */
export const pollKindDefinitions: { readonly [Kind in ObservableKind]: KindDefinition<Kind> } = {
  peers: peersPollKind,
  learned: learnedRoutesPollKind,
  stats: statsPollKind,
  metrics: metricsPollKind,
  summary: summaryPollKind,
  arp: arpPollKind,
  tables: tablesPollKind,
  effective: effectiveRoutesPollKind,
  advertised: advertisedRoutesPollKind,
  connection: connectionPollKind,
  probe: probePollKind,
  inventory: inventoryPollKind,
  activity: activityPollKind,
}

/** Resource types that are polled, except subscriptions. */
export const polledResourceTypes: readonly string[] = [
  ...new Set(
    Object.values(pollKindDefinitions)
      .flatMap(({ types }) => types)
      .filter((type) => type !== armTypes.subscription),
  ),
]

const METERED = ['arm.reads'] as const
const READS = [...METERED, 'network.reads'] as const
/** Budgets that a diagnostic POST uses, including the requests that check whether its operation has ended. */
const OPERATION = ['arm.writes', 'network.writes', ...READS] as const

/** Returns the request budgets that polls of a kind use. */
export function listBudgetsOfKind(kind: PollKind): readonly BudgetName[] {
  const { operation, isOfMonitor } = pollKindDefinitions[kind]
  if (operation) return OPERATION
  return isOfMonitor ? METERED : READS
}
