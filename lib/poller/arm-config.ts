import { type ByFamily, mseeAddresses } from '#lib/bgp/index.ts'
import type { CircuitPath } from '#lib/contract/index.ts'

/**
 * What the poller reads from a resource's configuration as ARM lists it. Every reader takes any JSON: a field that is
 * missing or of another type reads as not told, because a configuration of an unknown shape must never stop a poll.
 */
type Json = Record<string, unknown>

/** One enabled or disabled peering of a circuit. */
export interface PeeringConfig {
  /** ARM's resource name, e.g. `AzurePrivatePeering`; it is what the path calls are asked with */
  name: string
  enabled: boolean
  /** link subnets, null where ARM tells none */
  subnets: Record<CircuitPath, ByFamily>
  /** what the customer means to announce on Microsoft peering, and Azure's word on it; null on other peerings */
  publicPrefixes: { state: string | null; prefixes: string[] } | null
}

/** A field of a resource, whether under `properties` as on ARM's wire or beside the name. */
export function fieldOf(config: unknown, name: string): unknown {
  if (!isObject(config)) return undefined
  const { properties } = config
  return isObject(properties) && properties[name] !== undefined ? properties[name] : config[name]
}

/** Whether the provider has built the circuit and Azure has it enabled: before that, its paths don't exist. */
export function isProvisioned(config: unknown): boolean {
  return (
    isWord(fieldOf(config, 'serviceProviderProvisioningState'), 'provisioned') &&
    !isWord(fieldOf(config, 'circuitProvisioningState'), 'disabled')
  )
}

export function peeringsOf(config: unknown): PeeringConfig[] {
  return listOf(fieldOf(config, 'peerings')).flatMap((peering) => {
    const name = textOf(isObject(peering) ? peering.name : undefined) ?? textOf(fieldOf(peering, 'peeringType'))
    if (name === null) return []
    const ipv6 = fieldOf(peering, 'ipv6PeeringConfig')
    const subnets = (field: string) => ({ ipv4: textOf(fieldOf(peering, field)), ipv6: textOf(fieldOf(ipv6, field)) })
    return [
      {
        name,
        enabled: isWord(fieldOf(peering, 'state'), 'enabled'),
        subnets: {
          primary: subnets('primaryPeerAddressPrefix'),
          secondary: subnets('secondaryPeerAddressPrefix'),
        },
        publicPrefixes: publicPrefixesOf(peering),
      },
    ]
  })
}

function publicPrefixesOf(peering: unknown): PeeringConfig['publicPrefixes'] {
  const told = fieldOf(peering, 'microsoftPeeringConfig')
  if (!isObject(told)) return null
  const prefixes = listOf(told.advertisedPublicPrefixes).flatMap((prefix) => textOf(prefix) ?? [])
  return { state: textOf(told.advertisedPublicPrefixesState), prefixes }
}

/** The MSEE's addresses on one path of a circuit's peering; null where the configuration does not tell them. */
export function pathAddresses(config: unknown, peering: string, path: CircuitPath): ByFamily {
  const found = peeringsOf(config).find(({ name }) => name === peering)
  return mseeAddresses(found?.subnets[path] ?? { ipv4: null, ipv6: null })
}

/**
 * A gateway's instances as its BGP settings name them: for each one the addresses that it may report under, the
 * default one first. Empty where ARM tells none, as for many ExpressRoute gateways.
 */
export function configuredInstances(config: unknown): string[][] {
  const settings = fieldOf(config, 'bgpSettings')
  if (!isObject(settings)) return []
  const byIpConfiguration = listOf(settings.bgpPeeringAddresses).flatMap((entry) => {
    if (!isObject(entry)) return []
    const addresses = [...addressesOf(entry.defaultBgpIpAddresses), ...addressesOf(entry.customBgpIpAddresses)]
    return addresses.length > 0 ? [addresses] : []
  })
  if (byIpConfiguration.length > 0) return byIpConfiguration
  return addressesOf(settings.bgpPeeringAddress).map((address) => [address])
}

/** How many instances report at a time: those of the SKU, and one of a VPN gateway that has a standby; null where ARM does not say. */
export function instanceCount(config: unknown): number | null {
  const isVpn = textOf(fieldOf(config, 'gatewayType'))?.toLowerCase() === 'vpn'
  if (isVpn && fieldOf(config, 'activeActive') === false) return 1
  const sku = fieldOf(config, 'sku')
  const capacity = isObject(sku) ? sku.capacity : undefined
  return typeof capacity === 'number' && capacity > 0 ? capacity : null
}

/** ARM prints one address, a list of them, or several in one text with commas. */
function addressesOf(value: unknown): string[] {
  const texts = Array.isArray(value) ? value : [value]
  return texts.flatMap((text) => (typeof text === 'string' ? text.split(',') : [])).flatMap((text) => text.trim() || [])
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

function isWord(value: unknown, word: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === word
}
