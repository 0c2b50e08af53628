import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createDatabase } from '#lib/platform/database.ts'
import { schemaDrift } from '#lib/platform/migrations/drift.ts'
import { parseSchema } from '#lib/platform/migrations/parsed-schema.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { startScratchServer } from '#lib/platform/scratch-server.ts'

/** `node bin/run.mjs create-migration NAME`: begins a new migration with what schema.prisma has and the migrations have not. */
async function main(name: string): Promise<number> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    process.stderr.write('say what it is for, in lower case: node bin/run.mjs create-migration add_incident_owner\n')
    return 1
  }
  const root = path.resolve(import.meta.dirname, '..')
  const migrations = path.join(root, 'prisma/migrations')
  const { schemaOnly, migrationsOnly } = await driftOf(root, migrations)
  if (schemaOnly.length + migrationsOnly.length === 0) {
    process.stdout.write('schema.prisma and the migrations agree: nothing to write\n')
    return 0
  }
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
  const folder = path.join(migrations, `${stamp}_${name}`)
  mkdirSync(folder)
  const todo = [...migrationsOnly.map((line) => `-- from: ${line}`), ...schemaOnly.map((line) => `-- to:   ${line}`)]
  writeFileSync(path.join(folder, 'migration.sql'), `-- Replace these lines by SQL.\n${todo.join('\n')}\n`)
  process.stdout.write(`${path.relative(root, folder)}/migration.sql: write its SQL; it lists what differs\n`)
  return 0
}

async function driftOf(root: string, folder: string) {
  const server = await startScratchServer(root)
  const db = createDatabase(server.url, { max: 1, applicationName: 'peerwatch-create-migration' })
  try {
    await applyMigrations(server.url, { folder })
    const schema = readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8')
    return await schemaDrift(db.pool, await parseSchema(root, schema))
  } finally {
    await db.close()
    await server.stop()
  }
}

process.exit(await main(process.argv[2] ?? ''))
