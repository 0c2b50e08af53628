import path from 'node:path'
import pg from 'pg'
import { applyMigrations } from '../migrations/index.ts'
import { startScratchServer } from './scratch-server.ts'

const STARTED = Symbol.for('peerwatch.test-server')
type Holder = { [STARTED]?: Promise<() => Promise<void>> }

/**
 * Sets up database tests for Vitest: one PostgreSQL server for the run (from DATABASE_URL if set, otherwise an embedded
 * server), with one migrated template database that is copied for each test file. Every project with database tests
 * calls this function. The first call starts the server, and its teardown stops the server after all projects.
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
