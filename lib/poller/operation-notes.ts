import type { Database } from '#lib/platform/database.ts'
import { type StoredOperation, storeOperations } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'

/** Operations that begin within so many milliseconds are stored by one statement. */
const GATHER_MS = 10

/**
 * Stores what polls wait for, so that another worker goes on with it when this one dies. Nobody waits for that: an operation that
 * could not be stored costs its successor a refusal by Azure and nothing else.
 */
export class OperationNotes {
  readonly #db: Database
  readonly #log: Logger
  #gathered: StoredOperation[] = []

  constructor(db: Database, log: Logger) {
    this.#db = db
    this.#log = log
  }

  store(operation: StoredOperation): void {
    this.#gathered.push(operation)
    if (this.#gathered.length === 1) setTimeout(() => void this.#write(), GATHER_MS)
  }

  async #write(): Promise<void> {
    const operations = this.#gathered
    this.#gathered = []
    try {
      await storeOperations(this.#db, operations)
    } catch (error) {
      this.#log.debug({ err: error, operations: operations.length }, 'operations could not be stored')
    }
  }
}
