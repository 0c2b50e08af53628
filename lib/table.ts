import * as rooms from './capabilities.ts'
import { registerTables } from './history/index.ts'
import { tableOf } from './questions/index.ts'

/** Every answer, command and job of this product, by the names of `lib/api`. The API, pages, worker and tests read it. */
export const table = tableOf(Object.values(rooms))
registerTables(table.tables)
