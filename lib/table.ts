import * as rooms from './capabilities.ts'
import { registerTables } from './history/index.ts'
import { mergeCapabilities } from './questions/index.ts'

/**
 * The responses, commands and jobs of all feature modules, by the names in `lib/api`. The API, pages, worker and tests
 * use it.
 */
export const capabilityTable = mergeCapabilities(Object.values(rooms))
registerTables(capabilityTable.tables)
