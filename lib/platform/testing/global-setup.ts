import path from 'node:path'
import pg from 'pg'
import { applyMigrations } from '../migrations/index.ts'
import { startScratchServer } from './scratch-server.ts'

const STARTED = Symbol.for('peerwatch.test-server')
type Holder = { [STARTED]?: Promise<() => Promise<void>> }

/**
 * Vitest's global set-up for database tests: one PostgreSQL for the run (DATABASE_URL's when set, otherwise an embedded one), and in it
 * one database with every migration applied, of which each test file gets a copy. Every project with database tests calls it; the
 * first call starts the server, and its teardown stops it after all projects.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const holder = globalThis as Holder
  if (holder[STARTED]) {
    await holder[STARTED]
    return async () => {}
  }
  holder[STARTED] = startServer()
  return holder[STARTED]
}

async function startServer(): Promise<() => Promise<void>> {
  const root = path.resolve(import.meta.dirname, '../../..')
  const external = process.env.DATABASE_URL
  const server = external ? { url: external, stop: async () => {} } : await startScratchServer(root)
  const prefix = `peerwatch_test_${process.pid}_${Date.now().toString(36)}`
  const template = `${prefix}_template`
  try {
    await withAdmin(server.url, (admin) => admin.query(`CREATE DATABASE "${template}" TEMPLATE template0`))
    const url = new URL(server.url)
    url.pathname = `/${template}`
    await applyMigrations(url.href, { folder: path.join(root, 'prisma/migrations') })
  } catch (error) {
    await server.stop()
    throw error
  }
  process.env.PEERWATCH_TEST_DATABASE_URL = server.url
  process.env.PEERWATCH_TEST_DATABASE_PREFIX = prefix
  return async () => {
    if (external) await withAdmin(external, (admin) => dropAll(admin, prefix))
    await server.stop()
  }
}

async function withAdmin(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}

async function dropAll(admin: pg.Client, prefix: string): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [`${prefix}_`],
  )
  for (const { datname } of rows) await admin.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`)
}
