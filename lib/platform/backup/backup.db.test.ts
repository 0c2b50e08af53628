import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type Database } from '../database.ts'
import { applyMigrations } from '../migrations/index.ts'
import { createTestDatabase, withTestDatabase } from '../testing/database.ts'
import { BACKUP_LIMITS, deriveSealKey } from './format.ts'
import { restoreBackup, writeBackup } from './index.ts'

const source = withTestDatabase()
const MIGRATIONS = path.resolve(import.meta.dirname, '../../../prisma/migrations')
let folder: string
let file: string
let expected: Record<string, string[]>
const made: { drop: () => Promise<void>; db: Database }[] = []

async function target() {
  const { url, drop } = await createTestDatabase({ empty: true })
  const db = createDatabase(url, { max: 2, applicationName: 'peerwatch-test' })
  made.push({ db, drop })
  return db
}
/** Database that all failing restores share, because a failed restore leaves no rows. */
let failed: Promise<Database> | undefined
const spoilt = () => {
  failed ??= target()
  return failed
}

const KEY = 'k'.repeat(32)
const restore = (db: Database, from: string, options: Partial<Parameters<typeof restoreBackup>[2]> = {}) =>
  restoreBackup(db.url, from, { folder: MIGRATIONS, secretsKey: KEY, ...options })
const linesOf = () => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
/**
 * Writes an edited copy of the backup. @param key signs the edited lines, which requires SECRETS_KEY; null = the
 * previous seal is kept
 */
function edited(name: string, edit: (lines: string[]) => string[], key: string | null = KEY): string {
  const other = path.join(folder, name)
  const all = linesOf()
  const text = edit(all.slice(0, -1))
    .map((line) => `${line}\n`)
    .join('')
  const seal =
    key === null
      ? all.at(-1)
      : JSON.stringify({ seal: createHmac('sha256', deriveSealKey(key)).update(text).digest('hex') })
  writeFileSync(other, gzipSync(`${text}${seal}\n`))
  return other
}
const headerWith =
  (change: object) =>
  ([first = '', ...lines]: string[]) => [JSON.stringify({ ...JSON.parse(first), ...change }), ...lines]

/** Values whose text could easily be altered by a backup and restore. */
const FILL = `
  INSERT INTO deployment (key, value) VALUES ('estate', '"azure"'), ('null of JSON', 'null'), ('nested', '{"a": [1, null, "x\\ny\\"z"]}');
  INSERT INTO router_route_attributes (router_id, digest, attributes)
    SELECT r.id, '\\x00ff0a5c'::bytea, '{"n": 12345678901234567890.5}' FROM (INSERT_ROUTER) r`

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-backup-'))
  file = path.join(folder, 'a.backup.gz')
  const [estate, attributes] = FILL.split(';') as [string, string]
  await source.pool.query(estate)
  await source.pool.query(
    `INSERT INTO router (address, name, first_seen) VALUES ('10.0.0.1', 'a, (b) "c"', '2026-03-29 01:00:00.123+00')`,
  )
  await source.pool.query(attributes.replace('INSERT_ROUTER', 'SELECT id FROM router'))
  await source.pool.query(`SELECT ensure_day_partition('counter_sample', 'started_at', '2026-01-05')`)
  expected = await everyRow(source)
  await writeBackup(source.url, file, { version: '9.9.9', secretsKey: KEY, now: new Date('2026-11-22T12:00:00Z') })
})
afterAll(async () => {
  for (const { db, drop } of made) {
    await db.close()
    await drop()
  }
  rmSync(folder, { recursive: true })
})

async function everyRow(db: Database): Promise<Record<string, string[]>> {
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'`,
  )
  const all: Record<string, string[]> = {}
  for (const { name } of tables.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const { rows } = await db.pool.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t ORDER BY 1`)
    all[name] = rows.map(({ row }) => row)
  }
  return all
}

describe('a backup', () => {
  it('is one file for its owner alone, and says what it is of', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(linesOf()[0] ?? '')).toMatchObject({
      kind: 'peerwatch-backup',
      version: '9.9.9',
      takenAt: '2026-11-22T12:00:00.000Z',
      server: expect.stringMatching(/^\d+\.\d+$/),
    })
  })

  it('restores every row, partition and sequence, in a schema that can be written to', async () => {
    const db = await target()
    const { rows, header } = await restore(db, file)
    expect(header.version).toBe('9.9.9')
    const restored = await everyRow(db)
    expect(restored).toEqual(expected)
    expect(restored.deployment).toContainEqual(expect.stringMatching(/^\("null of JSON",null,/))
    expect(rows).toBeGreaterThan(4)
    expect(restored).toHaveProperty('counter_sample_20260105')
    const next = `INSERT INTO router (address, name, first_seen) VALUES ('10.0.0.2', '', now()) RETURNING id`
    expect((await db.pool.query(next)).rows).toEqual((await source.pool.query(next)).rows)
    const references = `SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' ORDER BY conrelid::regclass::text, conname`
    expect((await db.pool.query(references)).rows).toEqual((await source.pool.query(references)).rows)
  })

  it('of an earlier version is brought up to date', async () => {
    const earlier = await target()
    await applyMigrations(earlier.url, { folder: MIGRATIONS, last: '20260401000009_drill' })
    await earlier.pool.query(`INSERT INTO deployment (key, value) VALUES ('estate', '"azure"')`)
    const older = path.join(folder, 'older.gz')
    await writeBackup(earlier.url, older, { version: '0.2.0', secretsKey: KEY, now: new Date() })
    const db = await target()
    await restore(db, older)
    const { rows } = await db.pool.query(`SELECT key, to_regclass('router') IS NOT NULL AS migrated FROM deployment`)
    expect(rows).toEqual([{ key: 'estate', migrated: true }])
  })

  it('is written over nothing', async () => {
    await expect(restore(source, file)).rejects.toThrow(/the database is not empty \(it has \d+ tables\)/)
    const db = await target()
    await db.pool.query('CREATE TABLE notes (n int)')
    await expect(restore(db, file)).rejects.toThrow('the database is not empty (it has 1 tables)')
  })

  it.each<{ what: string; of: () => string; says: RegExp }>([
    {
      what: 'is of a newer version',
      of: () => edited('newer.gz', headerWith({ migrations: ['29990101000000_later'] })),
      says: /is of Peerwatch 9\.9\.9, which is newer than this one \(it has 29990101000000_later\)/,
    },
    { what: 'lacks its end', of: () => edited('short.gz', (lines) => lines.slice(0, -1)), says: /ends in the middle/ },
    {
      what: 'lacks a row',
      of: () => edited('row.gz', (lines) => lines.filter((line) => !line.includes('null of JSON'))),
      says: /rows of \d+: take another/,
    },
    {
      what: 'is cut off',
      of: () => {
        const cut = path.join(folder, 'cut.gz')
        writeFileSync(cut, readFileSync(file).subarray(0, -40))
        return cut
      },
      says: /can't be unpacked/,
    },
    { what: 'is something else', of: () => edited('else.gz', () => ['{"a": 1}']), says: /is no backup/ },
    { what: 'is no gzip', of: () => path.join(MIGRATIONS, 'migration_lock.toml'), says: /can't be unpacked/ },
    { what: 'is not there', of: () => path.join(folder, 'none'), says: /can't be read \(ENOENT\)/ },
    {
      what: 'has another format',
      of: () => edited('format.gz', headerWith({ format: 1 })),
      says: /has format 1, and this version reads 2/,
    },
    {
      what: 'was changed',
      of: () =>
        edited('changed.gz', (lines) => lines.map((line) => line.replace('null of JSON', 'none of JSON')), null),
      says: /was changed, or sealed with another SECRETS_KEY/,
    },
    {
      what: 'was sealed with another key',
      of: () => edited('key.gz', (lines) => lines, 'other'.repeat(8)),
      says: /was changed, or sealed with another SECRETS_KEY/,
    },
    {
      what: 'goes on after its seal',
      of: () => {
        const longer = path.join(folder, 'longer.gz')
        writeFileSync(longer, gzipSync(`${linesOf().join('\n')}\n"()"\n`))
        return longer
      },
      says: /goes on after its seal/,
    },
    {
      what: 'has SQL for a day',
      of: () =>
        edited(
          'sql.gz',
          headerWith({ days: [{ parent: 'counter_sample', day: "2026-01-05'); CREATE TABLE evil (); --" }] }),
        ),
      says: /has a header that no backup has/,
    },
    {
      what: 'has a day of another table',
      of: () => edited('parent.gz', headerWith({ days: [{ parent: 'access_user', day: '2026-01-05' }] })),
      says: /has a header that no backup has/,
    },
    {
      what: 'has another shape of a sequence',
      of: () => edited('sequence.gz', headerWith({ sequences: [{ name: 'a', lastValue: '1;', isCalled: true }] })),
      says: /has a header that no backup has/,
    },
    {
      what: 'has null for a line',
      of: () => edited('null.gz', ([first = '']) => [first, 'null']),
      says: /a line that no backup has/,
    },
    {
      what: 'has a row of no table',
      of: () => edited('lost.gz', ([first = '']) => [first, '"()"']),
      says: /a row of no table/,
    },
    {
      what: 'has another table',
      of: () => edited('table.gz', ([first = '']) => [first, '{"table":"pg_authid","columns":["oid"]}']),
      says: /has other columns of "pg_authid"/,
    },
  ])('that $what is refused in one line', async ({ of, says }) => {
    const db = await spoilt()
    const refused = restore(db, of())
    await expect(refused).rejects.toThrow(says)
    expect(String(await refused.catch((error: Error) => error.message))).not.toContain('\n')
  })

  it('signs everybody out, and brings no revoked token back', async () => {
    const all = ['access_session', 'access_link', 'access_verification', 'access_token', 'access_user']
    await source.pool.query(`
      INSERT INTO access_user (id, name, email, role) VALUES ('u', 'Ann', 'ann@x.example', 'admin');
      INSERT INTO access_session (id, token, user_id, expires_at) VALUES ('s', 't', 'u', 'infinity');
      INSERT INTO access_link (token_hash, user_id, expires_at) VALUES ('h', 'u', 'infinity');
      INSERT INTO access_verification (id, identifier, secret_value, expires_at) VALUES ('v', 'i', 'x', 'infinity');
      INSERT INTO access_token (id, token_hash, kind, name, role, created_by) VALUES ('a', 'h', 'api', 'n', 'admin', 'Ann')`)
    const open = path.join(folder, 'open.gz')
    await writeBackup(source.url, open, { version: '9.9.9', secretsKey: KEY, now: new Date() })
    for (const [keepTokens, revoked] of [
      [false, 1],
      [true, 0],
    ] as const) {
      const db = await target()
      expect(await restore(db, open, { keepTokens })).toMatchObject({ revoked })
      const counts = await Promise.all(all.map(async (name) => (await db.pool.query(`SELECT FROM ${name}`)).rowCount))
      expect(counts).toEqual([0, 0, 0, 1, 1])
      const { rows } = await db.pool.query('SELECT revoked_at IS NOT NULL AS ended FROM access_token')
      expect(rows).toEqual([{ ended: !keepTokens }])
    }
    await source.pool.query('DELETE FROM access_token; DELETE FROM access_user')
  })

  it('whose key is lost is restored by who answers for it', async () => {
    const db = await target()
    expect(
      (
        await restore(
          db,
          edited('foreign.gz', (lines) => lines, 'other'.repeat(8)),
          { secretsKey: null },
        )
      ).rows,
    ).toBeGreaterThan(4)
  })

  it.each<{ what: string; lines: string[]; limits: Partial<typeof BACKUP_LIMITS>; says: RegExp }>([
    {
      what: 'a line',
      lines: [`"${'x'.repeat(5_000_000)}"`],
      limits: { lineUnits: 1_000_000 },
      says: /a line of more than 1000000/,
    },
    { what: 'rows', lines: [], limits: { rows: 2 }, says: /more than 2 rows/ },
    { what: 'time', lines: [], limits: { readMs: -1 }, says: /takes longer to read/ },
  ])('is read up to a limit: $what', async ({ lines, limits, says }) => {
    const file = edited('bomb.gz', ([first = '', ...rest]) => [first, ...lines, ...rest])
    await expect(restore(await spoilt(), file, { limits: { ...BACKUP_LIMITS, ...limits } })).rejects.toThrow(says)
  })

  it('can be restored after another one failed half-way', async () => {
    const db = await spoilt()
    await expect(
      restore(
        db,
        edited('half.gz', (lines) => lines.slice(0, -1)),
      ),
    ).rejects.toThrow(/ends in the middle/)
    await restore(db, file)
    expect(await everyRow(db)).toEqual(expected)
  })
})
