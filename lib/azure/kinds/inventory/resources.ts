import { z } from 'zod'
import { armTypes, parseArmId, type ResourceRow } from '#lib/contract/index.ts'
import { decodeIgnoringInvalidMembers, eachRow, withMember } from '../../decode/decode.ts'
import { booleanOrNull, integerOrNull, numberOrNull, orNothing, textField, textOrNull } from '../../decode/fields.ts'
import { type Json, type JsonObject, isJsonObject } from '../../decode/json.ts'
import { armBody } from '../../decode/members.ts'
import { scrubConfig } from '../../scrub-config.ts'
import type { Unread } from '../../decode/unread.ts'
import { createHash } from 'node:crypto'

const reference = orNothing(armBody({ id: textField }))

/** The members that `config/` decodes: a resource with a value of another type is left as it was. */
const peering = armBody({
  name: textField,
  properties: armBody({
    peeringType: textOrNull,
    state: textOrNull,
    azureASN: integerOrNull,
    peerASN: integerOrNull,
    primaryPeerAddressPrefix: textOrNull,
    secondaryPeerAddressPrefix: textOrNull,
    vlanId: integerOrNull,
  }),
})

const circuit = armBody({
  circuitProvisioningState: textOrNull,
  serviceProviderProvisioningState: textOrNull,
  serviceProviderProperties: orNothing(
    armBody({ serviceProviderName: textOrNull, peeringLocation: textOrNull, bandwidthInMbps: integerOrNull }),
  ),
  bandwidthInGbps: numberOrNull,
  expressRoutePort: reference,
  peerings: orNothing(z.array(peering)),
  globalReachEnabled: booleanOrNull,
  stag: integerOrNull,
  resiliencyLevel: textOrNull,
})

const gateway = armBody({
  gatewayType: textOrNull,
  vpnType: textOrNull,
  activeActive: booleanOrNull,
  enableBgp: booleanOrNull,
  sku: orNothing(armBody({ name: textOrNull, tier: textOrNull, capacity: integerOrNull })),
  bgpSettings: orNothing(armBody({ asn: integerOrNull, bgpPeeringAddress: textOrNull })),
  ipConfigurations: orNothing(z.array(armBody({}))),
})

const connection = armBody({
  connectionType: textOrNull,
  routingWeight: integerOrNull,
  enableBgp: booleanOrNull,
  expressRouteGatewayBypass: booleanOrNull,
  virtualNetworkGateway1: reference,
  virtualNetworkGateway2: reference,
  localNetworkGateway2: reference,
  peer: reference,
})

const virtualNetworkPeering = armBody({
  name: textField,
  properties: armBody({
    peeringState: textOrNull,
    peeringSyncLevel: textOrNull,
    allowGatewayTransit: booleanOrNull,
    useRemoteGateways: booleanOrNull,
    allowForwardedTraffic: booleanOrNull,
    allowVirtualNetworkAccess: booleanOrNull,
    remoteVirtualNetwork: reference,
  }),
})

const virtualNetwork = armBody({
  subnets: orNothing(z.array(armBody({}))),
  addressSpace: orNothing(armBody({ addressPrefixes: z.array(z.string()).nullish() })),
  virtualNetworkPeerings: orNothing(z.array(virtualNetworkPeering)),
})

const PROPERTIES = new Map<string, z.ZodType>([
  [armTypes.circuit, circuit],
  [armTypes.virtualNetworkGateway, gateway],
  [armTypes.connection, connection],
  [armTypes.virtualNetwork, virtualNetwork],
])

const sku = orNothing(armBody({ name: textOrNull, tier: textOrNull, family: textOrNull }))

const resourceId = textField.refine((id) => parseArmId(id) !== null, 'expected an ARM id')

function resource(type: string) {
  return armBody({
    id: resourceId,
    name: textOrNull,
    location: textOrNull,
    sku,
    properties: PROPERTIES.get(type) ?? armBody({}),
  })
}

/** What a resource is and whether it is in use, which decides what is polled: a resource that says neither stays as it was. */
const NEEDED: ReadonlySet<string> = new Set([
  'gatewayType',
  'connectionType',
  'peeringType',
  'state',
  'circuitProvisioningState',
  'serviceProviderProvisioningState',
])

/** Members of a resource that are no part of its configuration. */
const APART: ReadonlySet<PropertyKey | undefined> = new Set(['id', 'name', 'type', 'location'])

/**
 * The rows of a list of resources of one type. `config` is the resource without its id, name, type and location.
 * A list names what it lists: a row's own `type` is not needed, and often missing.
 * @param unread counts resources that can't be read, and odd members of those that are kept: such a member stands in `config` as it came, and
 *   reads as unknown
 */
export function decodeResources(type: string, rows: readonly Json[], unread: Unread): ResourceRow[] {
  const schema = resource(type)
  return eachRow(rows, 'value', unread, (value, at) => {
    const { known, odd } = decodeIgnoringInvalidMembers(schema, value, at, unread, NEEDED)
    // zod's loose objects carry unknown members as they came: JSON
    const body = odd.reduce<Json>(
      (whole, one) => (APART.has(one.path[0]) ? whole : withMember(whole, one)),
      known as JsonObject,
    )
    const { id, name, location } = known
    const { id: _id, name: _name, type: _type, location: _location, ...rest } = body as JsonObject
    const parts = parseArmId(id)
    const identities = identitiesOf(type, rest)
    return {
      resourceId: id,
      type,
      name: name ?? parts?.name ?? id,
      subscriptionId: parts?.subscriptionId ?? '',
      resourceGroup: parts?.resourceGroup ?? null,
      location,
      config: scrubConfig(rest),
      ...(identities.length > 0 && { identities }),
    }
  })
}

/**
 * What a resource is recognized by when its ARM id is another one, in no order:
 * - a circuit by its service key, which the provider has as well and which no other circuit has. Kept as a digest: the key is a secret.
 * - a gateway and a connection by `resourceGuid`, which goes with a resource that is moved, and a gateway by where it stands, which says who it
 *   is only together with what Microsoft's migration writes on it.
 */
function identitiesOf(type: string, body: JsonObject): string[] {
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
