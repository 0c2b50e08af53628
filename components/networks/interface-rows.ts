import type { PolledNetworkInterface, ApiRouteTableEntry } from '#lib/contract/index.ts'
import type { Network, NetworkInterface } from '#lib/networks/api/index.ts'
import { normalizeArmId, parseArmId } from '#lib/contract/arm-id.ts'
import type { StatusText } from '../ui/status.tsx'

/** Row for a network interface that is polled; `found` is null if the inventory does not contain the interface. */
export interface NetworkInterfaceRow {
  key: string
  name: string
  note: string
  network: string | null
  found: NetworkInterface | null
}

/**
 * Returns rows for the polled network interfaces, sorted by name. Interfaces that users chose for polling but that are
 * not in the inventory also have a row.
 */
export function buildNetworkInterfaceRows(
  networks: readonly Network[],
  chosen: readonly PolledNetworkInterface[],
): NetworkInterfaceRow[] {
  const notes = new Map(chosen.map((one) => [normalizeArmId(one.interface), one.note]))
  const found = networks.flatMap(({ name: network, interfaces }) =>
    interfaces.map((one): NetworkInterfaceRow => {
      const key = normalizeArmId(one.resourceId)
      return { key, name: one.name, note: notes.get(key) ?? '', network, found: one }
    }),
  )
  const known = new Set(found.map(({ key }) => key))
  const missing = chosen.flatMap((one): NetworkInterfaceRow[] => {
    const key = normalizeArmId(one.interface)
    const name = parseArmId(one.interface)?.name ?? one.interface
    return known.has(key) ? [] : [{ key, name, note: one.note, network: null, found: null }]
  })
  return [...found, ...missing].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

const words: Record<NetworkInterface['state'], StatusText> = {
  current: { tone: 'up', word: 'CURRENT' },
  late: { tone: 'unknown', word: 'LATE' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

/** Returns a status for the age of an interface's route table, with a reason if the table is not current. */
export function getNetworkInterfaceStatus({ found }: NetworkInterfaceRow): {
  status: StatusText
  reason: string | null
} {
  if (found === null) {
    return { status: words.unknown, reason: 'Azure lists no such network interface, or it was not asked yet.' }
  }
  return { status: words[found.state], reason: found.reason }
}

/**
 * Prefix in the effective routes of one or more interfaces, with all its next hops. Routes with another source or
 * another state have a separate row.
 */
export interface EffectiveRoute extends Pick<ApiRouteTableEntry, 'prefix' | 'source' | 'state' | 'origin' | 'since'> {
  nextHops: string[]
  interfaces: string[]
}

export const getEffectiveRouteKey = ({
  prefix,
  source,
  state,
  origin,
}: Pick<ApiRouteTableEntry, 'prefix' | 'source' | 'state' | 'origin'>) => [prefix, source, state, origin].join('/')

/**
 * Merges routes that differ only in next hop or interface. Azure lists each next hop separately, and each interface has
 * its own table.
 */
export function mergeEffectiveRoutes(routes: readonly ApiRouteTableEntry[]): EffectiveRoute[] {
  return [...Map.groupBy(routes, getEffectiveRouteKey).values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const own = [first, ...others]
    const latest = own.reduce((last, { since }) => (since[1] > last[1] ? since : last), first.since)
    const distinct = (values: (string | null)[]) => [...new Set(values)].filter((value) => value !== null).toSorted()
    return [
      {
        ...first,
        since: latest,
        nextHops: distinct(own.map(({ nextHop }) => nextHop)),
        interfaces: distinct(own.map(({ scopeName }) => scopeName)),
      },
    ]
  })
}
