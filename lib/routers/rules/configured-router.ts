import { canonicalizeAddress, detectAddressFamily } from '#lib/bgp/index.ts'

/** The interfaces and BGP neighbors in the configuration of a router. */
export interface ConfiguredRouter {
  asn: number | null
  /** Configured interfaces; null = this software does not configure interfaces (GoBGP). */
  interfaces: ConfiguredInterface[] | null
  neighbors: ConfiguredNeighbor[]
}

export interface ConfiguredInterface {
  vlan: number | null
  outerVlan: number | null
  isShut: boolean
  addresses: { address: string; length: number | null }[]
}

export interface ConfiguredNeighbor {
  address: string
  remoteAsn: number | null
  /** Local ASN for this neighbor if it is not the ASN of the router; null = the router uses its own ASN. */
  localAsn: number | null
  isShut: boolean
  password: boolean
  bfd: boolean
  families: ReadonlySet<4 | 6>
  /** Policy for advertised routes; null = the neighbor has no such policy, or it could not be read. */
  out: OutPolicy | null
}

interface OutPolicy {
  /** Prefixes that the policy lets through; null = all prefixes, or they are not in the configuration. */
  prefixes: readonly string[] | null
  prepends: number
}

/** Settings of a neighbor or of a group of neighbors, collected while the lines are read. */
export interface NeighborConfigurationLines {
  group: string | null
  remoteAsn: number | null
  localAsn: number | null
  isShut: boolean
  password: boolean
  bfd: boolean
  on: Set<4 | 6>
  off: Set<4 | 6>
  lists: string[]
  policies: string[]
}

export interface RouterConfigurationLines {
  asn: number | null
  interfaces: Map<string, ConfiguredInterface>
  neighbors: Map<string, NeighborConfigurationLines>
  groups: Map<string, NeighborConfigurationLines>
  /** Prefix lists and prefix sets by name. */
  lists: Map<string, string[]>
  policies: Map<string, { lists: string[]; prefixes: string[]; prepends: number }>
  /** True if a neighbor exchanges IPv4 routes without being activated for them. */
  startsActive: boolean
}

export const createEmptyNeighborLines = (): NeighborConfigurationLines => ({
  group: null,
  remoteAsn: null,
  localAsn: null,
  isShut: false,
  password: false,
  bfd: false,
  on: new Set(),
  off: new Set(),
  lists: [],
  policies: [],
})

export function getOrCreateEntry<Value>(map: Map<string, Value>, key: string, made: () => Value): Value {
  const value = map.get(key) ?? made()
  map.set(key, value)
  return value
}

export const getOrCreateConfiguredInterface = (reading: RouterConfigurationLines, name: string): ConfiguredInterface =>
  getOrCreateEntry(reading.interfaces, name, () => ({ vlan: null, outerVlan: null, isShut: false, addresses: [] }))
export const ensurePrefixList = (reading: RouterConfigurationLines, name: string): string[] =>
  getOrCreateEntry(reading.lists, name, () => [])
export const getOrCreateRoutePolicy = (reading: RouterConfigurationLines, name: string) =>
  getOrCreateEntry(reading.policies, name, () => ({ lists: [], prefixes: [], prepends: 0 }))

/**
 * Returns the settings of a neighbor if `name` is an address, otherwise of the group with this name. They are created
 * if they do not exist.
 */
export function ensureNeighborLines(reading: RouterConfigurationLines, name: string): NeighborConfigurationLines {
  const address = canonicalizeAddress(name)
  return address === null
    ? getOrCreateEntry(reading.groups, name, createEmptyNeighborLines)
    : getOrCreateEntry(reading.neighbors, address, createEmptyNeighborLines)
}

/** Combines the settings of a neighbor with those of its group. The neighbor's own settings take precedence. */
export function combineNeighborWithGroup(
  reading: RouterConfigurationLines,
  address: string,
  own: NeighborConfigurationLines,
): ConfiguredNeighbor {
  const group = (own.group === null ? null : reading.groups.get(own.group)) ?? createEmptyNeighborLines()
  const family = detectAddressFamily(address)
  const families = new Set([...group.on, ...own.on])
  if (family === 4 && reading.startsActive && !own.off.has(4) && !group.off.has(4)) families.add(4)
  return {
    address,
    remoteAsn: own.remoteAsn ?? group.remoteAsn,
    localAsn: own.localAsn ?? group.localAsn,
    isShut: own.isShut || group.isShut,
    password: own.password || group.password,
    bfd: own.bfd || group.bfd,
    families,
    // This getter computes the policy only when it is used, because only few neighbors are compared, and the policies
    // of all neighbors together may be much longer than the text.
    get out() {
      return outPolicy(reading, own) ?? outPolicy(reading, group)
    },
  }
}

function outPolicy(
  reading: RouterConfigurationLines,
  { lists, policies }: NeighborConfigurationLines,
): OutPolicy | null {
  if (lists.length === 0 && policies.length === 0) return null
  // include each policy only once, so that the result cannot become longer than the text of the configuration
  const used = [...new Set(policies)].flatMap((name) => reading.policies.get(name) ?? [])
  const names = new Set([...lists, ...used.flatMap((policy) => policy.lists)])
  const listed = [...names].flatMap((name) => reading.lists.get(name) ?? [])
  const prefixes = [...listed, ...used.flatMap((policy) => policy.prefixes)]
  return {
    prefixes: prefixes.length === 0 ? null : prefixes,
    prepends: used.reduce((most, policy) => Math.max(most, policy.prepends), 0),
  }
}

export const parseWholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null
/** Reads an ASN. Four-octet ASNs may be written in two parts, for example `1.10` (RFC 5396, asdot). */
export function parseAsn(text: string | undefined): number | null {
  const parts = /^(\d+)\.(\d+)$/.exec(text ?? '')
  return parts ? Number(parts[1]) * 65_536 + Number(parts[2]) : parseWholeNumber(text)
}

function lengthOfMask(mask: string | undefined): number | null {
  const octets = mask?.split('.').map(Number) ?? []
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return octets.length === 4 && /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null
}

export function addInterfaceAddress(at: ConfiguredInterface, text: string | undefined, mask?: string): void {
  const [bare = '', length] = (text ?? '').split('/')
  const address = canonicalizeAddress(bare)
  if (address !== null) at.addresses.push({ address, length: parseWholeNumber(length) ?? lengthOfMask(mask) })
}
