import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import { applyMigrations, MigrationError, requireMigrated } from './index.ts'

let database: { url: string; drop: () => Promise<void> }
let folder: string

beforeEach(async () => {
  database = await createTestDatabase({ empty: true })
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-migrations-'))
})
afterEach(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

function write(name: string, sql: string): void {
  mkdirSync(path.join(folder, name), { recursive: true })
  writeFileSync(path.join(folder, name, 'migration.sql'), sql)
}

const apply = () => applyMigrations(database.url, { folder })

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

async function refusal(): Promise<MigrationError> {
  const error = await apply().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof MigrationError)) throw new Error(`expected a refusal, got ${String(error)}`)
  return error
}

const first = '20260101000000_first'
const second = '20260102000000_second'

describe('migrating', () => {
  it('applies pending migrations, oldest first, each once', async () => {
    write(second, 'ALTER TABLE a ADD COLUMN m int;')
    write(first, 'CREATE TABLE a (n int);')
    expect(await apply()).toEqual({ applied: [first, second], upToDate: 0 })
    expect(await apply()).toEqual({ applied: [], upToDate: 2 })
    write('20260103000000_third', 'ALTER TABLE a DROP COLUMN m;')
    expect(await apply()).toEqual({ applied: ['20260103000000_third'], upToDate: 2 })
  })

  it('waits for a table only briefly at a time, so that others get at it, and tries again', async () => {
    write(first, 'CREATE TABLE a (n int);')
    await apply()
    write(second, 'ALTER TABLE a ADD COLUMN m int;')
    const reader = new pg.Client({ connectionString: database.url })
    await reader.connect()
    await reader.query('BEGIN; SELECT FROM a')
    const patience = { tableMs: 30, pauseMs: 30, attempts: 3 }
    await expect(applyMigrations(database.url, { folder, patience })).rejects.toThrow(
      /20260102000000_second failed.*lock timeout/,
    )
    const applying = applyMigrations(database.url, { folder, patience: { ...patience, attempts: 1_000 } })
    // runs between two attempts; a migration that waited longer would block this query too
    await query('SELECT n FROM a')
    await reader.query('COMMIT')
    await reader.end()
    expect(await applying).toEqual({ applied: [second], upToDate: 1 })
  })

  it('treats an empty or missing folder as no migrations', async () => {
    expect(await apply()).toEqual({ applied: [], upToDate: 0 })
    expect(await applyMigrations(database.url, { folder: path.join(folder, 'none') })).toEqual({
      applied: [],
      upToDate: 0,
    })
  })

  it('runs scripts that cannot be split into statements', async () => {
    write(
      first,
      `CREATE FUNCTION f() RETURNS trigger AS $fn$ BEGIN RAISE NOTICE 'a;b'; RETURN NEW; END; $fn$ LANGUAGE plpgsql;
       CREATE TABLE a (n int, at timestamptz) PARTITION BY RANGE (at); -- it's; "quoted
       DO $$ BEGIN EXECUTE 'CREATE TABLE a_1 PARTITION OF a DEFAULT'; END $$;`,
    )
    await apply()
    expect(await query(`SELECT count(*)::int AS n FROM pg_class WHERE relname IN ('a', 'a_1')`)).toEqual([{ n: 2 }])
  })

  it('is done once by concurrent processes', async () => {
    write(first, 'CREATE TABLE a (n int);')
    write(second, 'CREATE TABLE b (n int);')
    const results = await Promise.all([apply(), apply(), apply()])
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 2])
    expect(await query('SELECT migration_name FROM _prisma_migrations')).toHaveLength(2)
  })

  it('rolls back a failed migration, and keeps the earlier ones', async () => {
    write(first, 'CREATE TABLE a (n int);')
    write(second, 'CREATE TABLE b (n int);\n\nALTER TABLE nowhere ADD COLUMN x int;')
    const { code, message } = await refusal()
    expect(code).toBe('failed')
    expect(message).toMatch(/20260102000000_second failed.*"nowhere" does not exist.*rolled back/)
    expect(await query(`SELECT to_regclass('a') IS NOT NULL AS a, to_regclass('b') IS NOT NULL AS b`)).toEqual([
      { a: true, b: false },
    ])
    write(second, 'CREATE TABLE b (n int);')
    expect(await apply()).toEqual({ applied: [second], upToDate: 1 })
  })

  it('names the line of a mistake in the SQL', async () => {
    write(first, 'CREATE TABLE a (n int);\n\nCREATE TABEL b (n int);')
    expect((await refusal()).message).toContain('at line 3')
  })

  it('refuses a database that has migrations of a later version', async () => {
    write(first, 'CREATE TABLE a (n int);')
    write(second, 'CREATE TABLE b (n int);')
    await apply()
    rmSync(path.join(folder, second), { recursive: true })
    const { code, message } = await refusal()
    expect(code).toBe('newer_database')
    expect(message).toMatch(/newer than this version of Peerwatch \(it has 20260102000000_second\)/)
  })

  it('refuses an applied migration that was edited', async () => {
    write(first, 'CREATE TABLE a (n int);')
    await apply()
    write(first, 'CREATE TABLE a (n bigint);')
    expect((await refusal()).code).toBe('edited')
  })

  it('refuses a new migration that sorts before an applied one', async () => {
    write(second, 'CREATE TABLE b (n int);')
    await apply()
    write(first, 'CREATE TABLE a (n int);')
    expect((await refusal()).code).toBe('out_of_order')
  })

  it('refuses a migration that ends its own transaction', async () => {
    write(first, 'CREATE TABLE a (n int);\nCOMMIT;')
    expect((await refusal()).code).toBe('broken_folder')
  })

  it('refuses a folder without SQL', async () => {
    mkdirSync(path.join(folder, first))
    expect((await refusal()).code).toBe('broken_folder')
  })

  it('runs a marked migration outside a transaction', async () => {
    write(first, 'CREATE TABLE a (n int);')
    write(second, '-- peerwatch: no-transaction\nCREATE INDEX CONCURRENTLY a_n ON a (n);')
    await apply()
    expect(
      await query(`SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'a'::regclass`),
    ).toEqual([{ name: 'a_n' }])
  })

  it('stops at a failed migration outside a transaction, until an operator repairs it', async () => {
    write(first, 'CREATE TABLE a (n int); INSERT INTO a VALUES (1), (1);')
    write(second, '-- peerwatch: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY a_n ON a (n);')
    const failed = await refusal()
    expect(failed.code).toBe('failed')
    expect(failed.message).toContain('part of it may be applied')
    expect((await refusal()).code).toBe('failed_earlier')
    expect(await query(`SELECT logs FROM _prisma_migrations WHERE finished_at IS NULL`)).toEqual([
      { logs: expect.stringContaining('could not create unique index') },
    ])
  })

  it('writes what Prisma’s own tools expect to read', async () => {
    write(first, 'CREATE TABLE a (n int);')
    await apply()
    expect(
      await query(`SELECT checksum, finished_at IS NOT NULL AS finished, migration_name, logs, rolled_back_at, applied_steps_count,
                          length(id) AS id FROM _prisma_migrations`),
    ).toEqual([
      {
        checksum: '7f03d9c862ed8d33c0e406cce105b2d302ecdffbba7c18c32f0f1226e34dbaf2',
        finished: true,
        migration_name: first,
        logs: null,
        rolled_back_at: null,
        applied_steps_count: 1,
        id: 36,
      },
    ])
  })
})

describe('a process that does not migrate', () => {
  const require = () => requireMigrated(database.url, folder)

  it('accepts a database with the same migrations, and says how to fix one that is behind or ahead', async () => {
    write(first, 'CREATE TABLE a (n int);')
    await expect(require()).rejects.toMatchObject({
      code: 'behind',
      message: expect.stringContaining('npm run migrate'),
    })
    await apply()
    await require()
    write(second, 'CREATE TABLE b (n int);')
    await expect(require()).rejects.toMatchObject({ code: 'behind', message: expect.stringContaining(second) })
    await apply()
    rmSync(path.join(folder, second), { recursive: true })
    await expect(require()).rejects.toMatchObject({ code: 'newer_database' })
  })
})
