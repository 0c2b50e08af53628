import { historyTables } from './tables.ts'
import type { Table, Tables } from './types/tables.ts'

const KEY = Symbol.for('peerwatch.tables')
const registry = globalThis as { [KEY]?: ReadonlyMap<string, Table> }

/** Registers the tables of all rooms, after those of history. A later call replaces them. */
export function registerTables(ofRooms: Tables): void {
  registry[KEY] = new Map(Object.entries({ ...historyTables, ...ofRooms }))
}

/**
 * Returns every table and view by name.
 * @throws Error if the process has not registered its rooms, because retention or erasure would miss their tables
 */
export function registeredTables(): ReadonlyMap<string, Table> {
  const tables = registry[KEY]
  if (!tables) throw new Error('the tables of the rooms are not registered: import lib/table.ts')
  return tables
}
