import { ownerGiving } from '#lib/azure/config/index.ts'
import {
  armKey,
  customerOf,
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
/** What another worker's inventory found is missing here: the estate is read for it no sooner, for an estate can hold thousands. */
const READ_AGAIN_AFTER_MS = 60_000

/** The inventory as it was recorded, with what operators declared and set. */
interface Estate {
  groups: TopologyGroup[]
  byScope: Map<string, TopologyGroup>
  /** by the connection's scope; those of several gateways stand in one */
  byConnection: Map<string, { weight: number | null; group: TopologyGroup }[]>
  bySubscription: Map<string, ListedResource[]>
  /** by {@link resourceGroupOf} */
  byResourceGroup: Map<string | null, ListedResource[]>
  /** of all circuits' paths, made when they are first asked for */
  routerLinks: RouterLinks | null
  declared: Declared
  settings: SettingsInForce
  at: EpochMs
}

/**
 * Keeps the recorded estate, which is read once for all that ask at a time, and again when it is old or lacks what is polled.
 */
export class RecordedEstate {
  #known: Estate | null = null
  /** a reading in flight: whoever asks meanwhile waits for it */
  #reading: { at: EpochMs; estate: Promise<Estate> } | null = null
  /** what was known until it was read again for its age */
  #before: Estate | null = null
  #readings = 0
  /** what is polled and was not in the estate when that was last read for it */
  readonly #unlisted = new Set<string>()
  readonly #keepMs: number

  /** @param keepMs it is read again then */
  constructor(keepMs: number) {
    this.#keepMs = keepMs
  }

  /** How many readings were begun. */
  get readings(): number {
    return this.#readings
  }

  /** @param now end of the poll in hand: detection has no clock of its own, and time may be that of a past made again */
  read(reads: TopologyReads, now: EpochMs): Promise<Estate> {
    const known = this.#known
    if (known && Math.abs(now - known.at) < this.#keepMs) return Promise.resolve(known)
    return this.#readWithOthers(reads, now)
  }

  /** The estate, read again where it lacks what is polled and may be older than the inventory that found that. */
  async readFor(reads: TopologyReads, scope: string, now: EpochMs): Promise<Estate> {
    const known = await this.read(reads, now)
    const isListed = known.byScope.has(scope) || known.byConnection.has(scope)
    if (isListed || this.#unlisted.has(scope) || Math.abs(now - known.at) < READ_AGAIN_AFTER_MS) return known
    const again = await (this.#known === known ? this.#readWithOthers(reads, now) : this.read(reads, now))
    if (!again.byScope.has(scope) && !again.byConnection.has(scope)) this.#unlisted.add(scope)
    return again
  }

  /** The estate as it was last read before a moment, however long ago; null = it was not, or is forgotten. */
  readBefore(now: EpochMs): Estate | null {
    const isReadSince = this.#known !== null && this.#known.at >= now
    return isReadSince ? this.#before : this.#known
  }

  /** What is known, and what is being read at the moment, holds no longer. */
  forget(): void {
    this.#known = null
    this.#reading = null
  }

  #readWithOthers(reads: TopologyReads, now: EpochMs): Promise<Estate> {
    const other = this.#reading
    if (other && Math.abs(now - other.at) < this.#keepMs) {
      // a poll that is undone takes its own reading with it: one of those that waited for it reads for the others
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
 * Whose each listed resource is, by scope: the customer's name in lower case, '' = nobody's.
 * @returns undefined while no customers are declared
 */
function ownersOf(resources: readonly ListedResource[], rules: CustomerRules): ReadonlyMap<string, string> | undefined {
  if (!hasCustomers(rules)) return undefined
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  return new Map(
    resources.map((resource) => {
      const { id, resourceId, config } = ownerGiving(resource, byKey)
      const owner = customerOf({ id, subscriptionId: subscriptionOf(resourceId), config }, rules)
      return [resource.id, owner?.toLowerCase() ?? '']
    }),
  )
}
