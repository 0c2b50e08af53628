import { armTypes, type BudgetName, type PollKind } from '#lib/contract/index.ts'
import type { ObservableKind } from '../types.ts'
import { activity } from './activity/index.ts'
import { advertisedRoutesKind } from './advertised.ts'
import { arp } from './arp.ts'
import { connection } from './connection/index.ts'
import { effective } from './effective.ts'
import { inventory } from './inventory/index.ts'
import type { KindDefinition } from './kind.ts'
import { learnedRoutesKind } from './learned.ts'
import { metrics } from './metrics/index.ts'
import { peers } from './peers/index.ts'
import { probe } from './probe.ts'
import { stats } from './stats.ts'
import { summary } from './summary.ts'
import { tables } from './tables.ts'

export { listBgpConnectionGateways } from './hub-peers.ts'
export type { IntervalName, PlannedResource } from './kind.ts'

/** All poll kinds. The polls of one subresource are planned in this order. The module does not load the Azure SDK. */
export const pollKindDefinitions: { readonly [Kind in ObservableKind]: KindDefinition<Kind> } = {
  peers,
  learned: learnedRoutesKind,
  stats,
  metrics,
  summary,
  arp,
  tables,
  effective,
  advertised: advertisedRoutesKind,
  connection,
  probe,
  inventory,
  activity,
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
