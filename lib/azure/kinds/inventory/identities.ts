import { createHash } from 'node:crypto'
import { armTypes } from '#lib/contract/index.ts'
import { isJsonObject, type Json, type JsonObject } from '../../decode/json.ts'

/**
 * What a resource is recognized by when its ARM id is another one, in no order:
 * - a circuit by its service key, which the provider has as well and which no other circuit has. Kept as a digest: the key is a secret.
 * - a gateway and a connection by `resourceGuid`, which goes with a resource that is moved, and a gateway by where it stands, which says who it
 *   is only together with what Microsoft's migration writes on it.
 */
export function identitiesOf(type: string, body: JsonObject): string[] {
  const properties = memberOf(body, 'properties')
  if (!isJsonObject(properties)) return []
  if (type === armTypes.circuit) {
    const key = memberOf(properties, 'serviceKey')
    // Azure masks it for some readers: what is masked is no key
    return typeof key === 'string' && /^[0-9a-f-]{36}$/i.test(key) ? [`serviceKey:${digest(key)}`] : []
  }
  if (type !== armTypes.virtualNetworkGateway && type !== armTypes.connection) return []
  const guid = memberOf(properties, 'resourceGuid')
  const own = typeof guid === 'string' && guid !== '' && !/^[0-]*$/.test(guid) ? [`guid:${guid.toLowerCase()}`] : []
  return type === armTypes.connection ? own : [...own, ...placesOf(properties)]
}

const digest = (key: string): string => createHash('sha256').update(key.toLowerCase()).digest('base64url').slice(0, 32)

/** A gateway of each type may stand in one subnet. */
function placesOf(properties: JsonObject): string[] {
  const kind = memberOf(properties, 'gatewayType')
  const configurations = memberOf(properties, 'ipConfigurations')
  if (typeof kind !== 'string' || !Array.isArray(configurations)) return []
  const subnets = configurations.flatMap((one) => {
    const own = isJsonObject(one) ? memberOf(one, 'properties') : null
    const subnet = isJsonObject(own) ? memberOf(own, 'subnet') : null
    const id = isJsonObject(subnet) ? memberOf(subnet, 'id') : null
    return typeof id === 'string' ? [`subnet:${kind}:${id}`.toLowerCase()] : []
  })
  return [...new Set(subnets)]
}

function memberOf(object: JsonObject, name: string): Json | undefined {
  const found = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : object[found]
}
