/** What an ARM id says by itself. */
export interface ArmIdParts {
  /** lower case, e.g. `microsoft.network/expressroutecircuits/peerings` */
  type: string
  name: string
  subscriptionId: string
  resourceGroup: string | null
}

/**
 * Reads `/subscriptions/S[/resourceGroups/G][/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME...]]`, in any capitals.
 * @throws RangeError for a text of another form
 */
export function readArmId(armId: string): ArmIdParts {
  const segments = armId.split('/').slice(1)
  const [scopeWord, subscriptionId] = segments
  if (scopeWord?.toLowerCase() !== 'subscriptions' || !subscriptionId) {
    throw new RangeError(`'${armId}' is no ARM id: it does not begin with /subscriptions/`)
  }
  const inGroup = segments[2]?.toLowerCase() === 'resourcegroups'
  const resourceGroup = (inGroup && segments[3]) || null
  const [providersWord, namespace, ...pairs] = segments.slice(inGroup ? 4 : 2)
  if (providersWord?.toLowerCase() !== 'providers' || !namespace) {
    const type = resourceGroup ? 'microsoft.resources/resourcegroups' : 'microsoft.resources/subscriptions'
    return { type, name: resourceGroup ?? subscriptionId, subscriptionId, resourceGroup }
  }
  const types = pairs.filter((_, i) => i % 2 === 0)
  return {
    type: [namespace, ...types].join('/').toLowerCase(),
    name: pairs.filter((_, i) => i % 2 === 1).at(-1) ?? '',
    subscriptionId,
    resourceGroup,
  }
}
