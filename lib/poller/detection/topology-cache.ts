import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type DeclaredPollingPause,
  type EpochMs,
  findOpenDeclaredWindow,
  getResourceGroupId,
  getSubscriptionId,
} from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  type DetectionSettings,
  isRouteSnapshotDue,
  type NeighborPathMapping,
  EMPTY_TOPOLOGY,
  listPeeringLinks,
  type DetectionReadKinds,
  type RouterSideSession,
  type RouterMatchingInput,
  listTopologyResourceIds,
  type GroupTopology,
} from '#lib/detection/index.ts'
import type { PastTraffic } from '#lib/history/index.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { buildSubscriptionId } from '../plan/plan-polls.ts'
import { addDeclarationsToGroup } from './group-declarations.ts'
import { readDetectedMappings } from './mappings.ts'
import { RecordedResourcesCache, MAX_RESOURCES_AGE_MS } from './recorded-resources-cache.ts'
import type { EstateDataReaders, VersionedDetectionSettings } from './detection-store.ts'
import type { DetectionDeclarations, ReadRouterSideSessions, TopologyGroup } from './types.ts'

/**
 * Time after which neighbors without a known circuit are checked again, milliseconds. Their routes may not have been
 * polled yet. Each check without a result doubles the time.
 */
const FIRST_RETRY_MS = 30_000

interface Mapped {
  mappings: NeighborPathMapping[]
  at: EpochMs
  keepMs: number
}

export interface TopologyOptions {
  /**
   * Maximum age of the cached data, milliseconds, because another process may change it without a notification. In a
   * simulation there are no other processes.
   */
  keepMs?: number
  /** Reads the BGP reports of customers' routers; absent = this process cannot read them. */
  readRouterEnds?: ReadRouterSideSessions
}

/**
 * Cache of the estate for detection: the groups of connected resources, and for each group which circuit each neighbor
 * belongs to. The groups are read again after an inventory reported a change.
 */
export class TopologyCache {
  readonly #estate: RecordedResourcesCache
  readonly #keepMs: number
  readonly #readRouterEnds: ReadRouterSideSessions
  #mappings = new Map<string, Mapped>()
  /**
   * Groups with the operators' declarations and the mappings from neighbors to circuits. They are cached, because most
   * polls report nothing new, and merging thousands of declarations for each poll would be slow.
   */
  readonly #whole = new WeakMap<TopologyGroup, { mapped: Mapped; group: TopologyGroup }>()
  /**
   * Time at which this process last checked all circuit paths of a group, by the scopes of the group. Another process
   * may have checked them later.
   */
  #snapshot = new Map<string, EpochMs>()
  readonly #traffic = new MemoryCache<PastTraffic>('traffic_past')

  constructor({ keepMs = MAX_RESOURCES_AGE_MS, readRouterEnds = async () => [] }: TopologyOptions = {}) {
    this.#estate = new RecordedResourcesCache(keepMs)
    this.#keepMs = keepMs
    this.#readRouterEnds = readRouterEnds
  }

  /**
   * Returns the group of a circuit or gateway. If the inventory does not list the resource, it is a group of its own.
   */
  async groupOf(reads: EstateDataReaders, scope: string, now: EpochMs): Promise<TopologyGroup> {
    const { byScope } = await this.#estate.readFor(reads, scope, now)
    const group = byScope.get(scope)
    return group ? this.#mapped(reads, group, now) : createSingleResourceGroup(scope)
  }

  /** Returns the scopes of all listed resources of a subscription. */
  async scopesIn(reads: EstateDataReaders, subscriptionId: string, now: EpochMs): Promise<string[]> {
    const { bySubscription } = await this.#estate.read(reads, now)
    return (bySubscription.get(getSubscriptionId(subscriptionId)) ?? []).map(({ id }) => id)
  }

  /** Returns the scopes of all listed resources in the resource group of a resource. */
  async scopesBeside(reads: EstateDataReaders, resourceId: string, now: EpochMs): Promise<string[]> {
    const { byResourceGroup } = await this.#estate.read(reads, now)
    return (byResourceGroup.get(getResourceGroupId(resourceId)) ?? []).map(({ id }) => id)
  }

  /**
   * Returns the groups that contain one of these scopes. A scope may also be a connection, or a peered network, of the
   * group.
   */
  async groupsWith(reads: EstateDataReaders, scopes: ReadonlySet<string>, now: EpochMs): Promise<TopologyGroup[]> {
    return this.#groups(
      reads,
      now,
      ({ scopes: own, topology }) =>
        own.some((scope) => scopes.has(scope)) ||
        (topology.connections ?? []).some(({ scope }) => scopes.has(scope)) ||
        (topology.networks ?? []).some(({ links }) =>
          links.some(({ remote }) => remote !== null && scopes.has(remote)),
        ),
    )
  }

  /** Reads the state of BGP sessions as customers' routers reported it, and assigns it to the paths of circuits. */
  routerEnds(
    db: SqlExecutor,
    { reads, query, now }: { reads: EstateDataReaders; query: DetectionReadKinds['routerEnds']['of']; now: EpochMs },
  ): Promise<RouterSideSession[]> {
    return this.#readRouterEnds(db, query, () => this.#routerLinks(reads, now))
  }

  async #routerLinks(reads: EstateDataReaders, now: EpochMs): Promise<RouterMatchingInput> {
    const known = await this.#estate.read(reads, now)
    const circuits = () => [...known.bySubscription.values()].flat().filter(({ type }) => type === armTypes.circuit)
    known.routerLinks ??= {
      links: circuits().flatMap(({ id, config }) =>
        listPeeringLinks(id, decodeResourceConfig(armTypes.circuit, config)),
      ),
      routerNeighbors: known.declared.routerNeighbors ?? [],
    }
    return known.routerLinks
  }

  /** Returns all groups, with the circuit of each neighbor. */
  groups(reads: EstateDataReaders, now: EpochMs): Promise<TopologyGroup[]> {
    return this.#groups(reads, now, () => true)
  }

  /**
   * Returns all groups except the group with these scopes. The returned groups do not contain the mappings from
   * neighbors to circuits.
   */
  async others(reads: EstateDataReaders, scopes: readonly string[], now: EpochMs): Promise<TopologyGroup[]> {
    const { groups } = await this.#estate.read(reads, now)
    const own = new Set(scopes)
    return groups.filter((group) => !group.scopes.some((scope) => own.has(scope)))
  }

  /**
   * Returns the groups of the newest estate that was read before `now`, whatever its age. A newer inventory may have
   * changed them.
   */
  async formerGroups(reads: EstateDataReaders, now: EpochMs): Promise<TopologyGroup[]> {
    return this.#mappedOf(reads, this.#estate.readBefore(now)?.groups ?? [], now)
  }

  async #groups(
    reads: EstateDataReaders,
    now: EpochMs,
    isAsked: (group: TopologyGroup) => boolean,
  ): Promise<TopologyGroup[]> {
    const { groups } = await this.#estate.read(reads, now)
    return this.#mappedOf(reads, groups.filter(isAsked), now)
  }

  async #mappedOf(reads: EstateDataReaders, groups: readonly TopologyGroup[], now: EpochMs): Promise<TopologyGroup[]> {
    const asked: TopologyGroup[] = []
    for (const group of groups) asked.push(await this.#mapped(reads, group, now))
    return asked
  }

  /**
   * Handles a poll that shows a changed connection. If the routing weight changed or is missing, the whole estate is
   * read again, because the weight decides between routes.
   * In all other cases only the derived data of the connection's groups is removed. Otherwise the first polls of a
   * thousand connections would cause a thousand reads of the whole estate.
   * @param weight routing weight; null = the connection reports none; undefined = the poll reported nothing, for
   *   example because it failed
   */
  async reported(
    reads: EstateDataReaders,
    connection: string,
    weight: number | null | undefined,
    now: EpochMs,
  ): Promise<void> {
    const { byConnection } = await this.#estate.readFor(reads, connection, now)
    const own = byConnection.get(connection) ?? []
    if (weight !== undefined && own.some((known) => weight === null || known.weight !== weight)) return this.forget()
    for (const { group } of own) {
      this.#mappings.delete(mappingKey(group.topology))
      this.#snapshot.delete(group.scopes.join(' '))
    }
  }

  /** Returns the pause that an operator declared for a source and that applies now; null = the source is polled. */
  async pauseOf(
    reads: EstateDataReaders,
    source: { scope: string; resourceId: string },
    now: EpochMs,
  ): Promise<DeclaredPollingPause | null> {
    const { declared } = await this.#estate.read(reads, now)
    return findOpenDeclaredWindow(
      declared.pauses ?? [],
      [source.scope, subscriptionScope(reads, source.resourceId)],
      now,
    )
  }

  /** Returns the current detection thresholds. */
  async settings(reads: EstateDataReaders, now: EpochMs): Promise<VersionedDetectionSettings> {
    return (await this.#estate.read(reads, now)).settings
  }

  /**
   * Returns the usual traffic of a circuit or of one of its peerings for the hour of `at`. It is read at most once an
   * hour.
   */
  async trafficPast(
    reads: EstateDataReaders,
    asked: { scope: string; peering: string; at: EpochMs },
  ): Promise<PastTraffic> {
    const { scope, peering, at } = asked
    const key = `${scope} ${peering}`
    const version = String(Math.floor(at / MS_PER_HOUR))
    const known = this.#traffic.find(this, key, { version })
    return known ?? this.#traffic.store(this, key, await reads.trafficPast(asked), { version })
  }

  /**
   * Reports whether a check of all circuit paths of a group may be due. Only the group's stored state contains the
   * exact time, and this state is not read with every poll.
   */
  isSnapshotDue({ scopes, topology }: TopologyGroup, now: EpochMs, settings: DetectionSettings): boolean {
    return isRouteSnapshotDue(topology, this.#snapshot.get(scopes.join(' ')) ?? null, now, settings)
  }

  noteSnapshot({ scopes }: TopologyGroup, at: EpochMs): void {
    this.#snapshot.set(scopes.join(' '), at)
  }

  /** Removes the cached circuits of neighbors, because a neighbor was added or lost. */
  forgetMappings(): void {
    this.#mappings = new Map()
  }

  /** Number of times that the estate was read; needed for {@link undone}. */
  get readings(): number {
    return this.#estate.readings
  }

  /**
   * Removes data that a transaction cached and that is invalid because the transaction was rolled back. The cached
   * estate (all resources) is removed only if it was read since the transaction began.
   * @param readings value of {@link readings} at the begin of the transaction
   */
  undone(readings: number): void {
    if (this.#estate.readings !== readings) return this.forget()
    this.#mappings.clear()
    this.#snapshot.clear()
  }

  /**
   * Removes the cached groups, mappings and snapshot times, because resources, declarations or thresholds changed. A
   * read that is in progress is not cached.
   */
  forget(): void {
    this.#estate.forget()
    this.#mappings = new Map()
    this.#snapshot = new Map()
  }

  async #mapped(reads: EstateDataReaders, group: TopologyGroup, now: EpochMs): Promise<TopologyGroup> {
    const { declared, byScope } = await this.#estate.read(reads, now)
    const mapped = await this.#mappingsOf(reads, group.topology, declared, now)
    const kept = this.#whole.get(group)
    if (kept?.mapped === mapped) return kept.group
    const own = addDeclarationsToGroup(group, declared, (scope) => byScope.has(scope))
    const whole = { ...own, topology: { ...own.topology, mappings: mapped.mappings } }
    this.#whole.set(group, { mapped, group: whole })
    return whole
  }

  async #mappingsOf(
    reads: EstateDataReaders,
    topology: GroupTopology,
    declared: DetectionDeclarations,
    now: EpochMs,
  ): Promise<Mapped> {
    const kept = this.#mappings
    const key = mappingKey(topology)
    const known = kept.get(key)
    if (known && Math.abs(now - known.at) < known.keepMs) return known
    const { mappings, isComplete } = await readDetectedMappings(reads, topology, declared.mappings, now)
    const retryMs = known && known.mappings.length === mappings.length ? 2 * known.keepMs : FIRST_RETRY_MS
    const mapped = { mappings, at: now, keepMs: isComplete ? this.#keepMs : Math.min(retryMs, MAX_RESOURCES_AGE_MS) }
    kept.set(key, mapped)
    return mapped
  }
}

const mappingKey = (topology: GroupTopology): string => listTopologyResourceIds(topology).join(' ')

const subscriptionScope = (reads: EstateDataReaders, resourceId: string) =>
  reads.shortIdOf(buildSubscriptionId(getSubscriptionId(resourceId)))

export function createSingleResourceGroup(scope: string): TopologyGroup {
  return { topology: EMPTY_TOPOLOGY, scopes: [scope] }
}
