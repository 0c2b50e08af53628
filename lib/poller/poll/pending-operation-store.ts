import type { Database } from '#lib/platform/database.ts'
import { type StoredOperation, saveRunningAzureOperations } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'

/**
 * Time for which new operations are gathered, milliseconds, so that one statement stores them. Operations of Azure take
 * ten seconds or more.
 */
const GATHER_MS = 1_000

interface RecordedOperation extends StoredOperation {
  /** Reports whether Azure has already answered, so that the operation does not need to be stored. */
  isOver(): boolean
}

/**
 * Stores the operations of Azure that polls are waiting for. If this worker dies, another worker can continue them.
 * Polls do not wait until their operation is stored. Only a worker that stops waits for this. If storing fails and this
 * worker then dies, the only effect is that Azure refuses one request of the next worker.
 */
export class PendingOperationStore {
  readonly #db: Database
  readonly #log: Logger
  #gathered: RecordedOperation[] = []
  #timer: NodeJS.Timeout | undefined
  /** The write that is in progress. */
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
   * Stores all operations that were given so far. Never rejects. It must be called before leases are released, because
   * an operation can be stored only while its lease is held.
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
      await saveRunningAzureOperations(this.#db, operations)
    } catch (error) {
      this.#log.debug({ err: error, operations: operations.length }, 'operations could not be stored')
    }
  }
}
