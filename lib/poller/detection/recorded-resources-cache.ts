import { findOwnershipSource } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  findCustomer,
  type CustomerRules,
  type EpochMs,
  hasCustomers,
  getResourceGroupId,
  getSubscriptionId,
} from '#lib/contract/index.ts'
import type { RouterMatchingInput } from '#lib/detection/index.ts'
import type { VersionedDetectionSettings, EstateDataReaders } from './detection-store.ts'
import { groupConnectedResources } from './topology-groups.ts'
import type { DetectionDeclarations, ListedResource, TopologyGroup } from './types.ts'

const withOwners = (group: TopologyGroup, owners: ReadonlyMap<string, string> | undefined): TopologyGroup =>
  owners ? { ...group, topology: { ...group.topology, owners } } : group

export const MAX_RESOURCES_AGE_MS = 10 * 60_000
/**
 * Minimum age of the cached resources, milliseconds, at which they are read again because a polled resource is missing
 * from them. The inventory of another worker may have added the resource. They are not read more often, because there
 * may be thousands of resources.
 */
const READ_AGAIN_AFTER_MS = 60_000

/** The resources of the last inventory, with the declarations and settings of operators. */
interface Estate {
  groups: TopologyGroup[]
  byScope: Map<string, TopologyGroup>
  /** Groups by the scope of a connection. A connection between two gateways has an entry for each. */
  byConnection: Map<string, { weight: number | null; group: TopologyGroup }[]>
  bySubscription: Map<string, ListedResource[]>
  /** resources by {@link getResourceGroupId} */
  byResourceGroup: Map<string | null, ListedResource[]>
  /** Addresses on the paths of all circuits; computed when needed for the first time. */
  routerLinks: RouterMatchingInput | null
  declared: DetectionDeclarations
  settings: VersionedDetectionSettings
  at: EpochMs
}

/**
 * Cache of the estate, that is, of all monitored resources with the operators' declarations and settings. Callers that
 * need it at the same time share one read. The estate is read again if it is too old, or if it lacks a polled resource.
 */
export class RecordedResourcesCache {
  #known: Estate | null = null
  /** The read that is in progress; other callers wait for it. */
  #reading: { at: EpochMs; estate: Promise<Estate> } | null = null
  /** The estate before the last read. */
  #before: Estate | null = null
  #readings = 0
  /**
   * Polled scopes that were still missing after the estate was read again. The estate is not read again because of
   * them.
   */
  readonly #unlisted = new Set<string>()
  readonly #keepMs: number

  /** @param keepMs maximum age of the cached estate, milliseconds */
  constructor(keepMs: number) {
    this.#keepMs = keepMs
  }

  /** Number of times that the estate was read. */
  get readings(): number {
    return this.#readings
  }

  /**
   * Returns the estate, from the cache if it is recent.
   * @param now end of the current poll. It is a parameter because the poll may be in a simulated past.
   */
  read(reads: EstateDataReaders, now: EpochMs): Promise<Estate> {
    const known = this.#known
    if (known && Math.abs(now - known.at) < this.#keepMs) return Promise.resolve(known)
    return this.#readWithOthers(reads, now)
  }

  /**
   * Returns the estate. If it lacks the scope and is older than READ_AGAIN_AFTER_MS, it is read again, once for each
   * scope.
   */
  async readFor(reads: EstateDataReaders, scope: string, now: EpochMs): Promise<Estate> {
    const known = await this.read(reads, now)
    const isListed = known.byScope.has(scope) || known.byConnection.has(scope)
    if (isListed || this.#unlisted.has(scope) || Math.abs(now - known.at) < READ_AGAIN_AFTER_MS) return known
    const again = await (this.#known === known ? this.#readWithOthers(reads, now) : this.read(reads, now))
    if (!again.byScope.has(scope) && !again.byConnection.has(scope)) this.#unlisted.add(scope)
    return again
  }

  /** Returns the newest estate that was read before a moment, whatever its age; null = none is cached. */
  readBefore(now: EpochMs): Estate | null {
    const isReadSince = this.#known !== null && this.#known.at >= now
    return isReadSince ? this.#before : this.#known
  }

  /** Removes the cached estate. A read that is in progress is not cached either. */
  forget(): void {
    this.#known = null
    this.#reading = null
  }

  #readWithOthers(reads: EstateDataReaders, now: EpochMs): Promise<Estate> {
    const other = this.#reading
    if (other && Math.abs(now - other.at) < this.#keepMs) {
      // The shared read uses the transaction of the poll that started it, so it fails if this transaction is rolled
      // back. Then one of the waiting callers reads for the others.
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

async function readEstate(reads: EstateDataReaders, now: EpochMs): Promise<Estate> {
  const resources = await reads.resources()
  const declared = await reads.declared(now)
  const owners = declared.customerRules && ownersOf(resources, declared.customerRules)
  const groups = groupConnectedResources(resources).map((group) => withOwners(group, owners))
  const connected = groups.flatMap((group) =>
    (group.topology.connections ?? []).map(({ scope, weight }) => ({ scope, weight, group })),
  )
  return {
    groups,
    byScope: new Map(groups.flatMap((group) => group.scopes.map((scope) => [scope, group] as const))),
    byConnection: Map.groupBy(connected, ({ scope }) => scope),
    bySubscription: Map.groupBy(resources, ({ resourceId }) => getSubscriptionId(resourceId)),
    byResourceGroup: Map.groupBy(resources, ({ resourceId }) => getResourceGroupId(resourceId)),
    routerLinks: null,
    declared,
    settings: await reads.settings(),
    at: now,
  }
}

/**
 * Returns the customer of each listed resource by scope, in lower case; '' = no customer.
 * @returns undefined if no customers are configured
 */
function ownersOf(resources: readonly ListedResource[], rules: CustomerRules): ReadonlyMap<string, string> | undefined {
  if (!hasCustomers(rules)) return undefined
  const byKey = new Map(resources.map((resource) => [normalizeArmId(resource.resourceId), resource]))
  return new Map(
    resources.map((resource) => {
      const { id, resourceId, config } = findOwnershipSource(resource, byKey)
      const owner = findCustomer({ id, subscriptionId: getSubscriptionId(resourceId), config }, rules)
      return [resource.id, owner?.toLowerCase() ?? '']
    }),
  )
}
