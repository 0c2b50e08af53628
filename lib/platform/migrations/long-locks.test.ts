import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMigrationsFromFolder } from './migrations-folder.ts'
import { findLongLockingStatements } from './testing/long-locks.ts'
import { splitSqlStatements } from './testing/statements.ts'

/**
 * The last migration that requires all workers to be stopped. Later migrations run while workers of two versions are
 * active.
 */
const BASELINE = '20260401000011_router_reports'
const folder = path.resolve(import.meta.dirname, '../../../prisma/migrations')

const reasonsOf = (sql: string) => findLongLockingStatements({ name: 'm', sql }).map(({ why }) => why)

describe('migrations that need no stop', () => {
  const migrations = readMigrationsFromFolder(folder)

  it('lock no table for long', () => {
    expect(migrations.some(({ name }) => name === BASELINE)).toBe(true)
    const since = migrations.filter(({ name }) => name > BASELINE)
    expect(since.flatMap(findLongLockingStatements)).toEqual([])
  })

  it('were not always so, and the check sees it', () => {
    const before = migrations.filter(({ name }) => name <= BASELINE).flatMap(findLongLockingStatements)
    expect(new Set(before.map(({ migration }) => migration)).size).toBeGreaterThan(5)
  })
})

describe('a migration', () => {
  it.each([
    ['CREATE INDEX a_b ON a (b)', /CONCURRENTLY/],
    ['CREATE UNIQUE INDEX IF NOT EXISTS a_b ON "a" USING gist (b)', /CONCURRENTLY/],
    ['REINDEX TABLE a', /REINDEX CONCURRENTLY/],
    ['VACUUM FULL a', /rewrites/],
    ['VACUUM (ANALYZE, FULL) a', /rewrites/],
    ['CLUSTER a USING a_b', /rewrites/],
    ['LOCK TABLE a IN SHARE MODE', /lock that lasts/],
    ['TRUNCATE a', /waits for everybody/],
    ['REFRESH MATERIALIZED VIEW a', /CONCURRENTLY/],
    ['DROP TABLE IF EXISTS a', /a release later/],
    ['UPDATE a SET b = 1', /by a job/],
    ['DELETE FROM a WHERE b', /by a job/],
    ['DO $x$ BEGIN PERFORM 1; END $x$', /can’t be checked/],
    [`ALTER TYPE mood ADD VALUE 'x'`, /type/],
    ['ALTER TABLE a ADD COLUMN b uuid DEFAULT gen_random_uuid()', /volatile default/],
    ['ALTER TABLE a ADD b timestamptz NOT NULL DEFAULT clock_timestamp()', /volatile default/],
    ['ALTER TABLE a ADD COLUMN b bigserial', /numbers or computes/],
    ['ALTER TABLE a ADD COLUMN b int GENERATED ALWAYS AS (c * 2) STORED', /numbers or computes/],
    ['ALTER TABLE a ADD COLUMN b int NOT NULL', /give it a default/],
    ['ALTER TABLE a ADD COLUMN b int CHECK (b > 0)', /NOT VALID/],
    ['ALTER TABLE a ADD COLUMN b int REFERENCES c (id)', /NOT VALID/],
    ['ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)', /NOT VALID/],
    ['ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (id)', /NOT VALID/],
    ['ALTER TABLE a ADD CONSTRAINT c UNIQUE (b)', /USING INDEX/],
    ['ALTER TABLE ONLY a ADD PRIMARY KEY (b)', /USING INDEX/],
    ['ALTER TABLE a ALTER COLUMN b TYPE bigint', /rewrites/],
    ['ALTER TABLE a ALTER b SET DATA TYPE bigint USING b::bigint', /rewrites/],
    ['ALTER TABLE a ALTER COLUMN b SET NOT NULL', /reads the whole table/],
    ['ALTER TABLE a DROP COLUMN b', /a release later/],
    ['ALTER TABLE a RENAME COLUMN b TO c', /former name/],
    ['ALTER TABLE a RENAME TO b', /former name/],
    ['ALTER TABLE a SET UNLOGGED', /rewrites/],
    ['ALTER TABLE a DETACH PARTITION a_1', /CONCURRENTLY/],
    ['ALTER TABLE a ADD COLUMN b numeric(3, 1), DROP COLUMN c', /a release later/],
    ['ALTER TABLE a ADD CONSTRAINT c CHECK (b) NOT VALID; ALTER TABLE a VALIDATE CONSTRAINT c', /later migration/],
  ])('%s: is reported once', (sql, says) => {
    const reasons = reasonsOf(`${sql};`)
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatch(says)
  })

  it.each([
    'CREATE TABLE a (b int PRIMARY KEY); CREATE INDEX a_b ON a (b); ALTER TABLE a ADD CHECK (b > 0); UPDATE a SET b = 1',
    'CREATE INDEX CONCURRENTLY a_b ON a (b)',
    'CREATE INDEX a_b ON ONLY a (b)',
    `ALTER TABLE a ADD COLUMN b int NOT NULL DEFAULT 0, ADD COLUMN c text DEFAULT 'x', ADD COLUMN d timestamptz DEFAULT now()`,
    'ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID',
    'ALTER TABLE a VALIDATE CONSTRAINT c',
    'ALTER TABLE a ADD CONSTRAINT c UNIQUE USING INDEX a_b',
    'ALTER TABLE a DROP CONSTRAINT c, ALTER COLUMN b SET DEFAULT 1, ALTER COLUMN b SET STATISTICS 500',
    'ALTER TABLE a SET (fillfactor = 70)',
    'INSERT INTO a SELECT FROM b',
    'CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM a; END $$',
    `INSERT INTO a VALUES ('x; DROP TABLE a'); -- LOCK TABLE a;\n/* TRUNCATE a; */`,
    '-- peerwatch: brief, it has a row for each channel\nUPDATE notify_channel SET x = 1',
  ])('%s: is free', (sql) => {
    expect(reasonsOf(`${sql};`)).toEqual([])
  })

  it('is exempt for the statement that gives a reason, and for no other', () => {
    const sql = '-- peerwatch: brief, a few rows\nUPDATE a SET b = 1;\n\nUPDATE c SET d = 1;'
    expect(findLongLockingStatements({ name: 'm', sql })).toMatchObject([{ line: 4, statement: 'UPDATE c SET d = 1' }])
    expect(reasonsOf('-- peerwatch: brief,\nUPDATE a SET b = 1;')).toHaveLength(1)
  })
})

it('a file is split where statements end', () => {
  const sql = `CREATE TABLE a (t text DEFAULT ';'); -- one;\n/* two; */ SELECT $$ ; $$, $x$ ; $$ ; $x$, "a;b", E'\\';';\nSELECT 3`
  expect(splitSqlStatements(sql).map(({ text }) => text)).toEqual([
    `CREATE TABLE a (t text DEFAULT '')`,
    `SELECT '', '', "a;b", ''`,
    'SELECT 3',
  ])
})
