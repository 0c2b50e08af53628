import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import pg from 'pg'
import { passwordOf } from '../environment/database-address.ts'
import { passwordInForce } from './password.ts'
import { seekHost } from './seek.ts'
import { endWhenVanished, SILENT_MS } from './silence.ts'
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
}

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
  const isNamed = typeof asked === 'object' && asked !== null && 'name' in asked && !('submit' in asked)
  return isNamed ? { ...asked, name: undefined } : asked
}
