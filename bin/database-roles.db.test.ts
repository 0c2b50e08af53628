import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { truncateRecordedTables } from '#lab/demo-history/clear-history.ts'
import { applyRetention, ensurePartitions } from '#lib/history/index.ts'
import { readCalendarNames } from '#lib/history/read/config/calendar-windows.ts'
import { DATABASE_ROLES } from '#lib/platform/bootstrap/database-roles.ts'
import {
  type DatabaseUrls,
  createEmbeddedDatabase,
  resolveExternalDatabase,
  createExternalDatabase,
  grantTableAccess,
} from '#lib/platform/bootstrap/databases.ts'
import { discardData } from '#lib/platform/bootstrap/postgres-files.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { claimDeployment } from '#lib/platform/deployment.ts'
import { applyMigrations, requireMigrated } from '#lib/platform/migrations/index.ts'
import { readOrCreateSecret } from '#lib/platform/secrets.ts'
import { nodeEnvironment } from '#lib/platform/testing/node-environment.ts'
import { type TemporaryPostgresServer, startScratchServer } from '#lib/platform/testing/scratch-server.ts'
import { runWithEmbeddedServer } from './command-line/owner-database.ts'
import { startJobs } from '#lib/platform/jobs.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

const root = path.resolve(import.meta.dirname, '..')
const migrations = path.join(root, 'prisma/migrations')

/** A separate server for these tests, because roles belong to a whole server. */
let server: TemporaryPostgresServer
beforeAll(async () => {
  server = await startScratchServer(root)
})
afterAll(() => server.stop())

const passwords = { owner: 'owner-password', product: 'product & password', questions: 'questions-password' }

/**
 * Returns a database address like that of the embedded server in `npm start`; without a role, the address of the
 * superuser.
 */
function address(database: string, role?: keyof typeof DATABASE_ROLES, given = passwords): string {
  const url = new URL(server.url)
  url.pathname = `/${database}`
  if (role) {
    url.username = DATABASE_ROLES[role]
    url.password = encodeURIComponent(given[role])
  }
  return url.href
}

async function query(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql, values)).rows
  } finally {
    await client.end()
  }
}

/** Returns the SQLSTATE of a failed statement; null if it succeeds. */
function refusal(url: string, sql: string): Promise<string | null> {
  return query(url, sql).then(
    () => null,
    (error: { code: string }) => error.code,
  )
}

async function prepared(name: string): Promise<DatabaseUrls> {
  const urls = await createEmbeddedDatabase(address, name, passwords)
  await applyMigrations(urls.owner, { folder: migrations })
  await grantTableAccess(urls)
  return urls
}

async function withDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = createDatabase(url, { applicationName: 'peerwatch-test' })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

/** Runs one job to its end. */
async function runsJobs(url: string): Promise<void> {
  await withDatabase(url, async (db) => {
    const ran = Promise.withResolvers<void>()
    const run = async () => ran.resolve()
    const jobs = startJobs(db, [{ name: 'sweeping', everyMs: 365 * MS_PER_DAY, expireInSeconds: 60, run }])
    await ran.promise
    await jobs.stop()
  })
}

const partitions = async (url: string) =>
  (
    await query(
      url,
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'counter_sample'::regclass`,
    )
  ).map(({ name }) => name)

/**
 * Tests the work of the product: creates and deletes partitions of raw samples, writes rows and sends notifications.
 */
async function works(url: string): Promise<void> {
  const now = Date.UTC(2026, 2, 1)
  await claimDeployment(url, 'azure')
  await requireMigrated(url, migrations)
  await withDatabase(url, async (db) => {
    await ensurePartitions(db, now)
    expect(await partitions(url)).toContain('counter_sample_20260303')
    await applyRetention(db, { rawMs: 14 * MS_PER_DAY, historyMs: 400 * MS_PER_DAY }, now + 30 * MS_PER_DAY)
    expect(await partitions(url)).not.toContain('counter_sample_20260303')
    await db.pool.query(
      `INSERT INTO deployment (key, value) VALUES ('x', '1'); UPDATE deployment SET value = '2' WHERE key = 'x'`,
    )
    await db.pool.query(`DELETE FROM deployment WHERE key = 'x'; SELECT pg_advisory_lock(1), pg_advisory_unlock(1)`)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const notified = new Promise((resolve) => client.once('notification', ({ payload }) => resolve(payload)))
    await client.query('LISTEN changes')
    await db.pool.query(`SELECT pg_notify('changes', 'said')`)
    expect(await notified).toBe('said')
    await client.end()
  })
  await runsJobs(url)
}

describe('the embedded database', () => {
  let urls: DatabaseUrls
  beforeAll(async () => {
    urls = await prepared('peerwatch')
  })

  it('lets the product do its work', async () => {
    await expect(works(urls.product)).resolves.toBeUndefined()
  })

  it('lets the product read all that a dump holds', async () => {
    await runsJobs(urls.product)
    const closed = `SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      WHERE nspname = 'public' AND relkind IN ('r', 'p', 'v', 'S') AND NOT has_table_privilege(c.oid, 'SELECT')`
    expect(await query(urls.product, closed)).toEqual([])
  })

  it.each<[string, string]>([
    ['run a program of the server', `COPY (SELECT 1) TO PROGRAM 'true'`],
    ['read a file of the server', `COPY deployment FROM '/etc/passwd'`],
    ['create a table', 'CREATE TABLE mine (n int)'],
    ['create a temporary table, that could stand in for another', 'CREATE TEMP TABLE counter_sample (n int)'],
    ['create a schema', 'CREATE SCHEMA mine'],
    ['change a table', 'ALTER TABLE deployment ADD COLUMN n int'],
    ['drop a table', 'DROP TABLE deployment'],
    ['write down a migration', `DELETE FROM _prisma_migrations`],
    ['change the audit', `UPDATE audit_entry SET actor = 'somebody'`],
    ['remove from the audit', 'DELETE FROM audit_entry'],
    ['empty the audit', 'TRUNCATE audit_entry'],
    ['create a role', 'CREATE ROLE mine'],
    ['become another role', 'SET ROLE peerwatch_owner'],
    ['create a database', 'CREATE DATABASE mine'],
  ])('does not let the product %s', async (_, sql) => {
    expect(await refusal(urls.product, sql)).toBe('42501')
  })

  it.each<[string]>([
    [`SELECT ensure_day_partition('deployment', 'key', current_date)`],
    [`SELECT ensure_day_partition('counter_sample', 'stored_at', current_date)`],
    [`SELECT drop_day_partition('deployment')`],
    [`SELECT drop_day_partition('counter_sample_default')`],
  ])('lets the product create and drop nothing but days: %s', async (sql) => {
    expect(await refusal(urls.product, sql)).toBe('P0001')
  })

  it('lets the product add to the audit, and take nothing of its last 30 days', async () => {
    await query(
      urls.product,
      `INSERT INTO audit_entry (at, actor_kind, actor_id, actor, action, subject)
       SELECT now() - days * interval '1 day', 'open', '', 'local', 'x', '' FROM unnest(ARRAY[0, 29, 31]) days`,
    )
    await query(urls.product, `SELECT expire_audit('infinity')`)
    expect(await query(urls.product, 'SELECT count(*)::int AS n FROM audit_entry')).toEqual([{ n: 2 }])
    expect(await refusal(urls.questions, `BEGIN READ WRITE; SELECT expire_audit('infinity')`)).toBe('42501')
    await query(urls.owner, `UPDATE audit_entry SET actor = 'erased-1'`)
  })

  it('lets questions read, and nothing else', async () => {
    expect(await query(urls.questions, 'SELECT count(*)::int AS n FROM session')).toEqual([{ n: 0 }])
    for (const sql of [
      `INSERT INTO deployment (key, value) VALUES ('x', '1')`,
      `DELETE FROM deployment`,
      `SELECT * FROM deployment FOR UPDATE`,
    ]) {
      expect(await refusal(urls.questions, sql)).toBe('25006')
      expect(await refusal(urls.questions, `BEGIN READ WRITE; ${sql}`)).toBe('42501')
    }
    const create = `SELECT ensure_day_partition('counter_sample', 'started_at', current_date + 9)`
    expect(await refusal(urls.questions, `BEGIN READ WRITE; ${create}`)).toBe('42501')
    expect(await refusal(urls.questions, `COPY (SELECT 1) TO PROGRAM 'true'`)).toBe('42501')
  })

  it('does not let questions read a table that holds secrets, no column of it', async () => {
    for (const column of ['address', 'secret', 'target', 'name'])
      expect(await refusal(urls.questions, `SELECT ${column} FROM notify_channel`)).toBe('42501')
    expect(await refusal(urls.product, 'SELECT address, secret FROM notify_channel')).toBeNull()
    const readable = `SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege(c.oid, 'SELECT')`
    const names = (await query(urls.questions, readable)).map(({ name }) => name)
    expect(names).toContain('session_span')
    expect(names).not.toContain('notify_channel')
  })

  it('lets questions read a calendar without its sealed address', async () => {
    expect(await refusal(urls.questions, 'SELECT id, name, about, problems FROM calendar')).toBeNull()
    for (const columns of ['address', '*', 'name, address'])
      expect(await refusal(urls.questions, `SELECT ${columns} FROM calendar`)).toBe('42501')
    expect(await refusal(urls.product, 'SELECT address FROM calendar')).toBeNull()
    await withDatabase(urls.questions, async (db) => expect(await readCalendarNames(db.pool)).toEqual(new Map()))
  })

  it('lets questions read a later table once it is shared, unless it holds secrets', async () => {
    await query(urls.owner, 'CREATE TABLE later (n int); CREATE TABLE api_token (id int, token_hash text)')
    for (const table of ['later', 'api_token'])
      expect(await refusal(urls.questions, `SELECT FROM ${table}`)).toBe('42501')
    expect(await refusal(urls.product, 'INSERT INTO later VALUES (1)')).toBeNull()
    await grantTableAccess(urls)
    expect(await refusal(urls.questions, 'SELECT FROM later')).toBeNull()
    expect(await refusal(urls.questions, 'SELECT id FROM api_token')).toBe('42501')
  })

  it('takes back what earlier versions let questions read', async () => {
    await query(
      urls.owner,
      `GRANT SELECT ON ALL TABLES IN SCHEMA public TO peerwatch_questions;
       ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO peerwatch_questions`,
    )
    expect(await refusal(urls.questions, 'SELECT address FROM notify_channel')).toBeNull()
    await grantTableAccess(urls)
    await query(urls.owner, 'CREATE TABLE afterwards (n int)')
    expect(await refusal(urls.questions, 'SELECT address FROM notify_channel')).toBe('42501')
    expect(await refusal(urls.questions, 'SELECT FROM afterwards')).toBe('42501')
  })

  it('lets questions read a later day of samples, as part of its table', async () => {
    await withDatabase(urls.product, (db) => ensurePartitions(db, Date.UTC(2026, 5, 1)))
    expect(await partitions(urls.product)).toContain('counter_sample_20260601')
    expect(await refusal(urls.questions, 'SELECT FROM counter_sample')).toBeNull()
  })

  it('lets its owner change the schema and empty the demo’s history, and no more', async () => {
    await withDatabase(urls.owner, (db) => db.transaction(truncateRecordedTables))
    expect(await refusal(urls.owner, `COPY (SELECT 1) TO PROGRAM 'true'`)).toBe('42501')
    expect(await refusal(urls.owner, 'CREATE ROLE mine')).toBe('42501')
  })

  it('sets passwords again that were lost', async () => {
    const others = { owner: 'o2', product: 'p2', questions: 'q2' }
    const again = await createEmbeddedDatabase((database, role) => address(database, role, others), 'peerwatch', others)
    expect(await refusal(again.product, 'SELECT 1')).toBeNull()
    expect(await refusal(urls.product, 'SELECT 1')).toBe('28P01')
    await createEmbeddedDatabase(address, 'peerwatch', passwords)
    expect(await refusal(urls.product, 'SELECT 1')).toBeNull()
  })
})

it('an embedded database of an earlier version, all of it the superuser’s, is handed over', async () => {
  const superuser = address('earlier')
  await query(server.url, 'CREATE DATABASE earlier TEMPLATE template0')
  await applyMigrations(superuser, { folder: migrations })
  await runsJobs(superuser)
  await withDatabase(superuser, (db) => ensurePartitions(db, Date.UTC(2026, 1, 1)))
  await query(superuser, `CREATE TYPE mood AS ENUM ('good'); CREATE SEQUENCE loose; CREATE TABLE numbered (n serial)`)
  const urls = await prepared('earlier')
  await works(urls.product)
  expect(
    await query(
      superuser,
      `SELECT n.nspname AS schema, pg_get_userbyid(owner) AS owner, count(*)::int > 0 AS any
       FROM (SELECT relnamespace AS ns, relowner AS owner FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'i')
             UNION ALL SELECT pronamespace, proowner FROM pg_proc
             UNION ALL SELECT typnamespace, typowner FROM pg_type) o
       JOIN pg_namespace n ON n.oid = ns WHERE n.nspname = 'public' GROUP BY 1, 2 ORDER BY 1`,
    ),
  ).toEqual([{ schema: 'public', owner: DATABASE_ROLES.owner, any: true }])
  // the previous version would still work with this database
  await runsJobs(superuser)
})

describe('a PostgreSQL of one’s own', () => {
  /** Returns an address that connects as this role, whose password equals its name. */
  const as = (role: string, database: string) => {
    const url = new URL(address(database))
    url.username = role
    url.password = role
    return url.href
  }

  it('works with one role that owns the database', async () => {
    await query(server.url, `CREATE ROLE alone LOGIN PASSWORD 'alone'`)
    await query(server.url, 'CREATE DATABASE alone OWNER alone')
    const url = as('alone', 'alone')
    const given = { databaseUrl: url, databaseMigrateUrl: null, databaseReadUrl: null, databaseListenUrl: null }
    const urls = await resolveExternalDatabase(given, false)
    expect(urls).toEqual({ owner: url, product: url, questions: url, listen: null })
    await applyMigrations(urls.owner, { folder: migrations })
    await grantTableAccess(urls)
    await works(url)
  })

  it('is made by its superuser’s address, takes all of the embedded server, and gives further roles of the product its rights', async () => {
    const urls = {
      owner: as('made_owner', 'made'),
      product: as('made_product', 'made'),
      questions: as('made_questions', 'made'),
    }
    const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-move-'))
    chmodSync(dataDir, 0o755)
    readOrCreateSecret(dataDir, 'secrets-key')
    await runWithEmbeddedServer(dataDir, 'peerwatch', async ({ owner }) => {
      await applyMigrations(owner, { folder: migrations })
      await query(owner, `INSERT INTO deployment (key, value) VALUES ('moved', '7')`)
    })
    await query(server.url, `CREATE ROLE second_web LOGIN PASSWORD 'second_web'`)
    const env: Record<string, string> = { DATA_DIR: dataDir, PEERWATCH_ESTATE: 'azure', DATABASE_ADMIN_URL: server.url }
    Object.assign(env, {
      DATABASE_MIGRATE_URL: urls.owner,
      DATABASE_URL: urls.product,
      DATABASE_READ_URL: urls.questions,
    })
    const options = {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ...env, DATABASE_PRODUCT_ROLES: 'second_web' },
    } as const
    const move = () => spawnSync(process.execPath, ['bin/run.mjs', 'move'], options)
    expect(move()).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringMatching(/^(\d+) of \1 rows are in postgresql:\/\/made_product:\*\*\*@/),
    })
    // existing data is not overwritten
    expect(move()).toMatchObject({ status: 1, stderr: expect.stringContaining('empty') })
    discardData(dataDir)
    expect(await query(urls.questions, `SELECT value FROM deployment WHERE key = 'moved'`)).toEqual([{ value: 7 }])
    await works(urls.product)
    expect(await refusal(urls.product, 'DROP TABLE deployment')).toBe('42501')
    expect(await refusal(urls.questions, 'BEGIN READ WRITE; DELETE FROM session')).toBe('42501')
    await query(urls.owner, 'GRANT CONNECT ON DATABASE made TO second_web')
    expect(await refusal(as('second_web', 'made'), `INSERT INTO deployment (key, value) VALUES ('y', '1')`)).toBeNull()
    expect(await refusal(as('second_web', 'made'), 'DELETE FROM audit_entry')).toBe('42501')
    await expect(createExternalDatabase(server.url, { ...urls, product: urls.owner })).rejects.toThrow(
      'could not be made',
    )
  })

  it('whose role may not grant says so', async () => {
    await query(server.url, `CREATE ROLE weak LOGIN PASSWORD 'weak'`)
    await query(server.url, 'CREATE DATABASE other TEMPLATE template0')
    await applyMigrations(address('other'), { folder: migrations })
    const urls = { owner: as('weak', 'other'), product: as('alone', 'other'), questions: as('alone', 'other') }
    await expect(grantTableAccess(urls)).rejects.toMatchObject({
      message: expect.stringContaining('could not be granted: permission denied'),
      advice: expect.stringContaining('let "weak" own the tables'),
    })
  })
})

it('a worker that gets too few connections to start ends, so that whoever runs it starts it again', {
  timeout: 60_000,
}, async () => {
  const urls = await prepared('scarce')
  await query(server.url, `ALTER ROLE ${DATABASE_ROLES.product} CONNECTION LIMIT 1`)
  const { status, stderr } = spawnSync(process.execPath, ['bin/worker.ts'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 30_000,
    env: {
      ...nodeEnvironment(),
      NODE_ENV: 'test',
      DATABASE_URL: urls.product,
      AZURE_SUBSCRIPTION_IDS: '*',
      // no request is sent, because the program ends before
      AZURE_RESOURCE_MANAGER_URL: 'http://127.0.0.1:1',
    },
  })
  await query(server.url, `ALTER ROLE ${DATABASE_ROLES.product} CONNECTION LIMIT -1`)
  expect(stderr).toContain("the worker can't start: too many connections for role")
  expect(status).toBe(1)
})
