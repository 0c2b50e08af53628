import { databaseFailure } from './database-failure.ts'

/** Within this time a component writes one line of an outage. */
const EVERY_MS = 60_000

/** What a line of an outage says instead of the error itself: many requests fail alike, and stacks of the driver explain nothing. */
interface OutageNote {
  err: { type: string; message: string; code?: string }
  /** lines of this component that were left out since the one before; absent = none */
  suppressed?: number
}

/**
 * Limits the lines of an outage of the database to one for each component and minute. The first is written at once; every later one has
 * the number of those left out. Other errors are not limited and keep their stacks.
 */
export class OutageLimit {
  readonly #now: () => number
  readonly #components = new Map<string, { at: number; suppressed: number }>()

  /** @param now milliseconds of a clock that does not go back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** @returns what to write in place of the error; null = leave the line out; undefined = the error is of no outage */
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
