/**
 * Azure's states of a hub: `provisioningState` of the resource and `routingState` of its router; null = not reported. A
 * Route Server has no `routingState`.
 */
export interface HubStates {
  provisioningState: string | null
  routingState: string | null
}

/**
 * Returns `router` if `routingState` reports a failure, `provisioning` if only `provisioningState` does, and null if
 * neither does.
 */
export function findFailedPart({ provisioningState, routingState }: HubStates): 'router' | 'provisioning' | null {
  const isFailed = (word: string | null) => word?.toLowerCase() === 'failed'
  return isFailed(routingState) ? 'router' : isFailed(provisioningState) ? 'provisioning' : null
}
