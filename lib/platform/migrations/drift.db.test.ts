import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { withTestDatabase } from '../testing/database.ts'
import { catalogTables } from './catalog-tables.ts'
import { describedTables } from './described-tables.ts'
import { schemaDrift } from './drift.ts'
import { type Field, parseSchema } from './parsed-schema.ts'

const db = withTestDatabase()

const planted: Field = {
  name: 'plantedColumn',
  dbName: 'planted_column',
  kind: 'scalar',
  type: 'Int',
  nativeType: null,
  isList: false,
  isRequired: false,
}

const root = path.resolve(import.meta.dirname, '../../..')
const schema = readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8')

describe('schema.prisma and the migrations', () => {
  it('agree, and say something about every table', async () => {
    expect(await schemaDrift(db.pool, await parsed)).toEqual({ schemaOnly: [], migrationsOnly: [] })
    const lines = await catalogTables(db.pool)
    for (const kind of ['column', 'key', 'unique', 'index', 'reference']) {
      expect(lines.some((line) => line.includes(`, ${kind} `))).toBe(true)
    }
    expect(schema.match(/^model /gm)).toHaveLength(lines.filter((line) => !line.includes(',')).length)
  })

  it.each([
    ['a column more', `ALTER TABLE cost_review ADD note text`, 'column note: text'],
    ['a type', `ALTER TABLE cost_decision ALTER why TYPE varchar(9)`, 'column why: character varying(9) not null'],
    [
      'a precision',
      `ALTER TABLE cost_review ALTER closed_at TYPE timestamptz(0)`,
      'column closed_at: timestamp(0) with',
    ],
    ['a column that may be empty', `ALTER TABLE cost_review ALTER body DROP NOT NULL`, 'column body: jsonb'],
    ['a default', `ALTER TABLE price_check ALTER faults SET DEFAULT '{}'`, `default '{}'`],
    ['no default', `ALTER TABLE price_check ALTER faults DROP DEFAULT`, 'column faults: jsonb not null'],
    ['an index', `CREATE INDEX planted ON event (kind)`, 'index planted: btree (kind)'],
    [
      'the order of an index',
      `DROP INDEX event_detected_at_id_idx; CREATE INDEX event_detected_at_id_idx ON event (detected_at, id)`,
      'btree (detected_at, id)',
    ],
    ['the method of an index', `CREATE INDEX planted ON event USING hash (kind)`, 'index planted: hash (kind)'],
    ['a unique index', `CREATE UNIQUE INDEX planted ON event (kind, id)`, 'unique planted: btree (kind, id)'],
    [
      'a key',
      `ALTER TABLE cost_traffic DROP CONSTRAINT cost_traffic_pkey, ADD PRIMARY KEY (circuit_id, month)`,
      'key (circuit_id, month)',
    ],
    [
      'a reference',
      `ALTER TABLE cost_decision ADD FOREIGN KEY (id) REFERENCES cost_review (week)`,
      'reference (id) to cost_review (week): on delete no action, on update no action',
    ],
    ['a table', `CREATE TABLE planted (id text PRIMARY KEY)`, 'table planted'],
  ])('differ by %s', async (_, change, line) => {
    // nobody else sees it: the transaction is given up
    const given = db.transaction(async (client) => {
      await client.query(change)
      const described = new Set(describedTables(await parsed))
      throw (await catalogTables(client)).filter((made) => !described.has(made))
    })
    const planted = await given.catch((found: unknown) => found)
    expect(planted).toContainEqual(expect.stringContaining(line))
  })
  const parsed = parseSchema(root, schema)

  it('differ when only the schema has a column', async () => {
    const { models, indexes } = await parsed
    const edited = models.map((model) =>
      model.name === 'CostReview' ? { ...model, fields: [...model.fields, planted] } : model,
    )
    expect(await schemaDrift(db.pool, { models: edited, indexes })).toEqual({
      schemaOnly: ['table cost_review, column planted_column: integer'],
      migrationsOnly: [],
    })
  })

  it('are not compared when Prisma refuses the schema', async () => {
    await expect(parseSchema(root, `${schema}\nmodel Broken { id Nothing @id }`)).rejects.toThrow(/Nothing/)
  })

  it('are not compared as far as a type is unknown', async () => {
    const { models, indexes } = await parsed
    const unknown: Field = { ...planted, nativeType: ['Oid', []] }
    const edited = models.map((model) => ({ ...model, fields: [...model.fields, unknown] }))
    expect(() => describedTables({ models: edited, indexes })).toThrow(
      /\.planted\w*: no type of Postgres is known for Int Oid/,
    )
  })
})
