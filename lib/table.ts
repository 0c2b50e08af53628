import * as rooms from './capabilities.ts'
import { registerDatabaseTables } from './history/index.ts'
import { mergeFeatureCapabilities } from './questions/index.ts'

/**
 * The responses, commands and jobs of all feature modules, by the names in `lib/api`. The API, pages, worker and tests
 * use it.
 */
export const mergedCapabilityOfAllFeatures = mergeFeatureCapabilities(Object.values(rooms))
registerDatabaseTables(mergedCapabilityOfAllFeatures.tables)
