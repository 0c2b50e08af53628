/**
 * Azure's states of a hub: `provisioningState` of the resource, and `routingState` of its router. Null = not reported.
 * A Route Server has no `routingState`.
 */
export interface AzureHubStates {
  provisioningState: string | null
  routingState: string | null
}

/**
 * Returns the part of a hub that Azure reports as failed: `router` (by `routingState`), otherwise `provisioning` (by
 * `provisioningState`); null if neither failed.
 */
export function findFailedHubPart({
  provisioningState,
  routingState,
}: AzureHubStates): 'router' | 'provisioning' | null {
  const isFailed = (word: string | null) => word?.toLowerCase() === 'failed'
  return isFailed(routingState) ? 'router' : isFailed(provisioningState) ? 'provisioning' : null
}
