import { historyTables } from './tables.ts'
import type { DatabaseTableRegistration, DatabaseTableRegistrations } from './types/tables.ts'

const KEY = Symbol.for('peerwatch.tables')
const registry = globalThis as { [KEY]?: ReadonlyMap<string, DatabaseTableRegistration> }

/**
 * Registers the tables of history and of all other rooms (the feature modules under lib/). A later call replaces the
 * registered tables.
 */
export function registerDatabaseTables(ofRooms: DatabaseTableRegistrations): void {
  registry[KEY] = new Map(Object.entries({ ...historyTables, ...ofRooms }))
}

/**
 * Returns every registered table and view by name.
 * @throws Error if the process has not registered its rooms, because retention or erasure would then miss their tables
 */
export function getRegisteredTables(): ReadonlyMap<string, DatabaseTableRegistration> {
  const tables = registry[KEY]
  if (!tables) throw new Error('the tables of the rooms are not registered: import lib/table.ts')
  return tables
}
