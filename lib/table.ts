import * as rooms from './capabilities.ts'
import { registerTables } from './history/index.ts'
import { tableOf } from './questions/index.ts'

/** All responses, commands and jobs of the product, by the names of `lib/api`, for the API, pages, worker and tests. */
export const table = tableOf(Object.values(rooms))
registerTables(table.tables)
