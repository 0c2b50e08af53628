import type { EventEmitter } from 'node:events'
import { type Socket, connect } from 'node:net'
import pg from 'pg'
import { getUrlPassword } from '../environment/database-address.ts'
import { connectToMatchingHost } from './connect-to-host.ts'
import { type ConnectionSettings, buildConnectionSettings, buildHostSettings } from './settings.ts'

/**
 * Creates a client that is not connected yet.
 * @param applicationName name that pg_stat_activity shows
 * @param more further settings of pg's client
 */
export function createDatabaseClient(
  url: string,
  applicationName: string,
  more: Partial<ConnectionSettings> = {},
): DatabaseClient {
  return new DatabaseClient({ ...buildConnectionSettings(url, applicationName), ...more })
}

/** Members of pg's client that are missing in pg's types. */
type Inside = {
  processID: number
  secretKey: number
  /** false while a statement runs */
  readyForQuery: boolean
  getStartupConf(): Record<string, string>
  /**
   * running query; null = none. If its `_canceledDueToError` is set, the query fails with that error as soon as the
   * server is ready again
   */
  _activeQuery: { _canceledDueToError: Error | false } | null
}

/**
 * Name of PostgreSQL's internal function in which a commit waits for a synchronous standby. If this wait is canceled,
 * the commit succeeds, although the standby may not have it; the server only sends a warning. A failover would then
 * lose a commit that was reported as successful. Therefore the client turns this warning into an error.
 * @source https://www.postgresql.org/docs/current/warm-standby.html (26.2.8.3)
 */
const SYNC_WAIT = 'SyncRepWaitForLSN'
/** SQLSTATE code of an error after which it is unknown whether the transaction was committed. */
const UNKNOWN_RESOLUTION = '08007'

/**
 * Client of pg that also supports addresses with several hosts and poolers in transaction mode. With several hosts, it
 * connects to a host that `target_session_attrs` permits ({@link connectToMatchingHost}).
 */
export class DatabaseClient extends pg.Client {
  readonly #settings: ConnectionSettings

  /** @param settings result of {@link buildConnectionSettings}; pg's pool passes them to each client */
  constructor(settings?: ConnectionSettings) {
    if (!settings) throw new TypeError('a client of the database needs connectionSettings')
    super(settings)
    this.#settings = settings
    if (settings.address.isPooled) this.#askWithoutNames()
    this.on('notice', ({ routine, message }) => {
      if (routine === SYNC_WAIT) this.#refuseCommit(message)
    })
    const password = passwordInForce()
    // pg calls this function when the server requests a password. It is set on the client although pg's types do not
    // permit that, because in the settings, it would be overridden by the password in the address, which is an empty
    // text
    if (password && getUrlPassword(settings.connectionString) === '') Object.assign(this, { password })
  }

  // pg has two forms of connecting: with a promise, and with a callback, which its pool uses
  override connect(): Promise<this>
  override connect(callback: (error: Error | null, client?: pg.Client) => void): void
  override connect(callback?: (error: Error | null, client?: pg.Client) => void): Promise<this> | undefined {
    const connecting = this.#connect().catch((error: unknown) => {
      // if no password is available, pg does not close the connection, and the server would wait a minute for the
      // password
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

  /** Returns the parameters with which pg opens a session. For a pooler, parameters that it refuses are left out. */
  getStartupConf(): Record<string, string> {
    const asked = (pg.Client.prototype as unknown as Inside).getStartupConf.call(this)
    if (!this.#settings.address.isPooled) return asked
    const { statement_timeout: _, idle_in_transaction_session_timeout: __, lock_timeout: ___, ...accepted } = asked
    return { ...accepted, TimeZone: 'UTC' }
  }

  /** Makes the running COMMIT fail after the server has finished it, because the standby may not have the commit. */
  #refuseCommit(message: string | undefined): void {
    const query = (this as unknown as Inside)._activeQuery
    if (query) query._canceledDueToError = Object.assign(new Error(message), { code: UNKNOWN_RESOLUTION })
  }

  /**
   * Changes the client so that it sends prepared statements without names. A named statement exists only in one server
   * session, but a pooler may use another session for the next transaction.
   */
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
        await connectToMatchingHost(
          settings,
          (host, shareMs) => new DatabaseClient(buildHostSettings(settings, host, shareMs)),
        ),
      )
    const inside = this as unknown as Inside
    const socket = this.connection.stream as Socket
    endWhenVanished(socket, this, () => !inside.readyForQuery, settings.silentMs ?? SILENT_MS)
    return this
  }

  /**
   * Takes over the connection that another client has established. This is necessary, because a client of pg can
   * connect only once and to only one server. To make this client believe that it connected itself, the server's
   * message ReadyForQuery is repeated.
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

/**
 * Symbol of a property of globalThis. The property is shared by all copies of this module that a web bundler creates.
 */
const KEY = Symbol.for('peerwatch.database.password')
type Holder = { [KEY]?: Password | undefined }
type Password = () => Promise<string>

/**
 * Sets the function that returns the password for database addresses that contain no password. It is called for each
 * new connection, so that an expired password is renewed.
 * @param password undefined = only passwords in addresses are used
 */
export function setPasswordSource(password: Password | undefined): void {
  const holder = globalThis as Holder
  holder[KEY] = password
}

const passwordInForce = (): Password | undefined => (globalThis as Holder)[KEY]

/**
 * Time in milliseconds without data from the server while a statement runs, after which the client checks whether the
 * server can still be reached.
 */
const SILENT_MS = 10_000
const ANSWER_WITHIN_MS = 5_000

/**
 * SSLRequest message of PostgreSQL (protocol 3, "Message Formats"). A server answers it with one byte even before
 * authentication, so the answer shows that the server can be reached.
 */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/**
 * Closes a connection whose server has disappeared, because its machine failed or the network drops packets. Otherwise
 * TCP would retransmit for a quarter of an hour, and keepalive starts only after that. Before it closes a connection,
 * it tests the server with a new connection. If the server answers on the new connection, the server is only executing
 * a long statement, and the old connection is kept.
 * @param isAsked reports whether a response is pending; an idle connection is left to TCP keepalive
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
