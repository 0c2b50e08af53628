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
  learn,
  MISSING_ROW,
  NOTHING_KNOWN,
  sessionKey,
} from './knowledge.ts'
import { type PhasePlace, placeKey, placesOf } from '../plan/phase.ts'
import type { PlannedPoll } from '../plan/plan.ts'

/** For kinds that read another kind's rows: what other workers may have learned meanwhile is read again after this long. */
const STALE_AFTER_MS = 120_000

interface Known {
  knowledge: Knowledge
  loadedAt: EpochMs
  /** the lease's epoch with which this worker last read the sessions; null = loaded from the database */
  epoch: bigint | null
}

/**
 * What a worker knows of the sources that it polls, so that a poll of an unchanged source needs no query before it.
 * Other workers poll the same sources, so what is read here grows old and is read again.
 */
export class SourceCache {
  readonly #db: Database
  readonly #now: () => EpochMs
  readonly #sources = new Map<number, SourceRef>()
  readonly #ids = new Map<string, number>()
  #planned: ReadonlySet<string> = new Set()
  #places: ReadonlyMap<string, PhasePlace> = new Map()
  /** by lower-cased gateway */
  #neighbors: ReadonlyMap<string, readonly PollTarget[]> = new Map()
  #interfaces: readonly string[] | undefined
  readonly #known = new Map<number, Known>()
  readonly #localAddresses = new Map<number, ByFamily>()
  readonly #metered = new Map<number, MeteredResource | null>()
  readonly #polled = new Set<string>()
  /** of what inventories list */
  #listed = ''
  /** how often configuration was forgotten: what was being read then may be of before */
  #changes = 0
  /** under the lease of an epoch */
  readonly #readUpTo = new Map<string, { at: EpochMs | null; epoch: bigint }>()

  constructor(db: Database, now: () => EpochMs) {
    this.#db = db
    this.#now = now
  }

  /** Null when the source is not there any more. */
  async source(sourceId: number): Promise<SourceRef | null> {
    const cached = this.#sources.get(sourceId)
    if (cached) return cached
    const source = await sourceById(this.#db.pool, sourceId)
    if (source) this.#sources.set(sourceId, source)
    return source
  }

  /** The source of a target that is on the plan; null for any other. */
  async plannedId(target: PollTarget): Promise<number | null> {
    const key = targetKey(target)
    if (!this.#planned.has(key)) return null
    return this.#ids.get(key) ?? this.#read(this.#ids, key, ensureSource(this.#db.pool, target))
  }

  /** Keeps what is read, unless configuration was forgotten meanwhile. */
  async #read<Key, Value>(kept: Map<Key, Value>, key: Key, reading: Promise<Value>): Promise<Value> {
    const before = this.#changes
    const value = await reading
    if (before === this.#changes) kept.set(key, value)
    return value
  }

  /** ARM ids of the network interfaces that operators chose; undefined = not read yet. */
  get interfaces(): readonly string[] | undefined {
    return this.#interfaces
  }

  /**
   * @param listed those that the inventory has: what counts as chosen until this process knows better
   * @returns the subscriptions of which another choice is in force than before
   */
  interfacesChosen(ids: readonly string[], listed: readonly string[]): string[] {
    const before = new Set((this.#interfaces ?? listed).map(armKey))
    const after = new Set(ids.map(armKey))
    this.#interfaces = ids
    const changed = [...after, ...before].filter((key) => !before.has(key) || !after.has(key))
    return [...new Set(changed.map(subscriptionOf))]
  }

  /** Takes note of a new plan. */
  planned(polls: readonly PlannedPoll[]): void {
    this.#planned = new Set(polls.map(targetKey))
    this.#places = placesOf(polls)
    const advertised = polls.filter(({ kind }) => kind === 'advertised')
    this.#neighbors = Map.groupBy(advertised, ({ resourceId }) => resourceId.toLowerCase())
    for (const source of this.#sources.values()) if (!this.#planned.has(targetKey(source))) this.#forget(source)
    for (const key of this.#ids.keys()) if (!this.#planned.has(key)) this.#ids.delete(key)
  }

  /** What is off the plan: kept, it would add up over the years of an estate that changes. */
  #forget({ sourceId }: SourceRef): void {
    this.#sources.delete(sourceId)
    this.#known.delete(sourceId)
    this.#localAddresses.delete(sourceId)
    const isOfSource = (key: string) => key.startsWith(`${sourceId}/`)
    for (const key of this.#polled) if (isOfSource(key)) this.#polled.delete(key)
    for (const key of this.#readUpTo.keys()) if (isOfSource(key)) this.#readUpTo.delete(key)
  }

  /** How many entries are kept. */
  get size(): number {
    const kept = [this.#sources, this.#ids, this.#known, this.#localAddresses, this.#polled, this.#readUpTo]
    return kept.reduce((sum, { size }) => sum + size, 0)
  }

  /** Where an operation stands among those of its resource; null for what is none, or not on this worker's plan. */
  placeOf({ resourceId, subresource }: PollTarget, kind: PollKind): PhasePlace | null {
    return this.#places.get(placeKey({ resourceId, subresource, kind })) ?? null
  }

  /** The neighbors of a gateway whose advertised routes are on the plan. */
  neighborsOf(resourceId: string): string[] {
    return (this.#neighbors.get(resourceId.toLowerCase()) ?? []).map(({ subresource }) => subresource)
  }

  /** Forgets the configuration of all resources where inventories, whichever worker recorded them, list another one than when this was called last. */
  listed(resources: readonly Pick<ResourceView, 'id' | 'resourceId' | 'since' | 'movedFrom'>[]): void {
    const each = resources.map((one) => [one.id, one.resourceId, one.since?.latest, one.movedFrom?.between.latest])
    const listed = hash('sha256', JSON.stringify(each))
    if (listed !== this.#listed) this.configurationChanged('all')
    this.#listed = listed
  }

  /** Forgets the configuration of some resources, or of all. */
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

  /** A source whose resource is not where it was: it may have been moved, and is read again. */
  moved({ sourceId }: Pick<SourceRef, 'sourceId'>): void {
    this.#sources.delete(sourceId)
    this.#metered.delete(sourceId)
    this.#localAddresses.delete(sourceId)
  }

  /** The same of all sources of resources that had these ARM ids. */
  movedFrom(resourceIds: readonly string[]): void {
    const former = new Set(resourceIds.map((id) => id.toLowerCase()))
    for (const source of this.#sources.values()) if (former.has(source.resourceId.toLowerCase())) this.moved(source)
    this.#ids.clear()
  }

  /** Whether this worker polls a kind of a source for the first time; true once. */
  firstTime({ sourceId, kind }: { sourceId: number; kind: string }): boolean {
    const key = `${sourceId}/${kind}`
    if (this.#polled.has(key)) return false
    this.#polled.add(key)
    return true
  }

  /** The MSEE's addresses on a circuit path; null where the circuit's configuration does not have them. */
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

  /** What a resource's metrics depend on; null where the inventory does not say. */
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
   * What earlier polls know that is needed to read this one; nothing for kinds that need none. A worker that held the
   * previous lease of the kind as well need not ask the database.
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

  /** Keeps what a committed poll of sessions reported; `rows` null = it reported nothing, and nothing is lost by that. */
  learned(sourceId: number, epoch: string, rows: readonly KnownSession[] | null, isWhole: boolean): void {
    const known = this.#known.get(sourceId)
    if (!known) return
    const knowledge = rows === null ? known.knowledge : learn(known.knowledge, rows, isWhole)
    this.#known.set(sourceId, { knowledge, loadedAt: this.#now(), epoch: BigInt(epoch) })
  }

  /** Up to when this kind of a source is read, by whichever worker polled it last; null = it never was. */
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

  /** What was read stays read: a poll that ends early may come less far than those before it. */
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

  /** When Azure last changed a gateway, as far as that is over. */
  async #lastChange({ scope }: SourceRef): Promise<Bounds | null> {
    const { rows } = await listEvents(this.#db.pool, { scope, kinds: ['gateway_changing'], limit: 1 })
    return changedBetween(rows[0])
  }
}

/** As `sessionsOf` names it: a summary's word for an established session is a count. */
function stateWord(kind: 'peers' | 'summary', last: { state: string; azureState: string }): string {
  return kind === 'summary' && last.state === 'established' ? 'established' : last.azureState
}

function targetKey({ resourceId, subresource }: PollTarget): string {
  return `${resourceId.toLowerCase()}\n${subresource}`
}
