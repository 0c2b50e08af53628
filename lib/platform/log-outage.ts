import { databaseFailure } from './database-failure.ts'

/** Time in which a component writes at most one line about an outage, in milliseconds. */
const EVERY_MS = 60_000

/**
 * Replacement for the error in a log line about an outage. Many requests fail in the same way, and the stacks of the
 * driver do not help.
 */
interface OutageNote {
  err: { type: string; message: string; code?: string }
  /** number of lines of this component that were left out since the previous line; absent = 0 */
  suppressed?: number
}

/**
 * Limits the log lines about an outage of the database to one for each component and minute. The first is written
 * immediately, and each later line has the number of lines that were left out. Other errors are not limited and keep
 * their stacks.
 */
export class OutageLimit {
  readonly #now: () => number
  readonly #components = new Map<string, { at: number; suppressed: number }>()

  /** @param now returns milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /**
   * Decides about an error. @returns the replacement for the error; null = leave the line out; undefined = the error is
   * not part of an outage
   */
  note(component: string, error: Error): OutageNote | null | undefined {
    if (databaseFailure(error) === null) return undefined
    const now = this.#now()
    const last = this.#components.get(component)
    if (last && now - last.at < EVERY_MS) {
      last.suppressed += 1
      return null
    }
    this.#components.set(component, { at: now, suppressed: 0 })
    const suppressed = last?.suppressed ?? 0
    return { err: describe(error), ...(suppressed > 0 ? { suppressed } : {}) }
  }
}

function describe(error: Error): OutageNote['err'] {
  const { code } = error as NodeJS.ErrnoException
  return { type: error.name, message: error.message, ...(code === undefined ? {} : { code }) }
}
