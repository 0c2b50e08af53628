import { classifyDatabaseFailure } from './database-failure.ts'

/** Time in milliseconds during which a component logs at most one error about an outage of the database. */
const EVERY_MS = 60_000

/**
 * Fields of a log line about an outage of the database. They replace the whole error, because many requests fail in the
 * same way and the stack traces of the driver do not help.
 */
interface OutageNote {
  err: { type: string; message: string; code?: string }
  /** number of errors of this component that were not logged since its previous line; absent = 0 */
  suppressed?: number
}

/**
 * Limiter for log lines about an outage of the database: each component logs at most one line per minute. The first
 * line is logged immediately; each later line contains the number of errors that were not logged. Errors with other
 * causes are not limited.
 */
export class OutageLogLimiter {
  readonly #now: () => number
  readonly #components = new Map<string, { at: number; suppressed: number }>()

  /** @param now returns the milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /**
   * Decides how an error is logged.
   * @returns fields that replace the error; null = the error must not be logged; undefined = the error is not part of
   *   an outage, so it must be logged unchanged
   */
  note(component: string, error: Error): OutageNote | null | undefined {
    if (classifyDatabaseFailure(error) === null) return undefined
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
