import type { EventEmitter } from 'node:events'
import { type Socket, connect } from 'node:net'
import pg from 'pg'
import { passwordOf } from '../environment/database-address.ts'
import { seekHost } from './seek.ts'
import { type ConnectionSettings, connectionSettings, settingsOfHost } from './settings.ts'

/** @param applicationName shown in pg_stat_activity; @param more settings of pg's client */
export function createDatabaseClient(
  url: string,
  applicationName: string,
  more: Partial<ConnectionSettings> = {},
): DatabaseClient {
  return new DatabaseClient({ ...connectionSettings(url, applicationName), ...more })
}

/** What pg's client has beside its types. */
type Inside = {
  processID: number
  secretKey: number
  /** false while a statement runs */
  readyForQuery: boolean
  getStartupConf(): Record<string, string>
  /** what fails when the server is ready again */
  _activeQuery: { _canceledDueToError: Error | false } | null
}

/**
 * PostgreSQL's function that waits for a synchronous standby. Whoever cancels that wait gets a warning from it, and the commit counts
 * although the standby may lack it: a failover then loses what was acknowledged.
 * @source https://www.postgresql.org/docs/current/warm-standby.html (26.2.8.3)
 */
const SYNC_WAIT = 'SyncRepWaitForLSN'
/** SQLSTATE transaction_resolution_unknown. */
const UNKNOWN_RESOLUTION = '08007'

/**
 * A client of pg that knows what pg does not: an address with several hosts, of which it is connected to the one that
 * `target_session_attrs` asks for ({@link seekHost}), and a pooler in transaction mode.
 */
export class DatabaseClient extends pg.Client {
  readonly #settings: ConnectionSettings

  /** pg's pool hands its own options over, which {@link connectionSettings} made. */
  constructor(settings?: ConnectionSettings) {
    if (!settings) throw new TypeError('a client of the database needs connectionSettings')
    super(settings)
    this.#settings = settings
    if (settings.address.isPooled) this.#askWithoutNames()
    this.on('notice', ({ routine, message }) => {
      if (routine === SYNC_WAIT) this.#refuseCommit(message)
    })
    const password = passwordInForce()
    // pg calls it when a server asks for one; its types know that of its settings only, where an address wins
    if (password && passwordOf(settings.connectionString) === '') Object.assign(this, { password })
  }

  // pg's two forms: a promise, and a callback for its pool
  override connect(): Promise<this>
  override connect(callback: (error: Error | null, client?: pg.Client) => void): void
  override connect(callback?: (error: Error | null, client?: pg.Client) => void): Promise<this> | undefined {
    const connecting = this.#connect().catch((error: unknown) => {
      // pg leaves it open where no password can be had, and the server waits a minute for one
      this.connection.stream.destroy()
      throw error
    })
    if (!callback) return connecting
    connecting.then(
      () => process.nextTick(callback, null, this),
      (error: Error) => process.nextTick(callback, error),
    )
    return undefined
  }

  /** What the session begins with, sent by pg. A pooler refuses all but what it sets in each session that it lends out. */
  getStartupConf(): Record<string, string> {
    const asked = (pg.Client.prototype as unknown as Inside).getStartupConf.call(this)
    if (!this.#settings.address.isPooled) return asked
    const { statement_timeout: _, idle_in_transaction_session_timeout: __, lock_timeout: ___, ...accepted } = asked
    return { ...accepted, TimeZone: 'UTC' }
  }

  /** The commit that is being asked for ends with an error, once the server has ended it. */
  #refuseCommit(message: string | undefined): void {
    const query = (this as unknown as Inside)._activeQuery
    if (query) query._canceledDueToError = Object.assign(new Error(message), { code: UNKNOWN_RESOLUTION })
  }

  /** A statement with a name is kept by the session that parsed it, and the next transaction has another one. */
  #askWithoutNames(): void {
    const ask = this.query.bind(this) as (...asked: unknown[]) => unknown
    Object.assign(this, { query: (first: unknown, ...rest: unknown[]) => ask(withoutName(first), ...rest) })
  }

  async #connect(): Promise<this> {
    const settings = this.#settings
    const { hosts, target } = settings.address
    if (hosts.length === 1 && target === 'any') await super.connect()
    else
      await this.#take(
        await seekHost(settings, (host, shareMs) => new DatabaseClient(settingsOfHost(settings, host, shareMs))),
      )
    const inside = this as unknown as Inside
    const socket = this.connection.stream as Socket
    endWhenVanished(socket, this, () => !inside.readyForQuery, settings.silentMs ?? SILENT_MS)
    return this
  }

  /**
   * Goes on with what another client connected. A client of pg connects once, to one server; after that its connection is all that it
   * has, and it learns that it is connected by the server's ReadyForQuery.
   */
  async #take(found: pg.Client): Promise<void> {
    const { connection, host, port } = found
    const { processID, secretKey } = found as unknown as Inside
    Object.assign(this, { connection, host, port, processID, secretKey })
    const taken: EventEmitter & { connect?: () => void } = connection
    taken.removeAllListeners()
    taken.connect = () => {}
    const connecting = super.connect()
    taken.emit('readyForQuery', { name: 'readyForQuery', length: 5, status: 'I' })
    await connecting
  }
}

function withoutName(asked: unknown): unknown {
  if (typeof asked !== 'object' || asked === null || !('name' in asked)) return asked
  return 'submit' in asked ? Object.assign(asked, { name: undefined }) : { ...asked, name: undefined }
}

/** It hangs on globalThis because a web bundler may instantiate this module more than once. */
const KEY = Symbol.for('peerwatch.database.password')
type Holder = { [KEY]?: Password | undefined }
type Password = () => Promise<string>

/**
 * What signs in to databases whose address has no password, asked for at each connection, so that one that expires is renewed.
 * @param password undefined = as the address says
 */
export function signInWith(password: Password | undefined): void {
  const holder = globalThis as Holder
  holder[KEY] = password
}

const passwordInForce = (): Password | undefined => (globalThis as Holder)[KEY]

/** How long a server may say nothing while something is asked of it, before it is asked whether it is still there. */
const SILENT_MS = 10_000
const ANSWER_WITHIN_MS = 5_000

/** PostgreSQL's SSLRequest, which a server answers with one byte before it knows who asks (protocol 3, "Message Formats"). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/**
 * Ends a connection whose server vanished without a word, with its machine or behind a network that swallows packets. What was sent by
 * then is retransmitted for a quarter of an hour, and TCP's keepalive begins only after that. A server that answers elsewhere is working on
 * a long statement, and is left to it.
 * @param isAsked whether an answer is awaited; an idle connection is keepalive's affair
 */
function endWhenVanished(
  socket: Socket,
  server: { host: string; port: number },
  isAsked: () => boolean,
  silentMs: number,
): void {
  socket.setTimeout(silentMs)
  socket.on('timeout', () => {
    if (!isAsked()) return void socket.setTimeout(silentMs)
    answers(server).then((isThere) => {
      if (socket.destroyed) return
      if (isThere) socket.setTimeout(silentMs)
      else socket.destroy(Object.assign(new Error('the server does not answer any more'), { code: 'ETIMEDOUT' }))
    })
  })
}

function answers({ host, port }: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect({ host, port })
    const end = (isThere: boolean) => {
      clearTimeout(timer)
      probe.destroy()
      resolve(isThere)
    }
    const timer = setTimeout(() => end(false), ANSWER_WITHIN_MS)
    probe.once('connect', () => probe.write(SSL_REQUEST))
    probe.once('data', () => end(true))
    probe.once('end', () => end(false))
    probe.once('error', () => end(false))
  })
}
