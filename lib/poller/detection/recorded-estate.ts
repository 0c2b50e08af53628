import { findOwnerThatGives } from '#lib/azure/config/index.ts'
import {
  armKey,
  findCustomer,
  type CustomerRules,
  type EpochMs,
  hasCustomers,
  resourceGroupOf,
  subscriptionOf,
} from '#lib/contract/index.ts'
import type { RouterLinks } from '#lib/detection/index.ts'
import type { SettingsInForce, TopologyReads } from './store.ts'
import { groupsOf } from './topology-groups.ts'
import type { Declared, ListedResource, TopologyGroup } from './types.ts'

const withOwners = (group: TopologyGroup, owners: ReadonlyMap<string, string> | undefined): TopologyGroup =>
  owners ? { ...group, topology: { ...group.topology, owners } } : group

export const STALE_AFTER_MS = 10 * 60_000
/**
 * Minimum age in milliseconds at which the estate is read again for a scope that it lacks, which another worker's
 * inventory may have found. An estate can contain thousands of resources.
 */
const READ_AGAIN_AFTER_MS = 60_000

/** The estate according to the recorded inventory, with declarations and settings of operators. */
interface Estate {
  groups: TopologyGroup[]
  byScope: Map<string, TopologyGroup>
  /** groups by scope of a connection; a connection between several gateways has several entries */
  byConnection: Map<string, { weight: number | null; group: TopologyGroup }[]>
  bySubscription: Map<string, ListedResource[]>
  /** resources by {@link resourceGroupOf} */
  byResourceGroup: Map<string | null, ListedResource[]>
  /** links of all circuits' paths, computed on first use */
  routerLinks: RouterLinks | null
  declared: Declared
  settings: SettingsInForce
  at: EpochMs
}

/**
 * The recorded estate, cached. Parallel callers share one read. It is read again if it is too old or lacks the polled
 * scope.
 */
export class RecordedEstate {
  #known: Estate | null = null
  /** a read in progress, which other callers wait for */
  #reading: { at: EpochMs; estate: Promise<Estate> } | null = null
  /** the previous estate, before the last read */
  #before: Estate | null = null
  #readings = 0
  /** polled scopes that were missing when the estate was last read for them */
  readonly #unlisted = new Set<string>()
  readonly #keepMs: number

  /** @param keepMs age in milliseconds at which the estate is read again */
  constructor(keepMs: number) {
    this.#keepMs = keepMs
  }

  /** Number of reads so far. */
  get readings(): number {
    return this.#readings
  }

  /**
   * Returns the estate.
   * @param now end of the current poll, because detection has no clock of its own and the time may be in a simulated
   *   past
   */
  read(reads: TopologyReads, now: EpochMs): Promise<Estate> {
    const known = this.#known
    if (known && Math.abs(now - known.at) < this.#keepMs) return Promise.resolve(known)
    return this.#readWithOthers(reads, now)
  }

  /**
   * Returns the estate. It is read again if it lacks the scope and may be older than the inventory that found the
   * scope.
   */
  async readFor(reads: TopologyReads, scope: string, now: EpochMs): Promise<Estate> {
    const known = await this.read(reads, now)
    const isListed = known.byScope.has(scope) || known.byConnection.has(scope)
    if (isListed || this.#unlisted.has(scope) || Math.abs(now - known.at) < READ_AGAIN_AFTER_MS) return known
    const again = await (this.#known === known ? this.#readWithOthers(reads, now) : this.read(reads, now))
    if (!again.byScope.has(scope) && !again.byConnection.has(scope)) this.#unlisted.add(scope)
    return again
  }

  /** Returns the estate as last read before a moment, however old; null = it was not read before, or was discarded. */
  readBefore(now: EpochMs): Estate | null {
    const isReadSince = this.#known !== null && this.#known.at >= now
    return isReadSince ? this.#before : this.#known
  }

  /** Discards the cached estate and the read in progress. */
  forget(): void {
    this.#known = null
    this.#reading = null
  }

  #readWithOthers(reads: TopologyReads, now: EpochMs): Promise<Estate> {
    const other = this.#reading
    if (other && Math.abs(now - other.at) < this.#keepMs) {
      // if a poll is rolled back, its read fails too, and one of the waiting callers reads for the others
      return other.estate.catch(() => this.#readWithOthers(reads, now))
    }
    this.#before = this.#known
    this.#readings += 1
    const reading = { at: now, estate: readEstate(reads, now) }
    this.#reading = reading
    const end = (estate: Estate | null) => {
      if (this.#reading !== reading) return
      this.#reading = null
      this.#known = estate ?? this.#known
    }
    reading.estate.then(end, () => end(null))
    return reading.estate
  }
}

async function readEstate(reads: TopologyReads, now: EpochMs): Promise<Estate> {
  const resources = await reads.resources()
  const declared = await reads.declared(now)
  const owners = declared.customerRules && ownersOf(resources, declared.customerRules)
  const groups = groupsOf(resources).map((group) => withOwners(group, owners))
  const connected = groups.flatMap((group) =>
    (group.topology.connections ?? []).map(({ scope, weight }) => ({ scope, weight, group })),
  )
  return {
    groups,
    byScope: new Map(groups.flatMap((group) => group.scopes.map((scope) => [scope, group] as const))),
    byConnection: Map.groupBy(connected, ({ scope }) => scope),
    bySubscription: Map.groupBy(resources, ({ resourceId }) => subscriptionOf(resourceId)),
    byResourceGroup: Map.groupBy(resources, ({ resourceId }) => resourceGroupOf(resourceId)),
    routerLinks: null,
    declared,
    settings: await reads.settings(),
    at: now,
  }
}

/**
 * Returns the customer of each listed resource by scope: the name in lower case, '' = no customer.
 * @returns undefined if no customers are declared
 */
function ownersOf(resources: readonly ListedResource[], rules: CustomerRules): ReadonlyMap<string, string> | undefined {
  if (!hasCustomers(rules)) return undefined
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  return new Map(
    resources.map((resource) => {
      const { id, resourceId, config } = findOwnerThatGives(resource, byKey)
      const owner = findCustomer({ id, subscriptionId: subscriptionOf(resourceId), config }, rules)
      return [resource.id, owner?.toLowerCase() ?? '']
    }),
  )
}
