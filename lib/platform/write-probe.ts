import { memoizePerObject, memoizePerProcess } from '#lib/bgp/memoize.ts'
import type { Database } from './database.ts'

/** Time in milliseconds after a successful write during which further checks succeed without another write. */
const REPEATED_MS = 1_000

/**
 * Check whether the database accepts writes. It updates one row. At most one such write of this process runs at a time,
 * and all callers share it. On a full disk the check may still succeed while polls can no longer be recorded, because
 * Postgres reuses the space of the row.
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
   * Writes the row, unless a write succeeded within the last second.
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

const probes = memoizePerProcess('write-probes', () => memoizePerObject((db: Database) => new WriteProbe(db)))

/** Returns the write check of a database. Each process has one per database. */
export const getWriteProbe = (db: Database): WriteProbe => probes()(db)
