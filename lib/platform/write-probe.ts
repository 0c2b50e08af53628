import { oncePerObject, oncePerProcess } from '#lib/bgp/once.ts'
import type { Database } from './database.ts'

/** A success is repeated for so long to those who ask next. */
const REPEATED_MS = 1_000

/**
 * Whether the database takes writes, found out by writing. At most one write of this process is in flight, and it is shared
 * between callers. Postgres reuses the row's place, so that a full disk may show in polls before it shows here.
 */
class WriteProbe {
  readonly #db: Database
  #inFlight: Promise<void> | null = null
  #succeededAt = Number.NEGATIVE_INFINITY

  constructor(db: Database) {
    this.#db = db
  }

  /** Milliseconds since the last write that succeeded; infinite before the first. */
  get ageMs(): number {
    return performance.now() - this.#succeededAt
  }

  /** Writes, unless a write succeeded just now. @throws what the database says, to every caller that shares the write */
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

/** Returns the one probe of a database. */
export const probeOf = (db: Database): WriteProbe => probes()(db)
