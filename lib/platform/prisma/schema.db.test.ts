import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { hashFileContents } from '../bootstrap/build-cache.mjs'
import { withTestDatabase } from '../testing/database.ts'
import { generatePrismaClient } from './generate.ts'

const db = withTestDatabase()

const TYPES: Readonly<Record<string, string>> = {
  BigInt: 'bigint',
  Boolean: 'boolean',
  Bytes: 'bytea',
  Float: 'double precision',
  Int: 'integer',
  Json: 'jsonb',
  String: 'text',
  '@db.Date': 'date',
  '@db.Decimal': 'numeric',
  '@db.Inet': 'inet',
  '@db.Real': 'real',
  '@db.SmallInt': 'smallint',
  '@db.Timestamptz(3)': 'timestamp(3) with time zone',
  '@db.Uuid': 'uuid',
}

/** Returns the columns and keys of every model, one line each. schema.prisma has one field or key in each line. */
function asked(schema: string): string[] {
  const models = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)]
  const names = new Set(models.map(([, name]) => name))
  return models.flatMap(([, , body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1]
    const fields = [...body.matchAll(/^ +(\w+) +(\w+)(\?|\[\])? *(.*)$/gm)].filter(
      ([, , type = '']) => !names.has(type),
    )
    const columns = new Map(
      fields.map(([, field, , , rest]) => [field, /@map\("(\w+)"\)/.exec(rest ?? '')?.[1] ?? field]),
    )
    const key = (list: string) =>
      `${table} key (${list
        .split(', ')
        .map((field) => columns.get(field))
        .toSorted()})`
    return [
      ...fields.map(([, field, type = '', mark, rest = '']) => {
        const sqlType = TYPES[/@db\.\w+(\(\d\))?/.exec(rest)?.[0] ?? type]
        return `${table}.${columns.get(field)} ${sqlType}${mark === '[]' ? '[]' : ''}${mark === '?' ? '' : ' not null'}`
      }),
      ...fields.filter(([, , , , rest]) => /@(id|unique)\b/.test(rest ?? '')).map(([, field = '']) => key(field)),
      ...[...body.matchAll(/@@(?:id|unique)\(\[([^\]]+)\]/g)].map(([, list = '']) => key(list)),
    ]
  })
}

/** Statement that returns the same lines for the tables in the database, without tables that have no model. */
const MADE = `
  WITH tables AS (SELECT oid, relname AS name FROM pg_class WHERE relname = ANY ($1) AND relnamespace = current_schema()::regnamespace)
  SELECT format('%s.%s %s%s', t.name, attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' not null' END) AS line
  FROM tables t JOIN pg_attribute ON attrelid = t.oid AND attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT format('%s key (%s)', t.name, (
    SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute WHERE attrelid = t.oid AND attnum = ANY (indkey)))
  FROM tables t JOIN pg_index ON indrelid = t.oid WHERE indisunique AND indpred IS NULL AND indexprs IS NULL`

describe('schema.prisma', () => {
  const schema = readFileSync('prisma/schema.prisma', 'utf8')
  const tables = [...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name)
  const made = async (db: { query(sql: string, values: unknown[]): Promise<{ rows: { line: string }[] }> }) =>
    (await db.query(MADE, [tables])).rows.map(({ line }) => line).toSorted()

  it('makes the client that the repository has (node bin/run.mjs client)', async () => {
    const tree = mkdtempSync(path.join(tmpdir(), 'peerwatch-client-'))
    cpSync('prisma/schema.prisma', path.join(tree, 'prisma/schema.prisma'))
    await generatePrismaClient(process.cwd(), tree)
    const [made, kept] = [tree, '.'].map((root) => hashFileContents(root, ['lib/platform/generated/prisma']))
    rmSync(tree, { recursive: true })
    expect(kept).toBe(made)
  })

  it('has the columns and keys that migrations make of its tables', async () => {
    expect(asked(schema).toSorted()).toEqual(await made(db.pool))
    expect(schema.match(/^model /gm)).toHaveLength(tables.length)
  })

  it.each([
    ['a column more', 'ALTER TABLE cost_review ADD note text'],
    ['a type', 'ALTER TABLE cost_decision ALTER why TYPE varchar(9)'],
    ['a precision', 'ALTER TABLE cost_review ALTER closed_at TYPE timestamptz(0)'],
    ['a column that may be empty', 'ALTER TABLE cost_review ALTER body DROP NOT NULL'],
    ['a key', 'ALTER TABLE cost_review DROP CONSTRAINT cost_review_pkey'],
    ['a table that is gone', 'DROP TABLE cost_review'],
  ])('differs by %s', async (_, change) => {
    // the change is not visible to others, because the transaction is rolled back
    const given = db.transaction(async (client) => {
      await client.query(change)
      throw await made(client)
    })
    expect(await given.catch((found: unknown) => found)).not.toEqual(await made(db.pool))
  })
})
