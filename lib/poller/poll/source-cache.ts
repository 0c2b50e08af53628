import { hash } from 'node:crypto'
import type { MeteredResource } from '#lib/azure/index.ts'
import { decodeConfig } from '#lib/azure/config/index.ts'
import type { ByFamily } from '#lib/bgp/index.ts'
import {
  armKey,
  armTypes,
  type Bounds,
  type EpochMs,
  hasReach,
  isForwardingTable,
  pathAddresses,
  type PollKind,
  type PollTarget,
  subscriptionOf,
} from '#lib/contract/index.ts'
import {
  ensureSource,
  listEvents,
  listSources,
  resourceByIdOrArmId,
  type ResourceView,
  type SourceRef,
  sessionsAt,
  sourceById,
} from '#lib/history/index.ts'
import { changedBetween } from '#lib/detection/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { LeaseKey } from '#lib/platform/leases/index.ts'
import {
  configuredInstances,
  type Knowledge,
  type KnownSession,
  updateKnowledge,
  MISSING_ROW,
  NOTHING_KNOWN,
  sessionKey,
} from './knowledge.ts'
import { type SchedulePosition, placeKey, schedulePositions } from '../plan/phase.ts'
import type { PlannedPoll } from '../plan/plan.ts'

/**
 * Maximum age in milliseconds of cached knowledge for kinds that use another kind's rows, because other workers may
 * have polled meanwhile.
 */
const STALE_AFTER_MS = 120_000

interface Known {
  knowledge: Knowledge
  loadedAt: EpochMs
  /** epoch of the lease under which this worker last read the sessions; null = loaded from the database */
  epoch: bigint | null
}

/**
 * A worker's cached knowledge of its sources, so that a poll of an unchanged source needs no query before it. Other
 * workers poll the same sources, so cached data expires.
 */
export class SourceCache {
  readonly #db: Database
  readonly #now: () => EpochMs
  readonly #sources = new Map<number, SourceRef>()
  readonly #ids = new Map<string, number>()
  #planned: ReadonlySet<string> = new Set()
  #places: ReadonlyMap<string, SchedulePosition> = new Map()
  /** neighbors by lower-cased gateway ID */
  #neighbors: ReadonlyMap<string, readonly PollTarget[]> = new Map()
  #interfaces: readonly string[] | undefined
  readonly #known = new Map<number, Known>()
  readonly #localAddresses = new Map<number, ByFamily>()
  readonly #metered = new Map<number, MeteredResource | null>()
  readonly #polled = new Set<string>()
  /** hash of the listed resources */
  #listed = ''
  /** counter of configuration changes; a read that began before a change may have read old data */
  #changes = 0
  /** end of the period that was read, by source and kind, with the epoch of the lease under which it was read */
  readonly #readUpTo = new Map<string, { at: EpochMs | null; epoch: bigint }>()

  constructor(db: Database, now: () => EpochMs) {
    this.#db = db
    this.#now = now
  }

  /** Returns a source; null if it no longer exists. */
  async source(sourceId: number): Promise<SourceRef | null> {
    const cached = this.#sources.get(sourceId)
    if (cached) return cached
    const source = await sourceById(this.#db.pool, sourceId)
    if (source) this.#sources.set(sourceId, source)
    return source
  }

  /** Returns the source ID of a planned target; null for any other target. */
  async plannedId(target: PollTarget): Promise<number | null> {
    const key = targetKey(target)
    if (!this.#planned.has(key)) return null
    return this.#ids.get(key) ?? this.#read(this.#ids, key, ensureSource(this.#db.pool, target))
  }

  /** Caches the value of a read, unless the configuration changed meanwhile. */
  async #read<Key, Value>(kept: Map<Key, Value>, key: Key, reading: Promise<Value>): Promise<Value> {
    const before = this.#changes
    const value = await reading
    if (before === this.#changes) kept.set(key, value)
    return value
  }

  /** ARM IDs of the network interfaces that operators chose; undefined = not read yet. */
  get interfaces(): readonly string[] | undefined {
    return this.#interfaces
  }

  /**
   * Stores the chosen network interfaces.
   * @param listed interfaces in the inventory, which count as chosen until the choice was read for the first time
   * @returns subscriptions for which the choice has changed
   */
  interfacesChosen(ids: readonly string[], listed: readonly string[]): string[] {
    const before = new Set((this.#interfaces ?? listed).map(armKey))
    const after = new Set(ids.map(armKey))
    this.#interfaces = ids
    const changed = [...after, ...before].filter((key) => !before.has(key) || !after.has(key))
    return [...new Set(changed.map(subscriptionOf))]
  }

  /** Applies a new plan of polls, and discards the cached data of all sources that it no longer contains. */
  planned(polls: readonly PlannedPoll[]): void {
    this.#planned = new Set(polls.map(targetKey))
    this.#places = schedulePositions(polls)
    const advertised = polls.filter(({ kind }) => kind === 'advertised')
    this.#neighbors = Map.groupBy(advertised, ({ resourceId }) => resourceId.toLowerCase())
    for (const source of this.#sources.values()) if (!this.#planned.has(targetKey(source))) this.#forget(source)
    for (const key of this.#ids.keys()) if (!this.#planned.has(key)) this.#ids.delete(key)
  }

  /**
   * Removes the cached data of an unplanned source. Otherwise such data would accumulate over the years in a changing
   * estate.
   */
  #forget({ sourceId }: SourceRef): void {
    this.#sources.delete(sourceId)
    this.#known.delete(sourceId)
    this.#localAddresses.delete(sourceId)
    const isOfSource = (key: string) => key.startsWith(`${sourceId}/`)
    for (const key of this.#polled) if (isOfSource(key)) this.#polled.delete(key)
    for (const key of this.#readUpTo.keys()) if (isOfSource(key)) this.#readUpTo.delete(key)
  }

  /** Number of cached entries. */
  get size(): number {
    const kept = [this.#sources, this.#ids, this.#known, this.#localAddresses, this.#polled, this.#readUpTo]
    return kept.reduce((sum, { size }) => sum + size, 0)
  }

  /**
   * Returns the position of an operation among the operations of its resource; null if it is not an operation, or is
   * not on this worker's plan.
   */
  placeOf({ resourceId, subresource }: PollTarget, kind: PollKind): SchedulePosition | null {
    return this.#places.get(placeKey({ resourceId, subresource, kind })) ?? null
  }

  /** Returns the neighbors of a gateway whose advertised routes are planned. */
  neighborsOf(resourceId: string): string[] {
    return (this.#neighbors.get(resourceId.toLowerCase()) ?? []).map(({ subresource }) => subresource)
  }

  /**
   * Discards the configuration of all resources if the inventory, recorded by any worker, has changed since the last
   * call.
   */
  listed(resources: readonly Pick<ResourceView, 'id' | 'resourceId' | 'since' | 'movedFrom'>[]): void {
    const each = resources.map((one) => [one.id, one.resourceId, one.since?.latest, one.movedFrom?.between.latest])
    const listed = hash('sha256', JSON.stringify(each))
    if (listed !== this.#listed) this.configurationChanged('all')
    this.#listed = listed
  }

  /** Discards the cached configuration of some or all resources. */
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

  /** Discards the cached data of a source whose resource was not found, because the resource may have been moved. */
  moved({ sourceId }: Pick<SourceRef, 'sourceId'>): void {
    this.#sources.delete(sourceId)
    this.#metered.delete(sourceId)
    this.#localAddresses.delete(sourceId)
  }

  /** Discards the cached data of all sources of resources that had these ARM IDs. */
  movedFrom(resourceIds: readonly string[]): void {
    const former = new Set(resourceIds.map((id) => id.toLowerCase()))
    for (const source of this.#sources.values()) if (former.has(source.resourceId.toLowerCase())) this.moved(source)
    this.#ids.clear()
  }

  /** Reports whether this worker polls a kind of a source for the first time; true only once. */
  firstTime({ sourceId, kind }: { sourceId: number; kind: string }): boolean {
    const key = `${sourceId}/${kind}`
    if (this.#polled.has(key)) return false
    this.#polled.add(key)
    return true
  }

  /** Returns the MSEE's addresses on a circuit path; null if the circuit's configuration lacks them. */
  async localAddresses(source: SourceRef): Promise<ByFamily> {
    const { sourceId, peering, path } = source
    if (peering === null || path === null) return { ipv4: null, ipv6: null }
    const cached = this.#localAddresses.get(sourceId)
    if (cached !== undefined) return cached
    const read = async () => {
      const resource = await resourceByIdOrArmId(this.#db.pool, source.resourceId)
      return pathAddresses(decodeConfig(armTypes.circuit, resource?.config), peering, path)
    }
    return this.#read(this.#localAddresses, sourceId, read())
  }

  /** Returns the properties on which a resource's metrics depend; null if the inventory lacks them. */
  async metered({ sourceId, resourceId }: SourceRef): Promise<MeteredResource | null> {
    const cached = this.#metered.get(sourceId)
    return cached === undefined ? this.#read(this.#metered, sourceId, this.#loadMetered(resourceId)) : cached
  }

  async #loadMetered(resourceId: string): Promise<MeteredResource | null> {
    const resource = await resourceByIdOrArmId(this.#db.pool, resourceId)
    const config = resource && decodeConfig(resource.type, resource.config)
    const gateway =
      config?.resource === 'gateway'
        ? { gatewayType: config.kind === 'vpn' ? 'Vpn' : 'ExpressRoute', sku: config.sku.name }
        : null
    const reach = config?.resource === 'circuit' && hasReach(config)
    return resource?.location ? { region: resource.location, gateway, ...(reach && { hasReach: true }) } : null
  }

  /**
   * Returns the knowledge from earlier polls that is needed to evaluate this poll; empty for kinds that need none. If
   * this worker also held the previous lease of the kind, no database query is needed.
   */
  async knowledge(source: SourceRef, { kind, epoch }: { kind: string; epoch: string }): Promise<Knowledge> {
    const own = kind === 'peers' || kind === 'summary'
    if (!own && !isForwardingTable(kind)) return NOTHING_KNOWN
    const known = this.#known.get(source.sourceId)
    const current = own
      ? known?.epoch !== null && known?.epoch === BigInt(epoch) - 1n
      : known !== undefined && Math.abs(this.#now() - known.loadedAt) < STALE_AFTER_MS
    if (known && current) return known.knowledge
    const load = async () => {
      const knowledge = await this.#load(source, known?.knowledge ?? NOTHING_KNOWN)
      return { knowledge, loadedAt: this.#now(), epoch: null }
    }
    return (await this.#read(this.#known, source.sourceId, load())).knowledge
  }

  /**
   * Updates the knowledge from a committed poll of sessions; `rows` null = the poll reported nothing, so the knowledge
   * is kept.
   */
  learned(sourceId: number, epoch: string, rows: readonly KnownSession[] | null, isWhole: boolean): void {
    const known = this.#known.get(sourceId)
    if (!known) return
    const knowledge = rows === null ? known.knowledge : updateKnowledge(known.knowledge, rows, isWhole)
    this.#known.set(sourceId, { knowledge, loadedAt: this.#now(), epoch: BigInt(epoch) })
  }

  /** Returns the end of the period that was read for this kind of a source by any worker; null = never read. */
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

  /**
   * Stores the end of the read period. It never decreases, because a poll that ends early may have read less than
   * earlier polls.
   */
  noteRead({ sourceId, kind, epoch }: Pick<LeaseKey, 'sourceId' | 'kind' | 'epoch'>, at: EpochMs): void {
    const key = `${sourceId}/${kind}`
    this.#readUpTo.set(key, { at: Math.max(at, this.#readUpTo.get(key)?.at ?? at), epoch: BigInt(epoch) })
  }

  async #load(source: SourceRef, earlier: Knowledge): Promise<Knowledge> {
    const [resource, sessions] = await Promise.all([
      resourceByIdOrArmId(this.#db.pool, source.resourceId),
      sessionsAt(this.#db.pool, { scope: source.scope }),
    ])
    const rows = sessions
      .filter(({ sourceId }) => sourceId === source.sourceId)
      .map((session): KnownSession => {
        const gone = session.presence === 'missing'
        const before = earlier.sessions.get(sessionKey(session))
        return {
          localAddress: session.kind === 'summary' ? '' : session.localAddress,
          neighbor: session.neighbor,
          asn: session.asn,
          established: !gone && session.last.state === 'established',
          azureState: gone ? MISSING_ROW : stateWord(session.kind, session.last),
          prefixesReceived: gone ? null : session.prefixesReceived,
          messagesReceived: session.messagesReceived === null ? null : BigInt(session.messagesReceived),
          readAt: session.lastSeenAt,
          lastMessage: before?.lastMessage ?? null,
        }
      })
    const config = resource && decodeConfig(resource.type, resource.config)
    return {
      ...configuredInstances(config),
      ...(config?.resource === 'gateway' && { changed: await this.#lastChange(source) }),
      sessions: new Map(rows.map((row) => [sessionKey(row), row])),
    }
  }

  /** Returns when Azure last changed a gateway, if that change is completed. */
  async #lastChange({ scope }: SourceRef): Promise<Bounds | null> {
    const { rows } = await listEvents(this.#db.pool, { scope, kinds: ['gateway_changing'], limit: 1 })
    return changedBetween(rows[0])
  }
}

/**
 * Returns the state in the form of `sessionsOf`, because the state of an established session in a summary is a count.
 */
function stateWord(kind: 'peers' | 'summary', last: { state: string; azureState: string }): string {
  return kind === 'summary' && last.state === 'established' ? 'established' : last.azureState
}

function targetKey({ resourceId, subresource }: PollTarget): string {
  return `${resourceId.toLowerCase()}\n${subresource}`
}
