/** The parts of an ARM resource id that calls need. Types are lower case, names as they were spelled. */
export interface ResourceId {
  subscriptionId: string
  resourceGroup: string | null
  /** e.g. `microsoft.network/virtualnetworkgateways`; `microsoft.resources/subscriptions` for a subscription itself */
  type: string
  name: string
}

/**
 * Takes an ARM resource id apart; segments and types are case-insensitive.
 * @returns null if the text is no resource id
 */
export function parseResourceId(id: string): ResourceId | null {
  const segments = id.split('/').filter((segment) => segment !== '')
  const [subscriptions, subscriptionId] = segments
  if (subscriptions?.toLowerCase() !== 'subscriptions' || !subscriptionId) return null
  if (segments.length === 2) {
    return { subscriptionId, resourceGroup: null, type: 'microsoft.resources/subscriptions', name: subscriptionId }
  }
  const grouped = segments[2]?.toLowerCase() === 'resourcegroups'
  const resourceGroup = grouped ? (segments[3] ?? null) : null
  const [providers, namespace, ...path] = segments.slice(grouped ? 4 : 2)
  if (providers?.toLowerCase() !== 'providers' || !namespace || path.length < 2 || path.length % 2 !== 0) return null
  const types = path.filter((_, index) => index % 2 === 0)
  return {
    subscriptionId,
    resourceGroup,
    type: [namespace, ...types].join('/').toLowerCase(),
    name: path.at(-1) ?? '',
  }
}
