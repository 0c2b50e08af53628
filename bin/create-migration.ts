import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openSchemaEngine } from '#lib/platform/migrations/schema-engine.ts'
import { startScratchServer } from '#lib/platform/scratch-server.ts'

/** `node bin/run.mjs create-migration NAME`: writes what schema.prisma has and the migrations have not as a new migration. */
async function main(name: string): Promise<number> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    process.stderr.write('say what it is for, in lower case: node bin/run.mjs create-migration add_incident_owner\n')
    return 1
  }
  const root = path.resolve(import.meta.dirname, '..')
  const migrationsFolder = path.join(root, 'prisma/migrations')
  const server = await startScratchServer(root)
  try {
    const engine = await openSchemaEngine(server.url, {
      schemaFile: path.join(root, 'prisma/schema.prisma'),
      migrationsFolder,
    })
    const script = await engine.drift()
    if (script.trim() === '') {
      process.stdout.write('schema.prisma and the migrations agree: nothing to write\n')
      return 0
    }
    const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
    const folder = path.join(migrationsFolder, `${stamp}_${name}`)
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'migration.sql'), script)
    process.stdout.write(`${path.relative(root, folder)}/migration.sql: read it before you commit it\n`)
    return 0
  } finally {
    await server.stop()
  }
}

process.exit(await main(process.argv[2] ?? ''))
