import { z } from 'zod'
import { armTypes, parseArmId, type ResourceRow } from '#lib/contract/index.ts'
import { decodeIgnoringInvalidMembers, decodeEachRow, restoreInvalidMember } from '../../decode/decode.ts'
import {
  armBooleanOrNullSchema,
  armIntegerOrNullSchema,
  armNumberOrNullSchema,
  acceptEmptyAsNull,
  armTextSchema,
  armTextOrNullSchema,
} from '../../decode/fields.ts'
import { type ExactJson, type JsonObject, isJsonObject } from '../../decode/json.ts'
import { createArmBodySchema } from '../../decode/members.ts'
import { scrubConfig } from '../../scrub-config.ts'
import type { UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import { createHash } from 'node:crypto'

const reference = acceptEmptyAsNull(createArmBodySchema({ id: armTextSchema }))

/**
 * Schemas of the members that the modules in `config/` decode. If a member has a value of another type, it counts as
 * invalid, see {@link decodeResources}.
 */
const peering = createArmBodySchema({
  name: armTextSchema,
  properties: createArmBodySchema({
    peeringType: armTextOrNullSchema,
    state: armTextOrNullSchema,
    azureASN: armIntegerOrNullSchema,
    peerASN: armIntegerOrNullSchema,
    primaryPeerAddressPrefix: armTextOrNullSchema,
    secondaryPeerAddressPrefix: armTextOrNullSchema,
    vlanId: armIntegerOrNullSchema,
  }),
})

const circuit = createArmBodySchema({
  circuitProvisioningState: armTextOrNullSchema,
  serviceProviderProvisioningState: armTextOrNullSchema,
  serviceProviderProperties: acceptEmptyAsNull(
    createArmBodySchema({
      serviceProviderName: armTextOrNullSchema,
      peeringLocation: armTextOrNullSchema,
      bandwidthInMbps: armIntegerOrNullSchema,
    }),
  ),
  bandwidthInGbps: armNumberOrNullSchema,
  expressRoutePort: reference,
  expressRouteLag: reference,
  peerings: acceptEmptyAsNull(z.array(peering)),
  globalReachEnabled: armBooleanOrNullSchema,
  stag: armIntegerOrNullSchema,
  resiliencyLevel: armTextOrNullSchema,
})

const gateway = createArmBodySchema({
  gatewayType: armTextOrNullSchema,
  vpnType: armTextOrNullSchema,
  activeActive: armBooleanOrNullSchema,
  enableBgp: armBooleanOrNullSchema,
  sku: acceptEmptyAsNull(
    createArmBodySchema({ name: armTextOrNullSchema, tier: armTextOrNullSchema, capacity: armIntegerOrNullSchema }),
  ),
  bgpSettings: acceptEmptyAsNull(
    createArmBodySchema({ asn: armIntegerOrNullSchema, bgpPeeringAddress: armTextOrNullSchema }),
  ),
  ipConfigurations: acceptEmptyAsNull(z.array(createArmBodySchema({}))),
})

const connection = createArmBodySchema({
  connectionType: armTextOrNullSchema,
  routingWeight: armIntegerOrNullSchema,
  enableBgp: armBooleanOrNullSchema,
  expressRouteGatewayBypass: armBooleanOrNullSchema,
  virtualNetworkGateway1: reference,
  virtualNetworkGateway2: reference,
  localNetworkGateway2: reference,
  peer: reference,
})

const virtualNetworkPeering = createArmBodySchema({
  name: armTextSchema,
  properties: createArmBodySchema({
    peeringState: armTextOrNullSchema,
    peeringSyncLevel: armTextOrNullSchema,
    allowGatewayTransit: armBooleanOrNullSchema,
    useRemoteGateways: armBooleanOrNullSchema,
    allowForwardedTraffic: armBooleanOrNullSchema,
    allowVirtualNetworkAccess: armBooleanOrNullSchema,
    remoteVirtualNetwork: reference,
  }),
})

const virtualNetwork = createArmBodySchema({
  subnets: acceptEmptyAsNull(z.array(createArmBodySchema({}))),
  addressSpace: acceptEmptyAsNull(createArmBodySchema({ addressPrefixes: z.array(z.string()).nullish() })),
  virtualNetworkPeerings: acceptEmptyAsNull(z.array(virtualNetworkPeering)),
})

const PROPERTIES = new Map<string, z.ZodType>([
  [armTypes.circuit, circuit],
  [armTypes.virtualNetworkGateway, gateway],
  [armTypes.connection, connection],
  [armTypes.virtualNetwork, virtualNetwork],
])

const sku = acceptEmptyAsNull(
  createArmBodySchema({ name: armTextOrNullSchema, tier: armTextOrNullSchema, family: armTextOrNullSchema }),
)

const resourceId = armTextSchema.refine((id) => parseArmId(id) !== null, 'expected an ARM id')

const createResourceSchema = (properties: z.ZodType) =>
  createArmBodySchema({ id: resourceId, name: armTextOrNullSchema, location: armTextOrNullSchema, sku, properties })

/**
 * Schemas of resources by type. They are created once, because the creation takes longer than the decoding of a short
 * list, and every poll of the inventory reads a list of each type.
 */
const RESOURCES = new Map([...PROPERTIES].map(([type, properties]) => [type, createResourceSchema(properties)]))
const OTHER_RESOURCE = createResourceSchema(createArmBodySchema({}))

/**
 * Members that determine which polls a resource needs, such as its type and state. If one of them is invalid, the
 * stored resource is not changed.
 */
const NEEDED: ReadonlySet<string> = new Set([
  'gatewayType',
  'connectionType',
  'peeringType',
  'state',
  'circuitProvisioningState',
  'serviceProviderProvisioningState',
])

/** Members of a resource that are stored separately and not in its configuration. */
const APART: ReadonlySet<PropertyKey | undefined> = new Set(['id', 'name', 'type', 'location'])

/**
 * Decodes the rows of a list of resources of one type. In the result, `config` is the resource without its ID, name,
 * type and location. The type is a parameter, because a row often does not contain it.
 * @param unread counts resources that could not be decoded, and invalid members of other resources. Such a member is
 *   stored in `config` as received. When `config` is decoded later, the member counts as unknown.
 */
export function decodeResources(type: string, rows: readonly ExactJson[], unread: UnreadRowCounter): ResourceRow[] {
  const schema = RESOURCES.get(type) ?? OTHER_RESOURCE
  return decodeEachRow(rows, 'value', unread, (value, at) => {
    const { known, odd } = decodeIgnoringInvalidMembers(schema, value, at, unread, NEEDED)
    // zod's loose objects keep unknown members unchanged, so they are JSON
    const body = odd.reduce<ExactJson>(
      (whole, one) => (APART.has(one.path[0]) ? whole : restoreInvalidMember(whole, one)),
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
 * Returns values by which a resource can be recognized if its ARM ID changed:
 * - for a circuit the digest of its service key. The key is unique and the provider also knows it. The key itself is
 *   not returned, because it is a secret.
 * - for a gateway and a connection `resourceGuid`, which stays the same if the resource is moved
 * - for a gateway also its subnet, which identifies the gateway only if it also has the tag that is set by Microsoft's
 *   migration of gateways
 */
function identitiesOf(type: string, body: JsonObject): string[] {
  const properties = memberOf(body, 'properties')
  if (!isJsonObject(properties)) return []
  if (type === armTypes.circuit) {
    const key = memberOf(properties, 'serviceKey')
    // Azure returns only a masked key to some identities, for example to those that may not read the key
    return typeof key === 'string' && /^[0-9a-f-]{36}$/i.test(key) ? [`serviceKey:${digest(key)}`] : []
  }
  if (type !== armTypes.virtualNetworkGateway && type !== armTypes.connection) return []
  const guid = memberOf(properties, 'resourceGuid')
  const own = typeof guid === 'string' && guid !== '' && !/^[0-]*$/.test(guid) ? [`guid:${guid.toLowerCase()}`] : []
  return type === armTypes.connection ? own : [...own, ...placesOf(properties)]
}

const digest = (key: string): string => createHash('sha256').update(key.toLowerCase()).digest('base64url').slice(0, 32)

/**
 * Returns the subnets of a gateway. Each includes the gateway type, because one subnet may contain a gateway of each
 * type.
 */
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

function memberOf(object: JsonObject, name: string): ExactJson | undefined {
  const found = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : object[found]
}
