import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * `node bin/run.mjs create-migration NAME`: creates an empty database migration. Its name begins with the time, so that
 * it comes after all others.
 */
function main(name: string): number {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    process.stderr.write('say what it is for, in lower case: node bin/run.mjs create-migration add_incident_owner\n')
    return 1
  }
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
  const folder = `prisma/migrations/${stamp}_${name}`
  const root = path.resolve(import.meta.dirname, '..')
  mkdirSync(path.join(root, folder))
  writeFileSync(path.join(root, folder, 'migration.sql'), '-- What changes, and why.\n')
  process.stdout.write(
    `${folder}/migration.sql: write its SQL, and into prisma/schema.prisma what Prisma asks of it; then node bin/run.mjs client\n`,
  )
  return 0
}

process.exit(main(process.argv[2] ?? ''))
