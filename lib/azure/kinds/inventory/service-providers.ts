import { armTypes, type ResourceRow } from '#lib/contract/index.ts'
import { failureOfError } from '../../classify.ts'
import { decodeConfig } from '../../config/index.ts'
import { DAY, HOUR } from '../../durations.ts'
import { isJsonObject, type Json } from '../../json.ts'
import { member } from '../../members.ts'
import { pagedRows } from '../../paging.ts'
import type { Read } from '../../read.ts'
import { decodeResources } from './resources.ts'

/** What providers sell changes with contracts; the list of all of them is some 100 kB. */
const AGAIN_MS = 6 * HOUR
/** After a refusal. */
const REFUSED_MS = DAY

/**
 * The bandwidths that those providers sell whose circuits stand in the subscription. Some hours apart, and never required: where they can't
 * be listed, the inventory is complete without.
 * @returns null where they are not due, or could not be read
 */
export async function readServiceProviders(
  { call, arm, providers, id: { subscriptionId } }: Pick<Read, 'call' | 'arm' | 'providers' | 'id'>,
  resources: readonly ResourceRow[],
  atPace: (read: () => Promise<Json[]>) => Promise<Json[]>,
): Promise<ResourceRow[] | null> {
  const wanted = new Set(
    resources.flatMap(({ type, config }) =>
      type === armTypes.circuit ? (decodeConfig(armTypes.circuit, config).provider?.toLowerCase() ?? []) : [],
    ),
  )
  if (wanted.size === 0) return []
  const names = JSON.stringify([...wanted].toSorted())
  if (!providers.isDue(subscriptionId, names)) return null
  try {
    const rows = await atPace(() =>
      pagedRows(call, (continuationToken) =>
        arm.network.expressRouteServiceProviders.list().byPage({ continuationToken }),
      ),
    )
    const own = rows.flatMap((row) => named(subscriptionId, row)).filter(({ name }) => wanted.has(name.toLowerCase()))
    const decoded = decodeResources(armTypes.serviceProvider, own)
    providers.remember(subscriptionId, names, AGAIN_MS)
    return decoded
  } catch (error) {
    // throws on what is no failure of Azure's
    failureOfError(error, call)
    providers.remember(subscriptionId, names, REFUSED_MS)
    return null
  }
}

/** ARM gives all of them one id that names none: `/subscriptions//resourceGroups//providers/.../`. */
function named(subscriptionId: string, row: Json): { id: string; name: string; properties: Json }[] {
  if (!isJsonObject(row)) return []
  const [name, properties] = [member(row, 'name'), member(row, 'properties')]
  if (typeof name !== 'string' || !isJsonObject(properties)) return []
  const bandwidthsOffered = member(properties, 'bandwidthsOffered') ?? []
  const place = `/subscriptions/${subscriptionId}/providers/Microsoft.Network/expressRouteServiceProviders`
  // the list of its places is long, changes often, and nothing asks it
  return [{ id: `${place}/${encodeURIComponent(name)}`, name, properties: { bandwidthsOffered } }]
}
