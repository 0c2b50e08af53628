import type { EventEmitter } from 'node:events'
import { type Socket, connect } from 'node:net'
import pg from 'pg'
import { passwordOf } from '../environment/database-address.ts'
import { connectToMatchingHost } from './seek.ts'
import { type ConnectionSettings, connectionSettings, settingsOfHost } from './settings.ts'

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
  return new DatabaseClient({ ...connectionSettings(url, applicationName), ...more })
}

/** Members of pg's client class that its types lack. */
type Inside = {
  processID: number
  secretKey: number
  /** false while a statement runs */
  readyForQuery: boolean
  getStartupConf(): Record<string, string>
  /** running query; if `_canceledDueToError` is set, the query fails with that error when the server is ready again */
  _activeQuery: { _canceledDueToError: Error | false } | null
}

/**
 * Name of PostgreSQL's internal function in which a commit waits for a synchronous standby. If the wait is canceled,
 * the server sends only a warning and the commit succeeds, although the standby may lack it. A failover would then lose
 * an acknowledged commit, so the warning is turned into an error.
 * @source https://www.postgresql.org/docs/current/warm-standby.html (26.2.8.3)
 */
const SYNC_WAIT = 'SyncRepWaitForLSN'
/** SQLSTATE code of an error after which it is unknown whether the transaction was committed. */
const UNKNOWN_RESOLUTION = '08007'

/**
 * Client of pg with two additions. It accepts an address with several hosts and connects to the host that
 * `target_session_attrs` selects ({@link seekHost}). It also works with a pooler in transaction mode.
 */
export class DatabaseClient extends pg.Client {
  readonly #settings: ConnectionSettings

  /** @param settings created by {@link connectionSettings}; pg's pool passes them on */
  constructor(settings?: ConnectionSettings) {
    if (!settings) throw new TypeError('a client of the database needs connectionSettings')
    super(settings)
    this.#settings = settings
    if (settings.address.isPooled) this.#askWithoutNames()
    this.on('notice', ({ routine, message }) => {
      if (routine === SYNC_WAIT) this.#refuseCommit(message)
    })
    const password = passwordInForce()
    // pg calls the function when the server requests a password. In the settings, the address would override it, so it
    // is set here, although pg's types do not allow that.
    if (password && passwordOf(settings.connectionString) === '') Object.assign(this, { password })
  }

  // the two forms of connecting that pg has: with a promise, and with a callback for its pool
  override connect(): Promise<this>
  override connect(callback: (error: Error | null, client?: pg.Client) => void): void
  override connect(callback?: (error: Error | null, client?: pg.Client) => void): Promise<this> | undefined {
    const connecting = this.#connect().catch((error: unknown) => {
      // pg leaves the connection open if no password is available, and the server waits a minute for it
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

  /**
   * Returns the parameters that pg sends at the start of a session. With a pooler, omits those that the pooler refuses.
   */
  getStartupConf(): Record<string, string> {
    const asked = (pg.Client.prototype as unknown as Inside).getStartupConf.call(this)
    if (!this.#settings.address.isPooled) return asked
    const { statement_timeout: _, idle_in_transaction_session_timeout: __, lock_timeout: ___, ...accepted } = asked
    return { ...accepted, TimeZone: 'UTC' }
  }

  /**
   * Makes the running COMMIT fail with an error when the server has finished it, because a standby may lack the commit.
   */
  #refuseCommit(message: string | undefined): void {
    const query = (this as unknown as Inside)._activeQuery
    if (query) query._canceledDueToError = Object.assign(new Error(message), { code: UNKNOWN_RESOLUTION })
  }

  /**
   * Removes the names of prepared statements before they are sent. The server stores a named statement only in the
   * session that parsed it, but with a pooler the next transaction may use another session.
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
          (host, shareMs) => new DatabaseClient(settingsOfHost(settings, host, shareMs)),
        ),
      )
    const inside = this as unknown as Inside
    const socket = this.connection.stream as Socket
    endWhenVanished(socket, this, () => !inside.readyForQuery, settings.silentMs ?? SILENT_MS)
    return this
  }

  /**
   * Takes over the established connection of another client, because a client of pg can connect only once, to one
   * server. Afterwards the client believes that it connected itself, because the connection emits the server's
   * ReadyForQuery again.
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

/** Symbol on globalThis, because a web bundler can instantiate this module more than once. */
const KEY = Symbol.for('peerwatch.database.password')
type Holder = { [KEY]?: Password | undefined }
type Password = () => Promise<string>

/**
 * Sets the function that returns the password for databases whose address does not contain one. The function is called
 * for each connection, so that an expired password is renewed.
 * @param password undefined = only passwords in addresses are used
 */
export function signInWith(password: Password | undefined): void {
  const holder = globalThis as Holder
  holder[KEY] = password
}

const passwordInForce = (): Password | undefined => (globalThis as Holder)[KEY]

/**
 * SILENT_MS: time in milliseconds without data from the server during a statement, after which the client checks that
 * the server is reachable.
 */
const SILENT_MS = 10_000
const ANSWER_WITHIN_MS = 5_000

/**
 * SSLRequest message of PostgreSQL. A server answers it with one byte before authentication, so it shows that the
 * server is reachable (protocol 3, "Message Formats").
 */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/**
 * Ends a connection whose server disappeared without closing it, because its machine failed or the network drops
 * packets. Without this, TCP would retransmit sent data for a quarter of an hour, and its keepalive starts only after
 * that. If a new connection to the server is answered, the server is executing a long statement, and the connection is
 * kept.
 * @param isAsked reports whether a response is pending; idle connections are left to TCP keepalive
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
