import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type DeclaredPause,
  type EpochMs,
  findOpenWindow,
  resourceGroupOf,
  subscriptionOf,
} from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import {
  type DetectionSettings,
  isSnapshotDue,
  type Mapping,
  NOTHING_CONNECTED,
  peeringLinks,
  type ReadKinds,
  type RouterEnd,
  type RouterLinks,
  scopesOf,
  type Topology,
} from '#lib/detection/index.ts'
import type { TrafficPast } from '#lib/history/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { subscriptionResource } from '../plan/plan.ts'
import { withDeclared } from './declared.ts'
import { readDetectedMappings } from './mappings.ts'
import { RecordedEstate, STALE_AFTER_MS } from './recorded-estate.ts'
import type { TopologyReads, SettingsInForce } from './store.ts'
import type { Declared, ReadRouterEnds, TopologyGroup } from './types.ts'

/**
 * Initial retry time in milliseconds while neighbors are unmapped, because their routes may not have been polled yet.
 * Each attempt without a new mapping doubles it.
 */
const FIRST_RETRY_MS = 30_000

interface Mapped {
  mappings: Mapping[]
  at: EpochMs
  keepMs: number
}

export interface TopologyOptions {
  /**
   * Maximum age in milliseconds of data that another process may have changed without notification. In a simulated past
   * no other process records, so that such changes cannot occur.
   */
  keepMs?: number
  /** reads the reports of routers; absent = not available in this process */
  readRouterEnds?: ReadRouterEnds
}

/**
 * The estate as detection needs it: groups from the recorded inventory, which are read again after an inventory
 * reported a change, and the mapping of neighbors for each requested group.
 */
export class TopologyCache {
  readonly #estate: RecordedEstate
  readonly #keepMs: number
  readonly #readRouterEnds: ReadRouterEnds
  #mappings = new Map<string, Mapped>()
  /**
   * complete groups, cached because most polls report nothing new, and merging thousands of declarations for each poll
   * would be slow
   */
  readonly #whole = new WeakMap<TopologyGroup, { mapped: Mapped; group: TopologyGroup }>()
  /** time of the last check of all paths of a group, by the group's scopes, as far as this process knows */
  #snapshot = new Map<string, EpochMs>()
  readonly #traffic = new Cache<TrafficPast>('traffic_past')

  constructor({ keepMs = STALE_AFTER_MS, readRouterEnds = async () => [] }: TopologyOptions = {}) {
    this.#estate = new RecordedEstate(keepMs)
    this.#keepMs = keepMs
    this.#readRouterEnds = readRouterEnds
  }

  /** Returns the group of a circuit or gateway. A scope that the inventory does not list forms a group of its own. */
  async groupOf(reads: TopologyReads, scope: string, now: EpochMs): Promise<TopologyGroup> {
    const { byScope } = await this.#estate.readFor(reads, scope, now)
    const group = byScope.get(scope)
    return group ? this.#mapped(reads, group, now) : singleScopeGroup(scope)
  }

  /** Returns all circuits, gateways and connections of a subscription. */
  async scopesIn(reads: TopologyReads, subscriptionResource: string, now: EpochMs): Promise<string[]> {
    const { bySubscription } = await this.#estate.read(reads, now)
    return (bySubscription.get(subscriptionOf(subscriptionResource)) ?? []).map(({ id }) => id)
  }

  /** Returns all circuits, gateways and connections in the resource group of a resource. */
  async scopesBeside(reads: TopologyReads, resourceId: string, now: EpochMs): Promise<string[]> {
    const { byResourceGroup } = await this.#estate.read(reads, now)
    return (byResourceGroup.get(resourceGroupOf(resourceId)) ?? []).map(({ id }) => id)
  }

  /**
   * Returns all groups that contain one of these scopes, or that are connected by one of them: a connection, or a
   * peered network.
   */
  async groupsWith(reads: TopologyReads, scopes: ReadonlySet<string>, now: EpochMs): Promise<TopologyGroup[]> {
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

  /** Reads the customer's end of sessions, joined with the paths of the estate. */
  routerEnds(
    db: Queryable,
    { reads, query, now }: { reads: TopologyReads; query: ReadKinds['routerEnds']['of']; now: EpochMs },
  ): Promise<RouterEnd[]> {
    return this.#readRouterEnds(db, query, () => this.#routerLinks(reads, now))
  }

  async #routerLinks(reads: TopologyReads, now: EpochMs): Promise<RouterLinks> {
    const known = await this.#estate.read(reads, now)
    const circuits = () => [...known.bySubscription.values()].flat().filter(({ type }) => type === armTypes.circuit)
    known.routerLinks ??= {
      links: circuits().flatMap(({ id, config }) => peeringLinks(id, decodeConfig(armTypes.circuit, config))),
      routerNeighbors: known.declared.routerNeighbors ?? [],
    }
    return known.routerLinks
  }

  /** Returns all groups. */
  groups(reads: TopologyReads, now: EpochMs): Promise<TopologyGroup[]> {
    return this.#groups(reads, now, () => true)
  }

  /** Returns all groups except the group with these scopes, without the mapping of their neighbors. */
  async others(reads: TopologyReads, scopes: readonly string[], now: EpochMs): Promise<TopologyGroup[]> {
    const { groups } = await this.#estate.read(reads, now)
    const own = new Set(scopes)
    return groups.filter((group) => !group.scopes.some((scope) => own.has(scope)))
  }

  /**
   * Returns all groups of the estate as last read before `now`, however old. An inventory that is already recorded may
   * have changed them.
   */
  async formerGroups(reads: TopologyReads, now: EpochMs): Promise<TopologyGroup[]> {
    return this.#mappedOf(reads, this.#estate.readBefore(now)?.groups ?? [], now)
  }

  async #groups(
    reads: TopologyReads,
    now: EpochMs,
    isAsked: (group: TopologyGroup) => boolean,
  ): Promise<TopologyGroup[]> {
    const { groups } = await this.#estate.read(reads, now)
    return this.#mappedOf(reads, groups.filter(isAsked), now)
  }

  async #mappedOf(reads: TopologyReads, groups: readonly TopologyGroup[], now: EpochMs): Promise<TopologyGroup[]> {
    const asked: TopologyGroup[] = []
    for (const group of groups) asked.push(await this.#mapped(reads, group, now))
    return asked
  }

  /**
   * Handles a poll that shows a changed connection. The routing weight ranks the routes behind the connection, so if it
   * changed, or the connection reports none, the whole estate is read again. In all other cases only the derived data
   * of the connection's groups is discarded, because the first polls of a thousand connections, or a thousand refusals
   * at the same time, would otherwise each cause a read of the whole estate.
   * @param weight null = the connection reports no weight; undefined = the poll reported nothing, for example because
   *   it failed
   */
  async reported(
    reads: TopologyReads,
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

  /** Returns the operator's declaration that currently pauses the polls of a source; null = not paused. */
  async pauseOf(
    reads: TopologyReads,
    source: { scope: string; resourceId: string },
    now: EpochMs,
  ): Promise<DeclaredPause | null> {
    const { declared } = await this.#estate.read(reads, now)
    return findOpenWindow(declared.pauses ?? [], [source.scope, subscriptionScope(reads, source.resourceId)], now)
  }

  /** Returns the thresholds in force. */
  async settings(reads: TopologyReads, now: EpochMs): Promise<SettingsInForce> {
    return (await this.#estate.read(reads, now)).settings
  }

  /** Returns the usual traffic of a circuit or one of its peerings at an hour of the week. It is read once per hour. */
  async trafficPast(
    reads: TopologyReads,
    asked: { scope: string; peering: string; at: EpochMs },
  ): Promise<TrafficPast> {
    const { scope, peering, at } = asked
    const key = `${scope} ${peering}`
    const version = String(Math.floor(at / HOUR))
    const known = this.#traffic.find(this, key, { version })
    return known ?? this.#traffic.store(this, key, await reads.trafficPast(asked), { version })
  }

  /**
   * Reports whether a check of all paths of a group may be due. The group's stored state, which is not read with every
   * poll, has the exact time.
   */
  isSnapshotDue({ scopes, topology }: TopologyGroup, now: EpochMs, settings: DetectionSettings): boolean {
    return isSnapshotDue(topology, this.#snapshot.get(scopes.join(' ')) ?? null, now, settings)
  }

  noteSnapshot({ scopes }: TopologyGroup, at: EpochMs): void {
    this.#snapshot.set(scopes.join(' '), at)
  }

  /** Discards the mappings, because a neighbor was lost or added. */
  forgetMappings(): void {
    this.#mappings = new Map()
  }

  /** Number of reads of the estate so far, for {@link undone}. */
  get readings(): number {
    return this.#estate.readings
  }

  /**
   * Discards data that was derived in a rolled-back transaction. The estate itself is kept, unless it was read after
   * the transaction began.
   * @param readings value of {@link readings} when the transaction began
   */
  undone(readings: number): void {
    if (this.#estate.readings !== readings) return this.forget()
    this.#mappings.clear()
    this.#snapshot.clear()
  }

  /**
   * Discards everything, because the inventory reported a change, or an operator changed declarations or thresholds.
   * The result of a read in progress is not cached.
   */
  forget(): void {
    this.#estate.forget()
    this.#mappings = new Map()
    this.#snapshot = new Map()
  }

  async #mapped(reads: TopologyReads, group: TopologyGroup, now: EpochMs): Promise<TopologyGroup> {
    const { declared, byScope } = await this.#estate.read(reads, now)
    const mapped = await this.#mappingsOf(reads, group.topology, declared, now)
    const kept = this.#whole.get(group)
    if (kept?.mapped === mapped) return kept.group
    const own = withDeclared(group, declared, (scope) => byScope.has(scope))
    const whole = { ...own, topology: { ...own.topology, mappings: mapped.mappings } }
    this.#whole.set(group, { mapped, group: whole })
    return whole
  }

  async #mappingsOf(reads: TopologyReads, topology: Topology, declared: Declared, now: EpochMs): Promise<Mapped> {
    const kept = this.#mappings
    const key = mappingKey(topology)
    const known = kept.get(key)
    if (known && Math.abs(now - known.at) < known.keepMs) return known
    const { mappings, isComplete } = await readDetectedMappings(reads, topology, declared.mappings, now)
    const retryMs = known && known.mappings.length === mappings.length ? 2 * known.keepMs : FIRST_RETRY_MS
    const mapped = { mappings, at: now, keepMs: isComplete ? this.#keepMs : Math.min(retryMs, STALE_AFTER_MS) }
    kept.set(key, mapped)
    return mapped
  }
}

const mappingKey = (topology: Topology): string => scopesOf(topology).join(' ')

const subscriptionScope = (reads: TopologyReads, resourceId: string) =>
  reads.shortIdOf(subscriptionResource(subscriptionOf(resourceId)))

export function singleScopeGroup(scope: string): TopologyGroup {
  return { topology: NOTHING_CONNECTED, scopes: [scope] }
}
