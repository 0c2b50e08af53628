import { z } from 'zod'
import { armTypes, type ResourceRow } from '#lib/contract/index.ts'
import { DAY, HOUR } from '#lib/contract/time/time.ts'
import { decodeConfig } from '../../config/index.ts'
import { decodeRows } from '../../decode/decode.ts'
import { textField } from '../../decode/fields.ts'
import { isJsonObject, type Json } from '../../decode/json.ts'
import { armRow, member } from '../../decode/members.ts'
import { type Asking, paged } from './beside.ts'
import { emptyList, type OptionalList, optionalList } from './optional-list.ts'
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
  { call, arm, providers, id: { subscriptionId }, ask }: Asking,
  resources: readonly ResourceRow[],
): Promise<OptionalList | null> {
  const wanted = new Set(
    resources.flatMap(({ type, config }) =>
      type === armTypes.circuit ? (decodeConfig(armTypes.circuit, config).provider?.toLowerCase() ?? []) : [],
    ),
  )
  if (wanted.size === 0) return emptyList()
  const names = JSON.stringify([...wanted].toSorted())
  if (!providers.isDue(subscriptionId, names)) return null
  const found = await optionalList(call, async (unread) => {
    const rows = await ask(() => paged(call, () => arm.network.expressRouteServiceProviders.list()))
    const own = decodeRows(provider, rows, 'value', unread).filter(({ name }) => wanted.has(name.toLowerCase()))
    return decodeResources(
      armTypes.serviceProvider,
      own.map((one) => named(subscriptionId, one)),
      unread,
    )
  })
  providers.remember(subscriptionId, names, found ? AGAIN_MS : REFUSED_MS)
  return found
}

/** Source: Azure Network REST, ExpressRouteServiceProvider. What it sells is read of those alone that are asked about. */
const provider = armRow({ name: textField, properties: z.custom<Json>(() => true).optional() })

/** ARM gives all of them one id that names none: `/subscriptions//resourceGroups//providers/.../`. */
function named(subscriptionId: string, { name, properties }: z.output<typeof provider>): Json {
  const place = `/subscriptions/${subscriptionId}/providers/Microsoft.Network/expressRouteServiceProviders`
  const id = `${place}/${encodeURIComponent(name)}`
  if (!isJsonObject(properties)) return { id, name, properties: properties ?? null }
  // the list of its places is long, changes often, and nothing asks it
  return { id, name, properties: { bandwidthsOffered: member(properties, 'bandwidthsOffered') ?? [] } }
}
