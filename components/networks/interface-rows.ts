import type { ChosenInterface } from '#lib/contract/index.ts'
import type { Network, NetworkInterface } from '#lib/networks/api/index.ts'
import { armKey, parseArmId } from '#lib/contract/arm-id.ts'
import type { StatusWords } from '../ui/status.tsx'

/** A chosen network interface; `found` null = Azure did not list it, or not yet. */
export interface InterfaceRow {
  key: string
  name: string
  note: string
  network: string | null
  found: NetworkInterface | null
}

/** Those that are in the inventory, and those that were chosen and are not, by name. */
export function interfaceRows(networks: readonly Network[], chosen: readonly ChosenInterface[]): InterfaceRow[] {
  const notes = new Map(chosen.map((one) => [armKey(one.interface), one.note]))
  const found = networks.flatMap(({ name: network, interfaces }) =>
    interfaces.map((one): InterfaceRow => {
      const key = armKey(one.resourceId)
      return { key, name: one.name, note: notes.get(key) ?? '', network, found: one }
    }),
  )
  const known = new Set(found.map(({ key }) => key))
  const missing = chosen.flatMap((one): InterfaceRow[] => {
    const key = armKey(one.interface)
    const name = parseArmId(one.interface)?.name ?? one.interface
    return known.has(key) ? [] : [{ key, name, note: one.note, network: null, found: null }]
  })
  return [...found, ...missing].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

const words: Record<NetworkInterface['state'], StatusWords> = {
  current: { tone: 'up', word: 'CURRENT' },
  late: { tone: 'unknown', word: 'LATE' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

/** How current its table is, and why it is not. */
export function interfaceStatus({ found }: InterfaceRow): { status: StatusWords; reason: string | null } {
  if (found === null) {
    return { status: words.unknown, reason: 'Azure lists no such network interface, or it was not asked yet.' }
  }
  return { status: words[found.state], reason: found.reason }
}
