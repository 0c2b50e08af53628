import { z } from 'zod'
import { armTypes, parseArmId, type ResourceRow } from '#lib/contract/index.ts'
import { decodeRows } from '../../decode.ts'
import { booleanOrNull, integerOrNull, numberOrNull, text, textOrNull } from '../../fields.ts'
import type { Json, JsonObject } from '../../json.ts'
import { armBody } from '../../members.ts'
import { scrubConfig } from '../../scrub-config.ts'
import type { Unread } from '../../unread.ts'
import { identitiesOf } from './identities.ts'

const reference = armBody({ id: text }).nullish()

/** The members that `config/` decodes: a resource with a value of another type is left as it was. */
const peering = armBody({
  name: text,
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
  serviceProviderProperties: armBody({
    serviceProviderName: textOrNull,
    peeringLocation: textOrNull,
    bandwidthInMbps: integerOrNull,
  }).nullish(),
  bandwidthInGbps: numberOrNull,
  expressRoutePort: reference,
  peerings: z.array(peering).nullish(),
  globalReachEnabled: booleanOrNull,
  stag: integerOrNull,
})

const gateway = armBody({
  gatewayType: textOrNull,
  vpnType: textOrNull,
  activeActive: booleanOrNull,
  enableBgp: booleanOrNull,
  sku: armBody({ name: textOrNull, tier: textOrNull, capacity: integerOrNull }).nullish(),
  bgpSettings: armBody({ asn: integerOrNull, bgpPeeringAddress: textOrNull }).nullish(),
  ipConfigurations: z.array(armBody({})).nullish(),
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
  name: text,
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
  subnets: z.array(armBody({})).nullish(),
  addressSpace: armBody({ addressPrefixes: z.array(z.string()).nullish() }).nullish(),
  virtualNetworkPeerings: z.array(virtualNetworkPeering).nullish(),
})

const PROPERTIES = new Map<string, z.ZodType>([
  [armTypes.circuit, circuit],
  [armTypes.virtualNetworkGateway, gateway],
  [armTypes.connection, connection],
  [armTypes.virtualNetwork, virtualNetwork],
])

const sku = armBody({ name: textOrNull, tier: textOrNull, family: textOrNull }).nullish()

const resourceId = text.refine((id) => parseArmId(id) !== null, 'expected an ARM id')

function resource(type: string) {
  return armBody({
    id: resourceId,
    name: textOrNull,
    location: textOrNull,
    sku,
    properties: PROPERTIES.get(type) ?? armBody({}),
  })
}

/**
 * The rows of a list of resources of one type. `config` is the resource without its id, name, type and location.
 * A list names what it lists: a row's own `type` is not needed, and often missing.
 * @param unread counts those that can't be read; without it one of them fails the list
 */
export function decodeResources(type: string, rows: readonly Json[], unread?: Unread): ResourceRow[] {
  return decodeRows(resource(type), rows, 'value', unread).map((row) => {
    // zod's loose objects carry unknown members as they came: JSON
    const { id, name, type: _type, location, ...rest } = row as typeof row & JsonObject
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
