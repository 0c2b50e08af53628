import * as rooms from './capabilities.ts'
import { registerTables } from './history/index.ts'
import { tableOf } from './questions/index.ts'

/**
 * The responses, commands and jobs of all feature modules, by the names in `lib/api`. The API, pages, worker and tests
 * use it.
 */
export const table = tableOf(Object.values(rooms))
registerTables(table.tables)
