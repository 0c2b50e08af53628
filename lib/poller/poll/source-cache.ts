import { hash } from 'node:crypto'
import type { MetricsOptionsOfResource } from '#lib/azure/index.ts'
import { decodeResourceConfig, getMetricsOptionsOfGateway } from '#lib/azure/config/index.ts'
import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import {
  normalizeArmId,
  armTypes,
  type TimestampBounds,
  type EpochMs,
  hasGlobalReach,
  isForwardingTablePollKind,
  findMseePathAddresses,
  type PollKind,
  type PollTarget,
  type RoutePollKind,
  getSubscriptionId,
} from '#lib/contract/index.ts'
import {
  getOrCreateSourceId,
  hasStoredRoutes,
  listEvents,
  listSources,
  readResourceByIdOrArmId,
  type ResourceView,
  type SourceRef,
  readSessionsAtMoment,
  readSourceById,
} from '#lib/history/index.ts'
import { getLastChangeBounds } from '#lib/detection/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { LeaseKey } from '#lib/platform/leases/index.ts'
import {
  getConfiguredInstances,
  type KnownSourceFacts,
  type KnownSession,
  updateSourceKnowledge,
  MISSING_ROW_STATE,
  EMPTY_SOURCE_KNOWLEDGE,
  formatSessionKey,
} from './known-facts.ts'
import { type PollPositionInResource, formatPlaceKey, computeSchedulePositions } from '../plan/schedule-positions.ts'
import type { PlannedPoll } from '../plan/plan-polls.ts'

/**
 * Maximum age of cached facts about sessions for polls that do not read sessions themselves, milliseconds. Other
 * workers may have polled the sessions meanwhile.
 */
const STALE_AFTER_MS = 120_000

/** Maximum age in milliseconds of a poll of a session. Only a newer poll proves that BGP works on the session. */
const RECENT_SESSION_MS = 600_000

interface Known {
  knowledge: KnownSourceFacts
  loadedAt: EpochMs
  /** Epoch of the lease under which this worker read the sessions; null = they come from the database. */
  epoch: bigint | null
}

/**
 * Cache of facts about the polled sources in a worker. With it, a poll of a source without changes needs no query
 * before its request. Facts about sessions are read again if another worker may have polled them.
 */
export class SourceCache {
  readonly #db: Database
  readonly #now: () => EpochMs
  readonly #sources = new Map<number, SourceRef>()
  readonly #ids = new Map<string, number>()
  #planned: ReadonlySet<string> = new Set()
  #places: ReadonlyMap<string, PollPositionInResource> = new Map()
  /** Neighbors of gateways whose advertised routes are polled, by the gateway's ARM id in lower case. */
  #neighbors: ReadonlyMap<string, readonly PollTarget[]> = new Map()
  #interfaces: readonly string[] | undefined
  readonly #known = new Map<number, Known>()
  readonly #localAddresses = new Map<number, ValueByAddressFamily>()
  readonly #metered = new Map<number, MetricsOptionsOfResource | null>()
  readonly #polled = new Set<string>()
  /** Hash of the resources that the inventory lists. */
  #listed = ''
  /**
   * Number of configuration changes so far. If this number changes during a read, the result of the read is not cached,
   * because it may be outdated.
   */
  #changes = 0
  /**
   * For polls that read a period of time: the end of the time that was read so far, by source and kind, with the epoch
   * of the lease.
   */
  readonly #readUpTo = new Map<string, { at: EpochMs | null; epoch: bigint }>()
  /** Route tables of which a poll read a route, by source and kind. */
  readonly #withRoutes = new Set<string>()

  constructor(db: Database, now: () => EpochMs) {
    this.#db = db
    this.#now = now
  }

  /** Returns a source; null if it no longer exists. */
  async source(sourceId: number): Promise<SourceRef | null> {
    const cached = this.#sources.get(sourceId)
    if (cached) return cached
    const source = await readSourceById(this.#db.pool, sourceId)
    if (source) this.#sources.set(sourceId, source)
    return source
  }

  /** Returns the id of the source for a target whose polls are planned; null for any other target. */
  async plannedId(target: PollTarget): Promise<number | null> {
    const key = targetKey(target)
    if (!this.#planned.has(key)) return null
    return this.#ids.get(key) ?? this.#read(this.#ids, key, getOrCreateSourceId(this.#db.pool, target))
  }

  /** Waits for a read and caches its result, unless the configuration changed meanwhile. */
  async #read<Key, Value>(kept: Map<Key, Value>, key: Key, reading: Promise<Value>): Promise<Value> {
    const before = this.#changes
    const value = await reading
    if (before === this.#changes) kept.set(key, value)
    return value
  }

  /** ARM ids of the network interfaces that operators chose for polling; undefined = not read yet. */
  get interfaces(): readonly string[] | undefined {
    return this.#interfaces
  }

  /**
   * Stores the network interfaces that operators chose for polling.
   * @param listed interfaces in the inventory; at the first call they count as the previous choice
   * @returns ids of the subscriptions in which the choice changed
   */
  interfacesChosen(ids: readonly string[], listed: readonly string[]): string[] {
    const before = new Set((this.#interfaces ?? listed).map(normalizeArmId))
    const after = new Set(ids.map(normalizeArmId))
    this.#interfaces = ids
    const changed = [...after, ...before].filter((key) => !before.has(key) || !after.has(key))
    return [...new Set(changed.map(getSubscriptionId))]
  }

  /** Uses a new plan of polls. Cached facts about sources that are not in it are removed. */
  planned(polls: readonly PlannedPoll[]): void {
    this.#planned = new Set(polls.map(targetKey))
    this.#places = computeSchedulePositions(polls)
    const advertised = polls.filter(({ kind }) => kind === 'advertised')
    this.#neighbors = Map.groupBy(advertised, ({ resourceId }) => resourceId.toLowerCase())
    for (const source of this.#sources.values()) if (!this.#planned.has(targetKey(source))) this.#forget(source)
    for (const key of this.#ids.keys()) if (!this.#planned.has(key)) this.#ids.delete(key)
  }

  /** Removes the cached facts about a source, so that sources of removed resources do not accumulate over the years. */
  #forget({ sourceId }: SourceRef): void {
    this.#sources.delete(sourceId)
    this.#known.delete(sourceId)
    this.#localAddresses.delete(sourceId)
    this.#metered.delete(sourceId)
    const isOfSource = (key: string) => key.startsWith(`${sourceId}/`)
    for (const key of this.#polled) if (isOfSource(key)) this.#polled.delete(key)
    for (const keys of [this.#readUpTo, this.#withRoutes])
      for (const key of keys.keys()) if (isOfSource(key)) keys.delete(key)
  }

  /** Number of cached entries. */
  get size(): number {
    const kept = [this.#sources, this.#ids, this.#known, this.#localAddresses, this.#metered, this.#polled]
    return [...kept, this.#readUpTo, this.#withRoutes].reduce((sum, { size }) => sum + size, 0)
  }

  /**
   * Returns the position of a poll among the operations of its resource; null if it is not an operation, or not in this
   * worker's plan.
   */
  placeOf({ resourceId, subresource }: PollTarget, kind: PollKind): PollPositionInResource | null {
    return this.#places.get(formatPlaceKey({ resourceId, subresource, kind })) ?? null
  }

  /** Returns the neighbors of a gateway whose advertised routes are polled. */
  neighborsOf(resourceId: string): string[] {
    return (this.#neighbors.get(resourceId.toLowerCase()) ?? []).map(({ subresource }) => subresource)
  }

  /**
   * Removes the cached configuration of all resources if the listed resources differ from those of the last call. Any
   * worker may have recorded the change.
   */
  listed(resources: readonly Pick<ResourceView, 'id' | 'resourceId' | 'since' | 'movedFrom'>[]): void {
    const each = resources.map((one) => [one.id, one.resourceId, one.since?.latest, one.movedFrom?.between.latest])
    const listed = hash('sha256', JSON.stringify(each))
    if (listed !== this.#listed) this.configurationChanged('all')
    this.#listed = listed
  }

  /** Removes the cached configuration of some or all resources. */
  configurationChanged(resourceIds: readonly string[] | 'all'): void {
    this.#changes += 1
    if (resourceIds === 'all') this.#ids.clear()
    const changed = resourceIds === 'all' ? null : new Set(resourceIds.map((id) => id.toLowerCase()))
    for (const { sourceId, resourceId } of this.#sources.values()) {
      if (changed && !changed.has(resourceId.toLowerCase())) continue
      this.#localAddresses.delete(sourceId)
      this.#metered.delete(sourceId)
      this.#known.delete(sourceId)
    }
  }

  /**
   * Removes the cached identity and configuration of a source whose resource Azure did not find, because it may have
   * been moved.
   */
  moved({ sourceId }: Pick<SourceRef, 'sourceId'>): void {
    this.#sources.delete(sourceId)
    this.#metered.delete(sourceId)
    this.#localAddresses.delete(sourceId)
  }

  /** Removes the cached identity and configuration of all sources of resources that had these ARM ids before a move. */
  movedFrom(resourceIds: readonly string[]): void {
    const former = new Set(resourceIds.map((id) => id.toLowerCase()))
    for (const source of this.#sources.values()) if (former.has(source.resourceId.toLowerCase())) this.moved(source)
    this.#ids.clear()
  }

  /**
   * Reports whether this worker polls this kind of a source for the first time. It returns true only at the first call.
   */
  firstTime({ sourceId, kind }: { sourceId: number; kind: string }): boolean {
    const key = `${sourceId}/${kind}`
    if (this.#polled.has(key)) return false
    this.#polled.add(key)
    return true
  }

  /**
   * Returns the addresses of the Microsoft edge router (MSEE) on a circuit path, by address family; null if the
   * configuration does not contain them.
   */
  async localAddresses(source: SourceRef): Promise<ValueByAddressFamily> {
    const { sourceId, peering, path } = source
    if (peering === null || path === null) return { ipv4: null, ipv6: null }
    const cached = this.#localAddresses.get(sourceId)
    if (cached !== undefined) return cached
    const read = async () => {
      const resource = await readResourceByIdOrArmId(this.#db.pool, source.resourceId)
      return findMseePathAddresses(decodeResourceConfig(armTypes.circuit, resource?.config), peering, path)
    }
    return this.#read(this.#localAddresses, sourceId, read())
  }

  /**
   * Returns the properties of a resource that decide which metrics it has; null if the inventory does not contain them.
   */
  async metered({ sourceId, resourceId }: SourceRef): Promise<MetricsOptionsOfResource | null> {
    const cached = this.#metered.get(sourceId)
    return cached === undefined ? this.#read(this.#metered, sourceId, this.#loadMetered(resourceId)) : cached
  }

  async #loadMetered(resourceId: string): Promise<MetricsOptionsOfResource | null> {
    const resource = await readResourceByIdOrArmId(this.#db.pool, resourceId)
    const config = resource && decodeResourceConfig(resource.type, resource.config)
    const gateway = getMetricsOptionsOfGateway(config)
    const reach = config?.resource === 'circuit' && hasGlobalReach(config)
    return resource?.location ? { region: resource.location, gateway, ...(reach && { hasReach: true }) } : null
  }

  /**
   * Returns the facts about sessions that are needed to evaluate a poll; empty for kinds that need none. The cached
   * facts are used without a query in two cases: for a poll of sessions if this worker also made the previous one, and
   * for a poll of a route table if the facts are younger than {@link STALE_AFTER_MS}.
   */
  async knowledge(source: SourceRef, { kind, epoch }: { kind: string; epoch: string }): Promise<KnownSourceFacts> {
    const own = kind === 'peers' || kind === 'summary'
    if (!own && !isForwardingTablePollKind(kind)) return EMPTY_SOURCE_KNOWLEDGE
    const known = this.#known.get(source.sourceId)
    const current = own
      ? known?.epoch !== null && known?.epoch === BigInt(epoch) - 1n
      : known !== undefined && Math.abs(this.#now() - known.loadedAt) < STALE_AFTER_MS
    if (known && current) return known.knowledge
    const load = async () => {
      const knowledge = await this.#load(source, known?.knowledge ?? EMPTY_SOURCE_KNOWLEDGE)
      return { knowledge, loadedAt: this.#now(), epoch: null }
    }
    return (await this.#read(this.#known, source.sourceId, load())).knowledge
  }

  /**
   * Updates the cached facts with a committed poll of sessions.
   * @param rows null = the poll read no sessions, so the facts stay as they are
   * @param isWhole true = the response is complete
   */
  learned(sourceId: number, epoch: string, rows: readonly KnownSession[] | null, isWhole: boolean): void {
    const known = this.#known.get(sourceId)
    if (!known) return
    const knowledge = rows === null ? known.knowledge : updateSourceKnowledge(known.knowledge, rows, isWhole)
    this.#known.set(sourceId, { knowledge, loadedAt: this.#now(), epoch: BigInt(epoch) })
  }

  /**
   * Returns the end of the time that polls of this kind have read from a source, by any worker; null = nothing was read
   * yet.
   */
  async readUpTo(
    { scope }: Pick<SourceRef, 'scope'>,
    lease: Pick<LeaseKey, 'sourceId' | 'kind' | 'epoch'>,
  ): Promise<EpochMs | null> {
    const { sourceId, kind } = lease
    const before = BigInt(lease.epoch) - 1n
    const known = this.#readUpTo.get(`${sourceId}/${kind}`)
    if (known?.epoch === before) return known.at
    const sources = await listSources(this.#db.pool, { scope })
    const found = sources.find((status) => status.sourceId === sourceId && status.poll.kind === kind)
    const at = found?.poll.readUpTo ?? found?.poll.lastOkAt ?? null
    this.#readUpTo.set(`${sourceId}/${kind}`, { at, epoch: before })
    return at
  }

  /** Stores the end of the time that was read. An earlier end than the stored one is ignored. */
  noteRead({ sourceId, kind, epoch }: Pick<LeaseKey, 'sourceId' | 'kind' | 'epoch'>, at: EpochMs): void {
    const key = `${sourceId}/${kind}`
    this.#readUpTo.set(key, { at: Math.max(at, this.#readUpTo.get(key)?.at ?? at), epoch: BigInt(epoch) })
  }

  /** Reports whether the polls of a route table ever read a route. */
  async hasStoredRoutes({ sourceId }: Pick<SourceRef, 'sourceId'>, kind: RoutePollKind): Promise<boolean> {
    const key = `${sourceId}/${kind}`
    if (!this.#withRoutes.has(key) && (await hasStoredRoutes(this.#db.pool, sourceId, kind))) this.#withRoutes.add(key)
    return this.#withRoutes.has(key)
  }

  /**
   * Reports whether BGP works with the VPN site of a connection (of a hub's VPN gateway): a recent poll must have read
   * an established session with this site, with received prefixes.
   */
  async hasWorkingBgp({ resourceId, subresource, scope }: SourceRef): Promise<boolean> {
    const gateway = await readResourceByIdOrArmId(this.#db.pool, resourceId)
    const config = gateway && decodeResourceConfig(gateway.type, gateway.config)
    if (config?.resource !== 'gateway') return false
    const name = subresource.split('/').at(-1)?.toLowerCase()
    const siteKey = config.hubConnections.find((connection) => connection.name.toLowerCase() === name)?.siteKey
    const site = siteKey ? await readResourceByIdOrArmId(this.#db.pool, siteKey) : null
    const devices = site ? decodeResourceConfig(armTypes.vpnSite, site.config).devices : []
    const addresses = new Set(devices.flatMap(({ bgpAddress }) => bgpAddress ?? []))
    const since = this.#now() - RECENT_SESSION_MS
    return (await readSessionsAtMoment(this.#db.pool, { scope })).some(
      ({ neighbor, presence, last, prefixesReceived, lastSeenAt }) =>
        addresses.has(neighbor) &&
        presence !== 'missing' &&
        last.state === 'established' &&
        (prefixesReceived ?? 0) > 0 &&
        (lastSeenAt ?? 0) >= since,
    )
  }

  async #load(source: SourceRef, earlier: KnownSourceFacts): Promise<KnownSourceFacts> {
    const [resource, sessions] = await Promise.all([
      readResourceByIdOrArmId(this.#db.pool, source.resourceId),
      readSessionsAtMoment(this.#db.pool, { scope: source.scope }),
    ])
    const rows = sessions
      .filter(({ sourceId }) => sourceId === source.sourceId)
      .map((session): KnownSession => {
        const gone = session.presence === 'missing'
        const before = earlier.sessions.get(formatSessionKey(session))
        return {
          localAddress: session.kind === 'summary' ? '' : session.localAddress,
          neighbor: session.neighbor,
          asn: session.asn,
          established: !gone && session.last.state === 'established',
          azureState: gone ? MISSING_ROW_STATE : stateWord(session.kind, session.last),
          prefixesReceived: gone ? null : session.prefixesReceived,
          messagesReceived: session.messagesReceived === null ? null : BigInt(session.messagesReceived),
          readAt: session.lastSeenAt,
          lastMessage: before?.lastMessage ?? null,
        }
      })
    const config = resource && decodeResourceConfig(resource.type, resource.config)
    return {
      ...getConfiguredInstances(config),
      ...(config?.resource === 'gateway' && { changed: await this.#lastChange(source) }),
      sessions: new Map(rows.map((row) => [formatSessionKey(row), row])),
    }
  }

  /** Returns when Azure last changed a gateway, if this change is completed; otherwise null. */
  async #lastChange({ scope }: SourceRef): Promise<TimestampBounds | null> {
    const { rows } = await listEvents(this.#db.pool, { scope, kinds: ['gateway_changing'], limit: 1 })
    return getLastChangeBounds(rows[0])
  }
}

/**
 * Returns the state of a stored session in the form that {@link sessionsOf} uses. For an established session of a
 * summary, Azure's text is a number of prefixes and not a state.
 */
function stateWord(kind: 'peers' | 'summary', last: { state: string; azureState: string }): string {
  return kind === 'summary' && last.state === 'established' ? 'established' : last.azureState
}

function targetKey({ resourceId, subresource }: PollTarget): string {
  return `${resourceId.toLowerCase()}\n${subresource}`
}
