import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { EpochMs, RouterConnectionEndReason, RouterReportingProtocol } from '#lib/contract/index.ts'
import { RouterLimitError } from '../router-limit-error.ts'
import { getDatabaseNow, computeDatabaseTime } from '#lib/platform/database-clock.ts'
import { BmpStreamError } from '../codec/stream-error.ts'
import { type ArrivedMessage, UndecodedRouterDataQueue } from './router-stream.ts'
import { ListeningThread } from './listening-thread.ts'
import type { ListenerMessage, ListenerLimits, ListenerOptions, MessageToListener } from './thread-messages.ts'

/**
 * Limits of the station (Peerwatch's server for router connections). They are sufficient for fifty routers with a few
 * tables each. This is true even if all of these routers connect again before the station has detected the loss of
 * their old connections.
 */
const STATION_LIMITS: ListenerLimits = { connections: 200, connectionsOfAddress: 8, waitingBytes: 2 ** 20 }

/**
 * Time after which a connection is closed if the router has sent no Initiation or established no BGP session,
 * milliseconds. Otherwise such a connection would count for the maximum number of connections without being used.
 */
const INITIATION_WITHIN_MS = 30_000

/** A connection of a router. `id` is unique while the station runs. */
export interface RouterConnection {
  id: number
  protocol: Exclude<RouterReportingProtocol, 'syslog'>
  address: string
  port: number
  openedAt: EpochMs
  /**
   * Closes the connection because its data cannot be stored.
   * @param failure error because of which the data could not be stored
   */
  end(failure: unknown): void
}

/** When and why a connection ended. */
export interface ConnectionEnd {
  at: EpochMs
  /**
   * Time at which the last bytes of the router arrived. If the connection was lost, the state of the router since then
   * is unknown.
   */
  lastDataAt: EpochMs
  reason: Exclude<RouterConnectionEndReason, 'vanished'>
  /** Details of the reason, as a sentence; '' = none. */
  detail: string
}

/**
 * Receiver of the decoded messages of all connections. It is called for one connection only after the previous call for
 * it has ended.
 */
export interface StationReceiver {
  /**
   * Processes messages of a connection. The next data of the connection waits until the promise resolves. If it
   * rejects, the connection is closed.
   */
  messages(connection: RouterConnection, batch: readonly ArrivedMessage[]): Promise<void>
  /** Called after the end of a connection. Resolves when all its data is stored or lost. */
  closed(connection: RouterConnection, end: ConnectionEnd): Promise<void>
  refused(address: string, why: 'not_listed' | 'too_many'): void
}

export interface StationOptions extends Omit<ListenerOptions, 'limits' | 'collector'> {
  limits?: Partial<ListenerLimits>
  initiationWithinMs?: number
  /**
   * ASN and hold time for BGP sessions between routers and Peerwatch's collector; absent or null = routers report by
   * BMP.
   */
  collector?: ListenerOptions['collector']
}

export interface BmpListeningStation {
  port: number
  /** Rejects if the listening thread ends without a request. */
  ended: Promise<void>
  /** Closes all connections. Resolves when all received data was given to the receiver. */
  stop(): Promise<void>
}

interface Entry {
  connection: RouterConnection
  stream: UndecodedRouterDataQueue
  /** Reason of the end; set when no more data will arrive. */
  end: ConnectionEnd | null
  isPumping: boolean
  introduction: NodeJS.Timeout | null
}

/**
 * Starts the server for router connections. A separate thread reads the sockets and adds the time of arrival; this
 * thread decodes the data. All times are by the database's clock, which the caller must have read once before.
 * @throws ListenError if the port cannot be opened
 */
export async function startStation(options: StationOptions, receiver: StationReceiver): Promise<BmpListeningStation> {
  const workerData: ListenerOptions = {
    host: options.host,
    port: options.port,
    allow: options.allow,
    limits: { ...STATION_LIMITS, ...options.limits },
    collector: options.collector ?? null,
  }
  const thread = new Worker(new URL('./listener-thread.ts', import.meta.url), { workerData, name: 'bmp-listener' })
  const protocol = workerData.collector ? 'bgp' : 'bmp'
  const station = new StationOf(thread, receiver, protocol, options.initiationWithinMs ?? INITIATION_WITHIN_MS)
  const { thread: listener } = station
  await listener.listening
  return { port: listener.port, ended: listener.ended, stop: () => station.stop() }
}

class StationOf {
  readonly thread: ListeningThread<ListenerMessage, MessageToListener>
  private readonly receiver: StationReceiver
  private readonly protocol: RouterConnection['protocol']
  private readonly initiationWithinMs: number
  private readonly entries = new Map<number, Entry>()
  private readonly pumps = new Set<Promise<void>>()

  constructor(
    thread: Worker,
    receiver: StationReceiver,
    protocol: RouterConnection['protocol'],
    initiationWithinMs: number,
  ) {
    this.receiver = receiver
    this.protocol = protocol
    this.initiationWithinMs = initiationWithinMs
    this.thread = new ListeningThread(thread, 'routers', (message) => this.take(message))
  }

  async stop(): Promise<void> {
    await this.thread.stop()
    const at = getDatabaseNow()
    for (const entry of this.entries.values()) {
      entry.end ??= { at, lastDataAt: at, reason: 'stopped', detail: '' }
      this.pump(entry)
    }
    await Promise.all(this.pumps)
  }

  private take(message: ListenerMessage): void {
    switch (message.type) {
      case 'refused':
        this.receiver.refused(message.address, message.why)
        return
      case 'opened':
        this.open(message)
        return
      case 'data': {
        const entry = this.entries.get(message.id)
        if (!entry || entry.end) return
        const notBefore = message.notBefore === null ? null : computeDatabaseTime(message.notBefore)
        entry.stream.push({ at: computeDatabaseTime(message.at), notBefore, bytes: message.chunk })
        this.pump(entry)
        return
      }
      case 'closed': {
        const entry = this.entries.get(message.id)
        if (!entry) return
        const { error, end } = message
        const [at, lastDataAt] = [computeDatabaseTime(message.at), computeDatabaseTime(message.lastDataAt)]
        if (end !== null) entry.end ??= { at, lastDataAt, ...end }
        else if (error !== null)
          entry.end ??= { at, lastDataAt, reason: 'lost', detail: `the connection broke (${error})` }
        else entry.end ??= { at, lastDataAt, reason: this.thread.isStopping ? 'stopped' : 'closed', detail: '' }
        this.pump(entry)
      }
    }
  }

  private open({ id, address, port, at }: Extract<ListenerMessage, { type: 'opened' }>): void {
    const end = (failure: unknown) => this.fail(entry, failure)
    const { protocol } = this
    const connection: RouterConnection = { id, protocol, address, port, openedAt: computeDatabaseTime(at), end }
    const stream = new UndecodedRouterDataQueue(protocol)
    const entry: Entry = { connection, stream, end: null, isPumping: false, introduction: null }
    const seconds = this.initiationWithinMs / 1_000
    entry.introduction = setTimeout(() => {
      this.giveUp(entry, 'limit', `no ${protocol === 'bmp' ? 'Initiation' : 'session'} within ${seconds} s`)
      this.pump(entry)
    }, this.initiationWithinMs)
    this.entries.set(connection.id, entry)
  }

  private giveUp(entry: Entry, reason: ConnectionEnd['reason'], detail: string): void {
    const at = getDatabaseNow()
    entry.end ??= { at, lastDataAt: at, reason, detail }
    this.thread.send({ type: 'close', id: entry.connection.id, reason })
  }

  private fail(entry: Entry, failure: unknown): void {
    const reason = reasonOf(failure)
    this.giveUp(entry, reason, failure instanceof Error ? failure.message : String(failure))
    this.pump(entry)
  }

  private pump(entry: Entry): void {
    if (entry.isPumping) return
    entry.isPumping = true
    const pump = this.drain(entry).finally(() => {
      entry.isPumping = false
      this.pumps.delete(pump)
    })
    this.pumps.add(pump)
  }

  private async drain(entry: Entry): Promise<void> {
    const { connection, stream } = entry
    while (!stream.isEmpty) {
      const { messages, bytes, error } = stream.next()
      if (messages.length > 0) this.introduced(entry)
      try {
        if (messages.length > 0) await this.receiver.messages(connection, messages)
      } catch (failure) {
        this.fail(entry, failure)
        break
      }
      if (error) {
        // report the error as the reason of the end, even if the connection is already closed
        entry.end = null
        this.giveUp(entry, error.reason, error.message)
        break
      }
      this.thread.send({ type: 'done', id: connection.id, bytes })
      // let other connections continue
      await setImmediate()
    }
    const { end } = entry
    if (!end || !this.entries.delete(connection.id)) return
    this.introduced(entry)
    if (end.reason === 'closed' && stream.isInsideMessage) end.detail = 'it ended inside a message'
    await this.receiver.closed(connection, end)
  }

  private introduced(entry: Entry): void {
    if (entry.introduction) clearTimeout(entry.introduction)
    entry.introduction = null
  }
}

function reasonOf(failure: unknown): ConnectionEnd['reason'] {
  if (failure instanceof BmpStreamError) return failure.reason
  return failure instanceof RouterLimitError ? 'limit' : 'failed'
}
