import type { Database } from '#lib/platform/database.ts'
import { type StoredOperation, storeOperations } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'

/**
 * Time in milliseconds within which new operations are gathered and stored by one statement. Azure's operations take
 * ten seconds or more.
 */
const GATHER_MS = 1_000

interface RecordedOperation extends StoredOperation {
  /** reports whether Azure has answered; the operation is then not stored, because its lease is about to end */
  isOver(): boolean
}

/**
 * Stores pending operations, so that another worker can resume them if this one dies. Polls do not wait for the write,
 * but a stopping worker does. If an operation could not be stored, Azure refuses one request of the next worker,
 * without other consequences.
 */
export class OperationNotes {
  readonly #db: Database
  readonly #log: Logger
  #gathered: RecordedOperation[] = []
  #timer: NodeJS.Timeout | undefined
  /** the write in progress */
  #writing = Promise.resolve()

  constructor(db: Database, log: Logger) {
    this.#db = db
    this.#log = log
  }

  store(operation: RecordedOperation): void {
    this.#gathered.push(operation)
    this.#timer ??= setTimeout(() => void this.stored(), GATHER_MS)
  }

  /**
   * Writes all operations given so far immediately; never rejects. A lease must be released after it, because no
   * operation can be stored for a released lease.
   */
  async stored(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const operations = this.#gathered.filter(({ isOver }) => !isOver())
    this.#gathered = []
    if (operations.length > 0) this.#writing = Promise.all([this.#writing, this.#write(operations)]).then(() => {})
    await this.#writing
  }

  async #write(operations: readonly StoredOperation[]): Promise<void> {
    try {
      await storeOperations(this.#db, operations)
    } catch (error) {
      this.#log.debug({ err: error, operations: operations.length }, 'operations could not be stored')
    }
  }
}
