import { setTimeout as delay } from 'node:timers/promises'
import {
  type ArrivedMessage,
  type ConnectionEnd,
  type RouterConnection,
  BmpToReportConverter,
  type StationReceiver,
} from '#lib/routers/bmp/index.ts'
import type { EpochMs, RouterPeer, RouterNeighborReport } from '#lib/contract/index.ts'
import { handleRouterAnnouncement, handleRouterChange } from './handle-router-change.ts'
import type { Database } from '#lib/platform/database.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { Logger } from '#lib/platform/log.ts'
import { readThresholdsInForce } from '#lib/questions/thresholds-in-force.ts'
import { retryWhileDatabaseFails } from './retry-while-database-fails.ts'
import { RefusedConnectionLogger } from './refusal-log.ts'
import {
  type RouterQueueLimits,
  RouterQueueMemory,
  type RouterQueueWork,
  type RecordedConnection,
  RouterQueue,
} from './router-queue.ts'
import {
  closeRouterConnection,
  endRoutesOfEndedSessions,
  endVanishedRouterConnections,
  extendRouterConnections,
  reassignRouterSessions,
  openRouterCollector,
  addBmpConnection,
  type RouterConnectionKey,
  separateRouterConnection,
} from '../store/index.ts'

/**
 * Time between two updates of the time until which routers were observed, milliseconds. If the station crashes, at most
 * this much observed time is lost.
 */
const EXTEND_EVERY_MS = 5_000

/**
 * Time after which a connection that was not updated counts as vanished, milliseconds, because its station must have
 * stopped.
 */
const VANISHED_AFTER_MS = 60_000

/**
 * Time for which changes of a router's advertised routes are gathered, milliseconds, before they are handled together.
 */
const GATHERED_MS = 1_000

/** Maximum time in milliseconds that received data needs from the listening thread to this thread. */
const HANDOVER_MS = 1_000

/**
 * Maximum number of reports that are given to a queue together. A single message may exceed it, because it may contain
 * up to 65,535 bytes of prefixes.
 */
const MAX_HANDED = 2_000

interface Recorded {
  /**
   * `queue` is the queue of the router's reports, and `reporting` is the state of this connection in that queue. Both
   * are null until the router has sent its name.
   */
  queue: RouterQueue | null
  reporting: RecordedConnection | null
  /** Number of the connection. A later connection has a larger number. */
  id: number
  protocol: RouterConnection['protocol']
  reporter: BmpToReportConverter
  /** Name and software that the router sent; null = not received yet. */
  stated: { name: string; software: string | null } | null
  /**
   * True if it was checked whether another router at this address has the same name but another ASN or BGP identifier.
   */
  isIdentified: boolean
  /** True while messages of the connection are being processed. */
  isBusy: boolean
}

interface ReceiverOptions {
  /** Called when a router has sent its name by BMP, with its address and name. */
  introduced?: (address: string, name: string) => Promise<void>
  /** ASNs that operators declared for the addresses of routers. */
  neighbors?: readonly { address: string; asn: number }[]
  /** Limits of the memory of waiting reports. */
  limits?: RouterQueueLimits
}

/**
 * Records the reports of routers. Each router has a queue. While the database is unavailable, the queues fill, and then
 * the sockets are not read any more.
 */
export class BmpRecordingReceiver implements StationReceiver {
  private readonly db: Database
  private readonly log: Logger
  private readonly connections = new Map<RouterConnection, Recorded>()
  private readonly refusals: RefusedConnectionLogger
  private readonly options: ReceiverOptions
  private readonly timer: NodeJS.Timeout
  private readonly stopped = new AbortController()
  private readonly room: RouterQueueMemory
  /** Queues by the id of the router. */
  private readonly queues = new Map<number, RouterQueue>()
  /**
   * Neighbors for which a router's advertised routes changed, and the time of the first change, by the id of the
   * router. They are gathered and then handled together.
   */
  private readonly announcing = new Map<number, { since: EpochMs; neighbors: Set<string> }>()

  constructor(db: Database, log: Logger, options: ReceiverOptions = {}) {
    this.db = db
    this.log = log
    this.options = options
    this.room = new RouterQueueMemory(options.limits)
    this.refusals = new RefusedConnectionLogger(log)
    this.timer = setInterval(() => void this.extend(), EXTEND_EVERY_MS)
  }

  /** Stops waiting for the database. Reports that are not recorded are lost. */
  stop(): void {
    clearInterval(this.timer)
    this.stopped.abort(new Error('the station stops'))
  }

  async messages(connection: RouterConnection, batch: readonly ArrivedMessage[]): Promise<void> {
    const { id, protocol } = connection
    const recorded = this.connections.get(connection) ?? {
      id,
      protocol,
      reporter: new BmpToReportConverter(protocol),
      queue: null,
      reporting: null,
      stated: null,
      isIdentified: false,
      isBusy: false,
    }
    this.connections.set(connection, recorded)
    recorded.isBusy = true
    for (const { at, message } of batch) {
      if (message.type === 'initiation' && recorded.reporting === null)
        await this.introduce(connection, recorded, at, { ...message, ...statedIdentity(batch) })
      if (message.type === 'termination') {
        this.log.info(
          { router: connection.address, reason: message.reason, texts: message.texts },
          'a router says goodbye',
        )
      }
    }
    await this.identify(connection, recorded, batch)
    let reports: RouterNeighborReport[] = []
    for (const arrived of batch) {
      reports = reports.concat(recorded.reporter.reportsOf(arrived))
      if (reports.length < MAX_HANDED) continue
      await this.hand(connection, recorded, reports)
      reports = []
    }
    await this.hand(connection, recorded, reports)
    recorded.isBusy = false
  }

  /** Adds reports to the queue of their router, and waits until the queue has space for them. */
  private async hand(
    connection: RouterConnection,
    recorded: Recorded,
    all: readonly RouterNeighborReport[],
  ): Promise<void> {
    const isSpokenFor = this.spokenForBeside(recorded)
    const reports = all.filter(({ peer }) => !isSpokenFor(peer))
    for (const report of reports) {
      if (report.type !== 'sessionUnread') continue
      const { peer, detail } = report
      this.log.warn(
        { router: connection.address, neighbor: peer.neighbor, detail },
        'a neighbor is not observed until its session is stated again',
      )
    }
    const { queue, reporting } = recorded
    if (queue && reporting && reports.length > 0) await queue.push(reporting, reports)
  }

  /** Memory of all reports that wait to be recorded, in bytes. */
  get waitingBytes(): number {
    return this.room.bytes
  }

  /** Waits until all reports that this receiver got are recorded. */
  async settled(): Promise<void> {
    for (const { queue, reporting } of this.connections.values()) if (reporting) await queue?.settled(reporting)
  }

  private async introduce(
    connection: RouterConnection,
    recorded: Recorded,
    at: EpochMs,
    { sysName, sysDescr, asn, bgpId }: { sysName: string | null; sysDescr: string | null } & StatedIdentity,
  ): Promise<void> {
    const { address, port, protocol } = connection
    const { neighbors = [], introduced } = this.options
    const stated = { name: sysName ?? '', software: sysDescr }
    const declared = neighbors.flatMap((neighbor) => (neighbor.address === address ? [neighbor.asn] : []))
    const key = await this.insist(() =>
      protocol === 'bgp'
        ? openRouterCollector(this.db.pool, { ...stated, address, asn, bgpId, at }, declared)
        : addBmpConnection(this.db.pool, { ...stated, address, at }),
    )
    recorded.stated = stated
    await this.attach(connection, recorded, key, at)
    const { name, software } = stated
    this.log.info({ router: address, port, name, software, by: protocol, asn, bgpId }, 'a router reports')
    if (protocol === 'bmp') await introduced?.(address, name)
  }

  /**
   * Assigns a BMP connection to a new router if another router has the same address and name but another ASN or BGP
   * identifier. This is done before the first session of the connection is recorded.
   */
  private async identify(
    connection: RouterConnection,
    recorded: Recorded,
    batch: readonly ArrivedMessage[],
  ): Promise<void> {
    const { protocol, reporting, stated, isIdentified } = recorded
    const { asn, bgpId } = statedIdentity(batch)
    if (protocol !== 'bmp' || !reporting || !stated || isIdentified || asn === null) return
    recorded.isIdentified = true
    const { address } = connection
    const { key, connectedAt: at } = reporting
    const own = await this.insist(() =>
      separateRouterConnection(this.db.pool, key, { ...stated, address, at, asn, bgpId }),
    )
    if (own === null) return
    const { queue } = recorded
    await this.attach(connection, recorded, own, at)
    if (queue && !this.isUsed(queue)) this.queues.delete(key.routerId)
    this.log.warn({ router: address, ...stated, asn, bgpId }, 'another router has the same address and name')
  }

  private async attach(
    { address, end }: RouterConnection,
    recorded: Recorded,
    key: RouterConnectionKey,
    at: EpochMs,
  ): Promise<void> {
    const queue = this.queues.get(key.routerId) ?? new RouterQueue(this.workOf(address), this.room)
    this.queues.set(key.routerId, queue)
    const isAlone = !this.isUsed(queue)
    recorded.queue = queue
    if (isAlone) await this.insist(() => endRoutesOfEndedSessions(this.db.pool, key.routerId))
    recorded.reporting = { key, connectedAt: at, waiting: 0, hasFailed: false, recordedUpTo: at, fail: end }
  }

  private isUsed(queue: RouterQueue): boolean {
    return [...this.connections.values()].some((connection) => connection.queue === queue)
  }

  private workOf(router: string): RouterQueueWork {
    return {
      db: this.db,
      insist: async (work) => {
        // give up if the station stops; the router will send the data again to the next station
        this.stopped.signal.throwIfAborted()
        return this.insist(work)
      },
      changed: async ({ key }, sessions, at) => {
        for (const session of sessions) this.log.info({ router, ...session }, 'session')
        const neighbors = sessions.flatMap(({ neighbor }) => neighbor ?? [])
        if (sessions.length > 0) await this.insist(() => handleRouterChange(this.db.pool, key.routerId, at, neighbors))
      },
      announced: ({ key }, neighbors, since) => this.gather(key.routerId, neighbors, since),
    }
  }

  private gather(routerId: number, neighbors: ReadonlySet<string>, since: EpochMs): void {
    const gathered = this.announcing.get(routerId)
    if (gathered) {
      gathered.since = Math.min(gathered.since, since)
      for (const one of neighbors) gathered.neighbors.add(one)
      return
    }
    this.announcing.set(routerId, { since, neighbors: new Set(neighbors) })
    this.readAnnounced(routerId).catch((error: unknown) => {
      if (!this.stopped.signal.aborted)
        this.log.warn({ err: error, routerId }, 'what a router announces is found with the next poll')
    })
  }

  private async readAnnounced(routerId: number): Promise<void> {
    await delay(GATHERED_MS, undefined, { signal: this.stopped.signal, ref: false })
    const gathered = this.announcing.get(routerId)
    this.announcing.delete(routerId)
    if (!gathered) return
    const { since, neighbors } = gathered
    await this.insist(() =>
      handleRouterAnnouncement(this.db.pool, routerId, { neighbors: [...neighbors], since, at: getDatabaseNow() }),
    )
  }

  async closed(connection: RouterConnection, end: ConnectionEnd): Promise<void> {
    const { address, port, protocol } = connection
    const { reason, detail, at, lastDataAt } = end
    const fields = { router: address, port, by: protocol, reason, ...(detail !== '' && { detail }) }
    if ((reason === 'closed' && detail === '') || reason === 'stopped')
      this.log.info(fields, 'a router reports no more')
    else this.log.warn(fields, 'the connection of a router ended')

    const ended = this.connections.get(connection)
    const { queue, reporting } = ended ?? {}
    if (reporting) await queue?.settled(reporting)
    this.connections.delete(connection)
    if (!ended || !reporting) return
    const { key, hasFailed, recordedUpTo } = reporting
    if (queue && !this.isUsed(queue)) this.queues.delete(key.routerId)
    // For a lost connection, the state of the router is known only until the last data. If reports could not be
    // recorded, the state is known only until the last recorded report.
    const known = reason === 'closed' || reason === 'stopped' ? at : lastDataAt
    const until = hasFailed ? recordedUpTo : known
    try {
      await this.insist(() => closeRouterConnection(this.db.pool, key.connectionId, { until, ended: reason, detail }))
      await this.handOver(ended, key)
      // A router that lost its connection may have lost its sessions, too, so poll Azure's end of them now.
      const isSpokenFor = this.spokenForBeside(ended)
      const silent = ended.reporter.known.filter((peer) => !isSpokenFor(peer))
      const neighbors = silent.flatMap(({ neighbor }) => neighbor ?? [])
      if (reason === 'stopped' || neighbors.length === 0) return
      await this.insist(() => handleRouterChange(this.db.pool, key.routerId, at, neighbors))
      this.awaitReturn(key, protocol, at, neighbors).catch((error: unknown) => {
        if (!this.stopped.signal.aborted)
          this.log.warn({ err: error, router: address }, 'its silence is found with the next poll')
      })
    } catch (error) {
      this.log.warn({ err: error, router: address }, 'the end of a connection was not recorded; it counts as vanished')
    }
  }

  /**
   * If a router has not connected again after the time of the setting `router.returns`, requests another evaluation of
   * its circuits and gateways, because the router then counts as silent.
   */
  private async awaitReturn(
    { routerId }: RouterConnectionKey,
    protocol: RouterConnection['protocol'],
    at: EpochMs,
    neighbors: readonly string[],
  ): Promise<void> {
    const settings = await this.insist(() => readThresholdsInForce(this.db.pool))
    const forMs = settings['router.returns'] + HANDOVER_MS
    await delay(forMs, undefined, { signal: this.stopped.signal, ref: false })
    const isBack = [...this.connections.values()].some(
      (other) => other.protocol === protocol && other.reporting?.key.routerId === routerId,
    )
    if (!isBack) await this.insist(() => handleRouterChange(this.db.pool, routerId, at + forMs, neighbors))
  }

  /**
   * Returns a function that reports whether a newer connection of the same router and protocol has reported a neighbor.
   * If so, reports of the older connection about this neighbor are ignored, because they may be late. (`RouterBatch`
   * additionally prefers the collector's own reports to BMP reports about the same session.)
   */
  private spokenForBeside({ id, protocol, queue }: Recorded): (peer: RouterPeer) => boolean {
    const newer = [...this.connections.values()].filter(
      (other) => other.protocol === protocol && other.id > id && other.queue === queue,
    )
    return (peer) => newer.some(({ reporter }) => reporter.knows(peer))
  }

  /**
   * Assigns the sessions of a connection that ended to another connection of the same router that also reports them.
   * The sessions therefore count as observed without a gap.
   */
  private async handOver(ended: Recorded, from: RouterConnectionKey): Promise<void> {
    const others = [...this.connections.values()].filter(
      ({ protocol, queue }) => protocol === ended.protocol && queue === ended.queue,
    )
    for (const other of others.toSorted((a, b) => b.id - a.id)) {
      const { reporting } = other
      if (!reporting) continue
      const isSpokenFor = this.spokenForBeside(other)
      const peers = ended.reporter.known.filter((peer) => other.reporter.knows(peer) && !isSpokenFor(peer))
      if (peers.length > 0) await this.insist(() => reassignRouterSessions(this.db.pool, from, reporting.key, peers))
    }
  }

  refused(address: string, why: 'not_listed' | 'too_many'): void {
    this.refusals.note(address, why)
  }

  private async extend(): Promise<void> {
    const now = getDatabaseNow()
    const own = [...this.connections.values()].flatMap(({ reporting, isBusy }) =>
      reporting ? [{ reporting, isBusy }] : [],
    )
    const idOf = ({ reporting }: { reporting: RecordedConnection }) => reporting.key.connectionId
    const quiet = own.filter(({ reporting, isBusy }) => !isBusy && reporting.waiting === 0).map(idOf)
    try {
      await extendRouterConnections(this.db.pool, quiet, now - HANDOVER_MS)
      await endVanishedRouterConnections(this.db.pool, now - VANISHED_AFTER_MS, own.map(idOf))
    } catch (error) {
      this.log.warn({ err: error }, 'not recorded; what routers report waits, and is tried again')
    }
  }

  private insist<Result>(work: () => Promise<Result>): Promise<Result> {
    return retryWhileDatabaseFails(work, { log: this.log, signal: this.stopped.signal })
  }
}

/** ASN and BGP identifier of a router; null = they are not in the messages. */
interface StatedIdentity {
  asn: number | null
  bgpId: string | null
}

/** Returns the router's own ASN and BGP identifier from the first OPEN that it sent in these messages. */
function statedIdentity(batch: readonly ArrivedMessage[]): StatedIdentity {
  for (const { message } of batch) {
    if (message.type !== 'peerUp') continue
    const { asn, bgpId } = message.sent
    return { asn, bgpId }
  }
  return { asn: null, bgpId: null }
}
