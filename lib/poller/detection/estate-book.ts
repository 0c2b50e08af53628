import type { EpochMs } from '#lib/contract/index.ts'
import { type Mapping, NOTHING_CONNECTED } from '#lib/detection/index.ts'
import { listResources } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { CIRCUITS, CONNECTIONS, GATEWAYS } from '../plan.ts'
import { type EstateGroup, groupsOf } from './estate-group.ts'
import { readMappings } from './mappings.ts'

/** While neighbors are not mapped yet, their routes may just not have been read; each try that finds no more waits longer. */
const FIRST_RETRY_MS = 30_000
const STALE_AFTER_MS = 10 * 60_000

interface Inferred {
  mappings: Mapping[]
  at: EpochMs
  keepMs: number
}

/**
 * The estate as detection must know it: groups from the recorded inventory, read again when an inventory found a difference,
 * and for each group that is asked for the mapping of its neighbors.
 */
export class EstateBook {
  #groups: { groups: EstateGroup[]; byScope: Map<string, EstateGroup>; at: EpochMs } | null = null
  readonly #mappings = new Map<string, Inferred>()

  /** The group of a circuit or gateway; one of its own for anything that the inventory does not list. */
  async groupOf(db: Queryable, scope: string, now: EpochMs): Promise<EstateGroup> {
    const { byScope } = await this.#read(db, now)
    const group = byScope.get(scope)
    return group ? this.#mapped(db, group, now) : aloneGroup(scope)
  }

  /** Every group in which one of these stands. */
  async groupsWith(db: Queryable, scopes: ReadonlySet<string>, now: EpochMs): Promise<EstateGroup[]> {
    const { groups } = await this.#read(db, now)
    const concerned: EstateGroup[] = []
    for (const group of groups) {
      if (group.scopes.some((scope) => scopes.has(scope))) concerned.push(await this.#mapped(db, group, now))
    }
    return concerned
  }

  /** The inventory told something new. */
  forget(): void {
    this.#groups = null
  }

  /** @param now end of the poll in hand: detection has no clock of its own, and time may be that of a past made anew */
  async #read(db: Queryable, now: EpochMs) {
    const known = this.#groups
    if (known && Math.abs(now - known.at) < STALE_AFTER_MS) return known
    const resources = await listResources(db, { types: [GATEWAYS, CIRCUITS, CONNECTIONS] })
    const groups = groupsOf(resources.filter(({ config, removed }) => config !== null && removed === null))
    const byScope = new Map(groups.flatMap((group) => group.scopes.map((scope) => [scope, group] as const)))
    this.#groups = { groups, byScope, at: now }
    return this.#groups
  }

  async #mapped(db: Queryable, group: EstateGroup, now: EpochMs): Promise<EstateGroup> {
    const key = group.scopes.join(' ')
    const known = this.#mappings.get(key)
    if (known && Math.abs(now - known.at) < known.keepMs) return withMappings(group, known.mappings)
    const { mappings, isComplete } = await readMappings(db, group.topology, now)
    const retryMs = known && known.mappings.length === mappings.length ? 2 * known.keepMs : FIRST_RETRY_MS
    const keepMs = isComplete ? STALE_AFTER_MS : Math.min(retryMs, STALE_AFTER_MS)
    this.#mappings.set(key, { mappings, at: now, keepMs })
    return withMappings(group, mappings)
  }
}

function withMappings(group: EstateGroup, mappings: Mapping[]): EstateGroup {
  return { ...group, topology: { ...group.topology, mappings } }
}

export function aloneGroup(scope: string): EstateGroup {
  return { topology: NOTHING_CONNECTED, scopes: [scope], weights: new Map() }
}
