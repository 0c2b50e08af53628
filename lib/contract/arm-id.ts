import { armTypes } from './arm-types.ts'

/** What an ARM resource id says. Names are as they were spelled; the type is lower case. */
export interface ArmId {
  subscriptionId: string
  resourceGroup: string | null
  /** such as `microsoft.network/expressroutecircuits/peerings`; of a subscription or a resource group itself its type in `microsoft.resources` */
  type: string
  /** of the innermost resource */
  name: string
  /** itself and each resource that holds it, by its type's last word in lower case: `{expressroutecircuits: 'ckt-lon', peerings: 'AzurePrivatePeering'}` */
  names: Readonly<Record<string, string>>
}

/**
 * Reads `/subscriptions/S[/resourceGroups/G][/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME...]]`. The words and the types are in any capitals:
 * ARM's spelling of one id differs from call to call.
 * @returns null for a text of another form
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

/** The form in which ARM ids are compared: ARM spells one id in different cases from call to call. */
export function armKey(id: string): string {
  return id.toLowerCase().replace(/(?<!\/)\/+$/, '')
}

/** So many ids are remembered with their subscriptions: a worker asks for those of the same resources several times a poll, which was a twentieth of its work. */
const MAX_REMEMBERED = 50_000
const subscriptions = new Map<string, string>()

/** The subscription of an ARM id, lower case; '' if it is none. */
export function subscriptionOf(armId: string): string {
  const known = subscriptions.get(armId)
  if (known !== undefined) return known
  if (subscriptions.size >= MAX_REMEMBERED) subscriptions.clear()
  const subscription = parseArmId(armId)?.subscriptionId.toLowerCase() ?? ''
  subscriptions.set(armId, subscription)
  return subscription
}

/** The id of the resource group of an ARM id, lower case; null where it lies in none. */
export function resourceGroupOf(armId: string): string | null {
  const { subscriptionId, resourceGroup = null } = parseArmId(armId) ?? {}
  return resourceGroup === null
    ? null
    : `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}`.toLowerCase()
}

/** `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/type/name`, with the empty text before the first slash. */
const SEGMENTS_OF_A_RESOURCE = 9

/** ARM id of the resource that an id below it belongs to, such as a peering's circuit; the id itself where it has no such parent. */
export function owningResource(armId: string): string {
  return armId.split('/').slice(0, SEGMENTS_OF_A_RESOURCE).join('/')
}
