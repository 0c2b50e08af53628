import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, type SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>

/** Private members of the adapter that are used here; the drift test checks them against the pinned version. */
type AdapterInternals = {
  client: pg.Pool
  performIO(query: unknown): Promise<{ fields?: { dataTypeID: number }[]; rows?: unknown[] }>
}

/** Postgres's one-byte "char", in which its catalogues keep flags; the adapter has no name for it. */
const CHAR_OID = 18
const TEXT_OID = 25

/**
 * Prisma's Postgres adapter for the schema engine: scripts run whole (splitting them tears dollar quotes apart), catalogue flags
 * are described as characters, and a shadow database is really a database of its own, dropped after use.
 */
export function shadowCapableAdapter(url: string): SqlMigrationAwareDriverAdapterFactory {
  const { hostname, port, username, password, pathname } = new URL(url)
  // A connection string would win over the shadow's database name, and the engine's script would run on the main database.
  const connection = {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  }
  const main = new PrismaPg(connection)
  const administer = async (statement: string) => {
    const client = new pg.Client(connection)
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  return {
    provider: main.provider,
    adapterName: main.adapterName,
    connect: async () => adapted(await main.connect()),
    connectToShadowDb: async () => {
      const name = `shadow_${randomUUID().replaceAll('-', '')}`
      await administer(`CREATE DATABASE "${name}" TEMPLATE template0`)
      const adapter = adapted(await new PrismaPg({ ...connection, database: name }).connect())
      const dispose = adapter.dispose.bind(adapter)
      adapter.dispose = async () => {
        await dispose()
        await administer(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
      }
      return adapter
    },
  }
}

function adapted(adapter: Adapter): Adapter {
  const internals = adapter as unknown as AdapterInternals
  internals.client.on('error', () => {}) // the shadow is dropped by force
  adapter.executeScript = async (script) => {
    if (script.trim() !== '') await internals.client.query(script)
  }
  const charColumns = new WeakMap<object, number[]>()
  const performIO = internals.performIO.bind(adapter)
  internals.performIO = async (query) => {
    const result = await performIO(query)
    const columns: number[] = []
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== CHAR_OID) continue
      field.dataTypeID = TEXT_OID
      columns.push(index)
    }
    if (result.rows) charColumns.set(result.rows, columns)
    return result
  }
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query)
    for (const index of charColumns.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character
    return result
  }
  return adapter
}
