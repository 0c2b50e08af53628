import type { EpochMs } from '../clock.ts'
import type { Database } from '../database.ts'
import { type Queryable, queryable } from '../queryable.ts'

/**
 * Reason for a burst, in which a source is polled faster than configured: its first adverse sample (adverse), or the
 * request of an operator (watch).
 */
type BurstReason = 'adverse' | 'watch'

type BurstOptions = {
  /**
   * interval during the burst in seconds; entries that are configured with this or a shorter interval are left
   * unchanged
   */
  everySeconds: number
  /** duration of the burst from now in seconds; a running burst is extended, never shortened */
  forSeconds: number
  /** maximum number of new bursts; the first entries of the list get them */
  room: number
  reason: BurstReason
}

type Burst = {
  /** number of entries (polls of the schedule) that are polled faster now */
  polls: number
  /** number of entries that got no burst because of the limit */
  held: number
  /**
   * end of the burst by the database clock; null = the poll of no entry became faster, because the entries are not
   * scheduled, are polled as often already, or exceed the limit
   */
  until: EpochMs | null
}

type Entry = { sourceId: number; kind: string }

/**
 * Polls entries of the schedule faster for a limited time (ADR 0085). A burst that an operator requested keeps that
 * reason if an adverse sample then requests a burst too. A 429 because of an exhausted budget ends the burst ({@link
 * completeInTransaction}).
 */
export async function burst(
  db: Database | Queryable,
  entries: readonly Entry[],
  options: BurstOptions,
): Promise<Burst> {
  const q = queryable(db)
  const slower = await slowerThan(q, entries, options.everySeconds)
  const going = slower.filter(({ isFaster }) => isFaster)
  const waiting = slower.filter(({ isFaster }) => !isFaster)
  const taken = waiting.slice(0, Math.max(0, options.room))
  const ends: EpochMs[] = []
  // one statement per row, because a transaction that commits a poll holds one row and may wait for another, so locking
  // several rows could deadlock
  for (const entry of [...going, ...taken]) {
    const until = await burstOne(q, entry, options)
    if (until !== null) ends.push(until)
  }
  return {
    polls: ends.length,
    held: waiting.length - taken.length,
    until: ends.length > 0 ? Math.max(...ends) : null,
  }
}

/**
 * Returns the entries whose configured interval is longer, in the given order, and whether each has a running burst.
 */
async function slowerThan(
  db: Queryable,
  entries: readonly Entry[],
  everySeconds: number,
): Promise<(Entry & { isFaster: boolean })[]> {
  const { rows } = await db.query<{ source_id: number; kind: string; is_faster: boolean }>(
    `SELECT source_id, kind, burst_until IS NOT NULL AND burst_until > clock_timestamp() AS is_faster
     FROM poll_schedule WHERE source_id = ANY ($1::int[]) AND every_seconds > $2`,
    [entries.map(({ sourceId }) => sourceId), everySeconds],
  )
  const found = new Map(rows.map((row) => [`${row.source_id}/${row.kind}`, row.is_faster]))
  return entries.flatMap((entry) => {
    const isFaster = found.get(`${entry.sourceId}/${entry.kind}`)
    return isFaster === undefined ? [] : [{ ...entry, isFaster }]
  })
}

async function burstOne(
  db: Queryable,
  { sourceId, kind }: Entry,
  { everySeconds, forSeconds, reason }: BurstOptions,
): Promise<EpochMs | null> {
  const { rows } = await db.query<{ until: Date }>(
    `UPDATE poll_schedule
     SET burst_every_seconds = CASE WHEN burst_until > clock_timestamp() THEN least(burst_every_seconds, $3) ELSE $3 END,
         burst_until = greatest(burst_until, clock_timestamp() + make_interval(secs => $4)),
         burst_reason = CASE WHEN burst_until > clock_timestamp() AND burst_reason = 'watch' THEN 'watch' ELSE $5 END,
         next_at = least(next_at, clock_timestamp() + make_interval(secs => $3))
     WHERE source_id = $1 AND kind = $2 AND every_seconds > $3
     RETURNING burst_until AS until`,
    [sourceId, kind, everySeconds, forSeconds, reason],
  )
  return rows[0]?.until.getTime() ?? null
}

/**
 * Ends the bursts of sources that were started for the given reason, so that they are polled at their configured
 * intervals again.
 */
export async function endBurst(
  db: Database | Queryable,
  sourceIds: readonly number[],
  reason: BurstReason,
): Promise<void> {
  await queryable(db).query(
    `UPDATE poll_schedule SET burst_until = clock_timestamp()
     WHERE source_id = ANY ($1::int[]) AND burst_reason = $2 AND burst_until > clock_timestamp()`,
    [sourceIds, reason],
  )
}
