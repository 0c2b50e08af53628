import { oncePerObject, oncePerProcess } from '#lib/bgp/once.ts'
import type { Database } from './database.ts'

/** Time in milliseconds for which a successful write is reused as the result of further checks. */
const REPEATED_MS = 1_000

/**
 * Check whether the database accepts writes. It writes a row; at most one write of this process is in flight, and all
 * callers share it. Postgres reuses the space of the row, so a full disk can affect polls before it affects this check.
 */
class WriteProbe {
  readonly #db: Database
  #inFlight: Promise<void> | null = null
  #succeededAt = Number.NEGATIVE_INFINITY

  constructor(db: Database) {
    this.#db = db
  }

  /** Milliseconds since the last successful write; infinite before the first. */
  get ageMs(): number {
    return performance.now() - this.#succeededAt
  }

  /**
   * Writes the row, unless a write has just succeeded.
   * @throws the error of the database, to every caller that shares the write
   */
  async try(): Promise<void> {
    if (this.ageMs < REPEATED_MS) return
    this.#inFlight ??= this.#write().finally(() => {
      this.#inFlight = null
    })
    await this.#inFlight
  }

  async #write(): Promise<void> {
    await this.#db.pool.query(
      `INSERT INTO write_probe (id, written_at) VALUES (1, clock_timestamp())
       ON CONFLICT (id) DO UPDATE SET written_at = excluded.written_at`,
    )
    this.#succeededAt = performance.now()
  }
}

const probes = oncePerProcess('write-probes', () => oncePerObject((db: Database) => new WriteProbe(db)))

/** Returns the probe of a database; there is only one per database and process. */
export const probeOf = (db: Database): WriteProbe => probes()(db)
