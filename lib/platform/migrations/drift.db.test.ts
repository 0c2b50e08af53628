import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { withTestDatabase } from '../testing/database.ts'
import { openSchemaEngine } from './schema-engine.ts'

const db = withTestDatabase()

const root = path.resolve(import.meta.dirname, '../../..')
const schemaFile = path.join(root, 'prisma/schema.prisma')
const migrationsFolder = path.join(root, 'prisma/migrations')

const scratch = mkdtempSync(path.join(tmpdir(), 'peerwatch-drift-'))
afterEach(() => rmSync(scratch, { recursive: true, force: true }))

describe('schema.prisma and the migrations', () => {
  it('agree', async () => {
    const engine = await openSchemaEngine(db.url, { schemaFile, migrationsFolder })
    expect(await engine.drift()).toBe('')
  })

  it('differ when the schema gains a column', async () => {
    mkdirSync(scratch, { recursive: true })
    const edited = path.join(scratch, 'schema.prisma')
    writeFileSync(
      edited,
      readFileSync(schemaFile, 'utf8').replace(/model \w+ \{/, (head) => `${head}\n  plantedColumn Int?`),
    )
    const engine = await openSchemaEngine(db.url, { schemaFile: edited, migrationsFolder })
    expect(await engine.drift()).toMatch(/ADD COLUMN\s+"plantedColumn"/)
  })

  it('leave no shadow database', async () => {
    const { rows } = await db.pool.query(`SELECT datname FROM pg_database WHERE datname LIKE 'shadow\\_%'`)
    expect(rows).toEqual([])
  })
})

describe('Prisma’s own engine', () => {
  it('agrees with the history that we write', async () => {
    const engine = await openSchemaEngine(db.url, { schemaFile, migrationsFolder })
    expect(await engine.diagnose()).toEqual({ edited: [], failed: [], hasTable: true, history: null })
  })

  it('sees it when a migration of ours is edited or missing', async () => {
    const folder = path.join(scratch, 'migrations')
    cpSync(migrationsFolder, folder, { recursive: true })
    const [name] = (await db.pool.query(`SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1`)).rows.map(
      (row) => row.name,
    )
    const file = path.join(folder, name, 'migration.sql')
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n-- edited`)
    const edited = await openSchemaEngine(db.url, { schemaFile, migrationsFolder: folder })
    expect(await edited.diagnose()).toMatchObject({ edited: [name] })
  })
})
