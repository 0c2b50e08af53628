import type { Database } from '#lib/platform/database.ts'
import { type StoredOperation, storeOperations } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'

/** Operations that begin within so many milliseconds are stored by one statement: Azure's take ten seconds and more. */
const GATHER_MS = 1_000

interface RecordedOperation extends StoredOperation {
  /** Azure has answered: nobody goes on with it, and its lease is about to end */
  isOver(): boolean
}

/**
 * Stores what polls wait for, so that another worker goes on with it when this one dies. No poll waits for that, but a worker that stops: an
 * operation that could not be stored costs its successor a refusal by Azure and nothing else.
 */
export class OperationNotes {
  readonly #db: Database
  readonly #log: Logger
  #gathered: RecordedOperation[] = []
  #timer: NodeJS.Timeout | undefined
  /** what is being written */
  #writing = Promise.resolve()

  constructor(db: Database, log: Logger) {
    this.#db = db
    this.#log = log
  }

  store(operation: RecordedOperation): void {
    this.#gathered.push(operation)
    this.#timer ??= setTimeout(() => void this.stored(), GATHER_MS)
  }

  /** Writes what was given so far, at once; never rejects. A lease is released after it, since a released one takes no operation. */
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
