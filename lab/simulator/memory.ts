/**
 * State of Azure between requests: drawn tokens, counted calls, locked resources, and logged actions. The simulator has
 * no other state in addition to the world. The profile `quick` does not need this state.
 */
import { ActionLog } from './limits/action-log.ts'
import { ArmBudget } from './limits/arm-budget.ts'
import { GraphQuota } from './limits/graph-quota.ts'
import { ResourceOperationLocks } from './limits/locks.ts'
import { NetworkBudget } from './limits/network-budget.ts'
import type { SimulatorProfile } from './profile/profile.ts'
import { SIMULATOR_PROFILES } from './profile/profiles.ts'

export interface SimulatorServerState {
  readonly profile: SimulatorProfile
  readonly arm: ArmBudget | null
  readonly network: NetworkBudget | null
  readonly locks: ResourceOperationLocks | null
  readonly log: ActionLog | null
  readonly graph: GraphQuota | null
}

/** Creates the memory of an Azure that has not received any request. */
export function createSimulatorServerState(profile: SimulatorProfile = SIMULATOR_PROFILES.quick): SimulatorServerState {
  return {
    profile,
    arm: profile.arm && new ArmBudget(profile.arm),
    network: profile.network && new NetworkBudget(profile.network),
    locks: profile.lock && new ResourceOperationLocks(profile.lock),
    graph: profile.graph && new GraphQuota(profile.graph.quota),
    log: profile.activity && new ActionLog(profile.activity),
  }
}
