import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type DeclaredPause,
  type EpochMs,
  openWindow,
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

/** While neighbors are not mapped yet, their routes may just not have been read; each try that finds no more waits longer. */
const FIRST_RETRY_MS = 30_000

interface Mapped {
  mappings: Mapping[]
  at: EpochMs
  keepMs: number
}

export interface TopologyOptions {
  /** what may have changed without notice is read again then; where nobody else records, as in a past that is made, nothing does */
  keepMs?: number
  /** reads the reports of routers; absent = this process has none */
  readRouterEnds?: ReadRouterEnds
}

/**
 * The estate as detection must know it: groups from the recorded inventory, read again when an inventory found a difference,
 * and for each group that is asked for the mapping of its neighbors.
 */
export class TopologyCache {
  readonly #estate: RecordedEstate
  readonly #keepMs: number
  readonly #readRouterEnds: ReadRouterEnds
  #mappings = new Map<string, Mapped>()
  /** groups with all that is known of them: most polls find nothing new, and thousands of declarations are not gone through for each */
  readonly #whole = new WeakMap<TopologyGroup, { mapped: Mapped; group: TopologyGroup }>()
  /** by scopes of a group: when all its paths were checked last, as far as this process knows */
  #snapshot = new Map<string, EpochMs>()
  readonly #traffic = new Cache<TrafficPast>('traffic_past')

  constructor({ keepMs = STALE_AFTER_MS, readRouterEnds = async () => [] }: TopologyOptions = {}) {
    this.#estate = new RecordedEstate(keepMs)
    this.#keepMs = keepMs
    this.#readRouterEnds = readRouterEnds
  }

  /** The group of a circuit or gateway; one of its own for anything that the inventory does not list. */
  async groupOf(reads: TopologyReads, scope: string, now: EpochMs): Promise<TopologyGroup> {
    const { byScope } = await this.#estate.readFor(reads, scope, now)
    const group = byScope.get(scope)
    return group ? this.#mapped(reads, group, now) : aloneGroup(scope)
  }

  /** Every circuit, gateway and connection of a subscription. */
  async scopesIn(reads: TopologyReads, subscriptionResource: string, now: EpochMs): Promise<string[]> {
    const { bySubscription } = await this.#estate.read(reads, now)
    return (bySubscription.get(subscriptionOf(subscriptionResource)) ?? []).map(({ id }) => id)
  }

  /** Every circuit, gateway and connection in the resource group of something. */
  async scopesBeside(reads: TopologyReads, resourceId: string, now: EpochMs): Promise<string[]> {
    const { byResourceGroup } = await this.#estate.read(reads, now)
    return (byResourceGroup.get(resourceGroupOf(resourceId)) ?? []).map(({ id }) => id)
  }

  /** Every group in which one of these stands, or that is tied together by one of them. */
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

  /** Every group that there is. */
  groups(reads: TopologyReads, now: EpochMs): Promise<TopologyGroup[]> {
    return this.#groups(reads, now, () => true)
  }

  /** Every group but the one with these scopes, without the mapping of their neighbors. */
  async others(reads: TopologyReads, scopes: readonly string[], now: EpochMs): Promise<TopologyGroup[]> {
    const { groups } = await this.#estate.read(reads, now)
    const own = new Set(scopes)
    return groups.filter((group) => !group.scopes.some((scope) => own.has(scope)))
  }

  /** Every group as it was last known, however long ago: what an inventory that is recorded already may have changed. */
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
   * A connection reported something else than before. Its weight ranks the routes behind it: where that differs from what is known the estate is
   * read again, and otherwise only what is found out about its groups. A thousand connections that are polled for the first time, or
   * that Azure refuses at once, would have the whole of a large estate read a thousand times.
   * @param weight null = it does not report one; undefined = it reported nothing, as a poll that fails
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

  /** What pauses the polls of a source now, as an operator declared it; null = nothing does. */
  async pauseOf(
    reads: TopologyReads,
    source: { scope: string; resourceId: string },
    now: EpochMs,
  ): Promise<DeclaredPause | null> {
    const { declared } = await this.#estate.read(reads, now)
    return openWindow(declared.pauses ?? [], [source.scope, subscriptionScope(reads, source.resourceId)], now)
  }

  /** The thresholds in force. */
  async settings(reads: TopologyReads, now: EpochMs): Promise<SettingsInForce> {
    return (await this.#estate.read(reads, now)).settings
  }

  /** What a circuit, or one of its peerings, usually carries at an hour of the week: read once for each hour. */
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

  /** Whether it may be time to check all paths of a group: its own memory, which is not read with every poll, knows better. */
  isSnapshotDue({ scopes, topology }: TopologyGroup, now: EpochMs, settings: DetectionSettings): boolean {
    return isSnapshotDue(topology, this.#snapshot.get(scopes.join(' ')) ?? null, now, settings)
  }

  noteSnapshot({ scopes }: TopologyGroup, at: EpochMs): void {
    this.#snapshot.set(scopes.join(' '), at)
  }

  /** Which neighbors still belong to anything has changed. */
  forgetMappings(): void {
    this.#mappings = new Map()
  }

  /** How many readings of the estate were begun, for {@link undone}. */
  get readings(): number {
    return this.#estate.readings
  }

  /**
   * A commit was undone: what was found out in its transaction does not hold. The estate does, unless it was read since the commit began.
   * @param readings as many as there were then
   */
  undone(readings: number): void {
    if (this.#estate.readings !== readings) return this.forget()
    this.#mappings.clear()
    this.#snapshot.clear()
  }

  /** The inventory reported something new, or somebody declared something or changed a threshold. What is being read at the moment is not kept. */
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

export function aloneGroup(scope: string): TopologyGroup {
  return { topology: NOTHING_CONNECTED, scopes: [scope] }
}
