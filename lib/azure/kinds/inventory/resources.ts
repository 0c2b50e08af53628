import { z } from 'zod'
import type { ResourceRow } from '#lib/contract/index.ts'
import { decodeRows } from '../../decode.ts'
import { booleanOrNull, integerOrNull, numberOrNull, text, textOrNull } from '../../fields.ts'
import type { Json, JsonObject } from '../../json.ts'
import { parseResourceId } from '../../resource-id.ts'
import { scrubConfig } from '../../scrub-config.ts'

const reference = z.looseObject({ id: text }).nullish()

/** What other parts of Peerwatch read from a resource's configuration, and so what a wrong type may not reach. */
const peering = z.looseObject({
  name: text,
  properties: z.looseObject({
    peeringType: textOrNull,
    state: textOrNull,
    azureASN: integerOrNull,
    peerASN: integerOrNull,
    primaryPeerAddressPrefix: textOrNull,
    secondaryPeerAddressPrefix: textOrNull,
    vlanId: integerOrNull,
  }),
})

const circuit = z.looseObject({
  circuitProvisioningState: textOrNull,
  serviceProviderProvisioningState: textOrNull,
  serviceProviderProperties: z
    .looseObject({ serviceProviderName: textOrNull, peeringLocation: textOrNull, bandwidthInMbps: integerOrNull })
    .nullish(),
  bandwidthInGbps: numberOrNull,
  expressRoutePort: reference,
  peerings: z.array(peering).nullish(),
  globalReachEnabled: booleanOrNull,
  stag: integerOrNull,
})

const gateway = z.looseObject({
  gatewayType: textOrNull,
  vpnType: textOrNull,
  activeActive: booleanOrNull,
  enableBgp: booleanOrNull,
  sku: z.looseObject({ name: textOrNull, tier: textOrNull, capacity: integerOrNull }).nullish(),
  bgpSettings: z.looseObject({ asn: integerOrNull, bgpPeeringAddress: textOrNull }).nullish(),
  ipConfigurations: z.array(z.looseObject({})).nullish(),
})

const connection = z.looseObject({
  connectionType: textOrNull,
  routingWeight: integerOrNull,
  enableBgp: booleanOrNull,
  expressRouteGatewayBypass: booleanOrNull,
  virtualNetworkGateway1: reference,
  virtualNetworkGateway2: reference,
  localNetworkGateway2: reference,
  peer: reference,
})

const virtualNetworkPeering = z.looseObject({
  name: text,
  properties: z.looseObject({
    peeringState: textOrNull,
    peeringSyncLevel: textOrNull,
    allowGatewayTransit: booleanOrNull,
    useRemoteGateways: booleanOrNull,
    remoteVirtualNetwork: reference,
  }),
})

const virtualNetwork = z.looseObject({
  addressSpace: z.looseObject({ addressPrefixes: z.array(z.string()).nullish() }).nullish(),
  virtualNetworkPeerings: z.array(virtualNetworkPeering).nullish(),
})

const PROPERTIES = new Map<string, z.ZodType>([
  ['microsoft.network/expressroutecircuits', circuit],
  ['microsoft.network/virtualnetworkgateways', gateway],
  ['microsoft.network/connections', connection],
  ['microsoft.network/virtualnetworks', virtualNetwork],
])

const sku = z.looseObject({ name: textOrNull, tier: textOrNull, family: textOrNull }).nullish()

const resourceId = text.refine((id) => parseResourceId(id) !== null, 'expected an ARM id')

function resource(type: string) {
  return z.looseObject({
    id: resourceId,
    name: textOrNull,
    location: textOrNull,
    sku,
    properties: PROPERTIES.get(type) ?? z.looseObject({}),
  })
}

/**
 * The rows of a list of resources of one type. `config` is the resource without its id, name, type and location.
 * A list names what it lists: a row's own `type` is not needed, and often missing.
 */
export function decodeResources(type: string, rows: readonly Json[]): ResourceRow[] {
  return decodeRows(resource(type), rows).map((row) => {
    // zod's loose objects carry unknown members as they came: JSON
    const { id, name, type: _type, location, ...rest } = row as typeof row & JsonObject
    const parts = parseResourceId(id)
    return {
      resourceId: id,
      type,
      name: name ?? parts?.name ?? id,
      subscriptionId: parts?.subscriptionId ?? '',
      resourceGroup: parts?.resourceGroup ?? null,
      location,
      config: scrubConfig(rest),
    }
  })
}
