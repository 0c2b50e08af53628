import { canonicalAddress, detectAddressFamily } from '#lib/bgp/index.ts'

/** Links and BGP sessions in a router's configuration. */
export interface ConfiguredRouter {
  asn: number | null
  /** configured interfaces; null = the software does not configure interfaces */
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
  /** local ASN that is configured for this neighbor, if it differs from the router's ASN; otherwise null */
  localAsn: number | null
  isShut: boolean
  password: boolean
  bfd: boolean
  families: ReadonlySet<4 | 6>
  /** outgoing policy; null = not configured, or configured by statements that are not read */
  out: OutPolicy | null
}

interface OutPolicy {
  /** prefixes that the policy allows; null = not limited by a list of prefixes */
  prefixes: readonly string[] | null
  prepends: number
}

/** Settings of a neighbor or neighbor group, as collected from the lines of a configuration. */
export interface NeighborLines {
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

export interface RouterLines {
  asn: number | null
  interfaces: Map<string, ConfiguredInterface>
  neighbors: Map<string, NeighborLines>
  groups: Map<string, NeighborLines>
  /** prefix lists and sets by name */
  lists: Map<string, string[]>
  policies: Map<string, { lists: string[]; prefixes: string[]; prepends: number }>
  /** true if IPv4 is active for a neighbor by default */
  startsActive: boolean
}

export const noLines = (): NeighborLines => ({
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

export function entry<Value>(map: Map<string, Value>, key: string, made: () => Value): Value {
  const value = map.get(key) ?? made()
  map.set(key, value)
  return value
}

export const interfaceOf = (reading: RouterLines, name: string): ConfiguredInterface =>
  entry(reading.interfaces, name, () => ({ vlan: null, outerVlan: null, isShut: false, addresses: [] }))
export const prefixListOf = (reading: RouterLines, name: string): string[] => entry(reading.lists, name, () => [])
export const policyOf = (reading: RouterLines, name: string) =>
  entry(reading.policies, name, () => ({ lists: [], prefixes: [], prepends: 0 }))

/**
 * Returns the collected lines of a neighbor if the name is an address, otherwise of the neighbor group with that name.
 */
export function neighborLines(reading: RouterLines, name: string): NeighborLines {
  const address = canonicalAddress(name)
  return address === null ? entry(reading.groups, name, noLines) : entry(reading.neighbors, address, noLines)
}

/** Combines the lines of a neighbor and its group. The group supplies values that the neighbor does not set. */
export function configuredNeighbor(reading: RouterLines, address: string, own: NeighborLines): ConfiguredNeighbor {
  const group = (own.group === null ? null : reading.groups.get(own.group)) ?? noLines()
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
    // computed on access, because only a few neighbors are compared, and the prefix lists of all neighbors together may
    // have a size that is quadratic in the length of the text
    get out() {
      return outPolicy(reading, own) ?? outPolicy(reading, group)
    },
  }
}

function outPolicy(reading: RouterLines, { lists, policies }: NeighborLines): OutPolicy | null {
  if (lists.length === 0 && policies.length === 0) return null
  // uses each policy name once, so that the result is not longer than the text
  const used = [...new Set(policies)].flatMap((name) => reading.policies.get(name) ?? [])
  const names = new Set([...lists, ...used.flatMap((policy) => policy.lists)])
  const listed = [...names].flatMap((name) => reading.lists.get(name) ?? [])
  const prefixes = [...listed, ...used.flatMap((policy) => policy.prefixes)]
  return {
    prefixes: prefixes.length === 0 ? null : prefixes,
    prepends: used.reduce((most, policy) => Math.max(most, policy.prepends), 0),
  }
}

export const numberIn = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null
/** Reads an ASN. Four-byte ASNs may be written in two parts (RFC 5396, asdot). */
export function asnIn(text: string | undefined): number | null {
  const parts = /^(\d+)\.(\d+)$/.exec(text ?? '')
  return parts ? Number(parts[1]) * 65_536 + Number(parts[2]) : numberIn(text)
}

function lengthOfMask(mask: string | undefined): number | null {
  const octets = mask?.split('.').map(Number) ?? []
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return octets.length === 4 && /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null
}

export function addAddress(at: ConfiguredInterface, text: string | undefined, mask?: string): void {
  const [bare = '', length] = (text ?? '').split('/')
  const address = canonicalAddress(bare)
  if (address !== null) at.addresses.push({ address, length: numberIn(length) ?? lengthOfMask(mask) })
}
