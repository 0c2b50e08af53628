/** Azure's states of a hub, for the resource and for its router. A Route Server has only the first. */
export interface HubStates {
  provisioningState: string | null
  routingState: string | null
}

/** Returns which of the two states reports a failure; null if neither does. */
export function findFailedPart({ provisioningState, routingState }: HubStates): 'router' | 'provisioning' | null {
  const isFailed = (word: string | null) => word?.toLowerCase() === 'failed'
  return isFailed(routingState) ? 'router' : isFailed(provisioningState) ? 'provisioning' : null
}
