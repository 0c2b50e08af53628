import { armTypes } from './arm-types.ts'

/** Parts of an ARM resource id. Names keep their spelling; the type is in lower case. */
export interface ArmId {
  subscriptionId: string
  resourceGroup: string | null
  /**
   * for example `microsoft.network/expressroutecircuits/peerings`; for a subscription or a resource group, its type in
   * `microsoft.resources`
   */
  type: string
  /** name of the innermost resource */
  name: string
  /**
   * names of the resource and its parent resources, keyed by the last segment of their type in lower case:
   * `{expressroutecircuits: 'ckt-lon', peerings: 'AzurePrivatePeering'}`
   */
  names: Readonly<Record<string, string>>
}

/**
 * Parses `/subscriptions/S[/resourceGroups/G][/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME...]]`. Keywords and types are
 * accepted in any case, because ARM's spelling of the same id differs between calls.
 * @returns null if the text has another form
 * @source Azure Resource Manager: resource ids
 */
export function parseArmId(text: string): ArmId | null {
  const segments = text.split('/').filter((segment) => segment !== '')
  const [subscriptions, subscriptionId] = segments
  if (!text.startsWith('/') || subscriptions?.toLowerCase() !== 'subscriptions' || !subscriptionId) return null
  const isInGroup = segments[2]?.toLowerCase() === 'resourcegroups'
  const resourceGroup = isInGroup ? segments[3] : null
  if (resourceGroup === undefined) return null
  const [providers, namespace, ...pairs] = segments.slice(isInGroup ? 4 : 2)
  if (providers === undefined) {
    const type = resourceGroup === null ? armTypes.subscription : 'microsoft.resources/resourcegroups'
    return { subscriptionId, resourceGroup, type, name: resourceGroup ?? subscriptionId, names: {} }
  }
  if (providers.toLowerCase() !== 'providers' || !namespace || pairs.length === 0 || pairs.length % 2 !== 0) return null
  const types = pairs.filter((_, i) => i % 2 === 0).map((type) => type.toLowerCase())
  const names = pairs.filter((_, i) => i % 2 === 1)
  return {
    subscriptionId,
    resourceGroup,
    type: [namespace.toLowerCase(), ...types].join('/'),
    name: names.at(-1) ?? '',
    names: Object.fromEntries(types.map((type, i) => [type, names[i] ?? ''])),
  }
}

/**
 * Returns the form in which ARM ids are compared, because ARM's spelling of the same id differs in case between calls.
 */
export function normalizeArmId(id: string): string {
  return id.toLowerCase().replace(/(?<!\/)\/+$/, '')
}

/**
 * Maximum number of ids cached with their subscriptions. A worker needs the subscriptions of the same resources several
 * times per poll; without the cache this took one twentieth of its time.
 */
const MAX_REMEMBERED = 50_000
const subscriptions = new Map<string, string>()

/** Returns the subscription of an ARM id in lower case; '' if the text is not an ARM id. */
export function getSubscriptionId(armId: string): string {
  const known = subscriptions.get(armId)
  if (known !== undefined) return known
  if (subscriptions.size >= MAX_REMEMBERED) subscriptions.clear()
  const subscription = parseArmId(armId)?.subscriptionId.toLowerCase() ?? ''
  subscriptions.set(armId, subscription)
  return subscription
}

/** Returns the id of the resource group of an ARM id in lower case; null if the resource is not in a resource group. */
export function getResourceGroupId(armId: string): string | null {
  const { subscriptionId, resourceGroup = null } = parseArmId(armId) ?? {}
  return resourceGroup === null
    ? null
    : `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}`.toLowerCase()
}

/**
 * Number of segments in `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/type/name`, including the empty
 * text before the first slash.
 */
const SEGMENTS_OF_A_RESOURCE = 9

/**
 * Returns the ARM id of the top-level resource, for example the circuit of a peering; the id itself if it is already a
 * top-level resource.
 */
export function getTopLevelResourceId(armId: string): string {
  return armId.split('/').slice(0, SEGMENTS_OF_A_RESOURCE).join('/')
}
