/** Azure's two words about a hub: of the resource, and of the router in it. A Route Server has the first alone. */
export interface HubText {
  provisioningState: string | null
  routingState: string | null
}

/** Which of them reports a failure; null = none. */
export function hasFailed({ provisioningState, routingState }: HubText): 'router' | 'provisioning' | null {
  const isFailed = (word: string | null) => word?.toLowerCase() === 'failed'
  return isFailed(routingState) ? 'router' : isFailed(provisioningState) ? 'provisioning' : null
}
