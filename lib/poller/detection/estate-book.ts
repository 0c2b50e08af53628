import type { EpochMs } from '#lib/contract/index.ts'
import { NOTHING_CONNECTED } from '#lib/detection/index.ts'
import { listResources, type ResourceView } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { CIRCUITS, CONNECTIONS, GATEWAYS } from '../plan.ts'
import { type EstateGroup, groupsOf } from './estate-group.ts'
import { readMappings } from './mappings.ts'

/** While neighbors are not mapped yet, their routes may just not have been read. */
const RETRY_MS = 30_000
const STALE_AFTER_MS = 10 * 60_000

interface Read {
  groups: EstateGroup[]
  at: EpochMs
  isComplete: boolean
}

/**
 * The estate as detection must know it: read from the recorded inventory, kept for a while, and read again when an inventory
 * found a difference.
 */
export class EstateBook {
  #read: Read | null = null

  /** @param now end of the poll in hand: detection has no clock of its own */
  async groups(db: Queryable, now: EpochMs): Promise<EstateGroup[]> {
    const known = this.#read
    const keepMs = known?.isComplete ? STALE_AFTER_MS : RETRY_MS
    // time may also have been turned back: a past that is made anew
    if (known && Math.abs(now - known.at) < keepMs) return known.groups
    const resources = await this.#resources(db)
    const { mappings, isComplete } = await readMappings(db, resources, now)
    this.#read = { groups: groupsOf(resources, mappings), at: now, isComplete }
    return this.#read.groups
  }

  /** The group of a circuit or gateway; one of its own for anything that the inventory does not list. */
  async groupOf(db: Queryable, scope: string, now: EpochMs): Promise<EstateGroup> {
    const groups = await this.groups(db, now)
    return groups.find(({ scopes }) => scopes.includes(scope)) ?? aloneGroup(scope)
  }

  /** The inventory told something new. */
  forget(): void {
    this.#read = null
  }

  async #resources(db: Queryable): Promise<ResourceView[]> {
    const resources = await listResources(db, { types: [GATEWAYS, CIRCUITS, CONNECTIONS] })
    return resources.filter(({ config, removed }) => config !== null && removed === null)
  }
}

export function aloneGroup(scope: string): EstateGroup {
  return { topology: NOTHING_CONNECTED, scopes: [scope], weights: new Map() }
}
