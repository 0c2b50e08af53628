import { globSync } from 'node:fs'
import path from 'node:path'
import { registerDatabaseTables, type DatabaseTableRegistrations } from '#lib/history/index.ts'

/** Registers the tables of all rooms for tests of shared code, which imports no room. */
const ROOT = path.resolve(import.meta.dirname, '../../..')
const rooms: Record<string, DatabaseTableRegistrations>[] = await Promise.all(
  globSync('lib/*/store/tables.ts', { cwd: ROOT }).map((file) => import(/* @vite-ignore */ path.join(ROOT, file))),
)
registerDatabaseTables(Object.assign({}, ...rooms.flatMap((room) => Object.values(room))))
