import { z } from 'zod'
import { armTypes, isNamedMetro } from '#lib/contract/index.ts'
import { DAY, HOUR } from '#lib/contract/time/time.ts'
import { failureOfError } from '../../call/classify.ts'
import { decodeConfig } from '../../config/index.ts'
import { decodeRows } from '../../decode/decode.ts'
import { textField } from '../../decode/fields.ts'
import { isJsonObject, type Json } from '../../decode/json.ts'
import { armRow, member } from '../../decode/members.ts'
import { pagedRows } from '../../call/paging.ts'
import type { Unread } from '../../decode/unread.ts'
import type { Asked } from './optional-list.ts'

/** What providers sell changes with contracts; the list of all of them is some 100 kB. */
const AGAIN_MS = 6 * HOUR
/** After a refusal. */
const REFUSED_MS = DAY

/** The bandwidths that those providers sell whose circuits stand in the subscription; due some hours apart. */
export async function serviceProviders(
  { call, arm, providers, resources, id: { subscriptionId }, atPace }: Asked,
  unread: Unread,
): Promise<Json[] | null> {
  const wanted = new Set(
    resources.flatMap(({ config }) => decodeConfig(armTypes.circuit, config).provider?.toLowerCase() ?? []),
  )
  if (wanted.size === 0) return []
  const names = JSON.stringify([...wanted].toSorted())
  if (!providers.isDue(subscriptionId, names)) return null
  try {
    const rows = await atPace(() => pagedRows(call, () => arm.network.expressRouteServiceProviders.list()))
    const own = decodeRows(provider, rows, 'value', unread).filter(({ name }) => wanted.has(name.toLowerCase()))
    providers.remember(subscriptionId, names, AGAIN_MS)
    return own.map((one) => named(subscriptionId, one))
  } catch (error) {
    // throws on what is no failure of Azure's
    failureOfError(error, call)
    providers.remember(subscriptionId, names, REFUSED_MS)
    throw error
  }
}

/** Source: Azure Network REST, ExpressRouteServiceProvider. What it sells is read of those alone that are asked about. */
const provider = armRow({ name: textField, properties: z.custom<Json>(() => true).optional() })

/** ARM gives all of them one id that names none: `/subscriptions//resourceGroups//providers/.../`. */
function named(subscriptionId: string, { name, properties }: z.output<typeof provider>): Json {
  const place = `/subscriptions/${subscriptionId}/providers/Microsoft.Network/expressRouteServiceProviders`
  const id = `${place}/${encodeURIComponent(name)}`
  if (!isJsonObject(properties)) return { id, name, properties: properties ?? null }
  const places = member(properties, 'peeringLocations')
  // the list of its places is long and changes often: those of two locations are asked alone
  const metros = Array.isArray(places) ? places.filter((one) => typeof one === 'string' && isNamedMetro(one)) : []
  const bandwidthsOffered = member(properties, 'bandwidthsOffered') ?? []
  return { id, name, properties: { bandwidthsOffered, ...(metros.length > 0 && { peeringLocations: metros }) } }
}
