import type { EpochMs } from '../clock.ts'
import type { Database } from '../database.ts'
import { type SqlExecutor, getSqlExecutor } from '../queryable.ts'

/**
 * Reason for a burst, that is, a temporarily shorter poll interval. `adverse` = a poll showed the beginning of a
 * problem; `watch` = an operator requested it.
 */
type BurstReason = 'adverse' | 'watch'

type BurstOptions = {
  /** interval during the burst in seconds. Polls whose interval is already this short are left unchanged */
  everySeconds: number
  /** duration of the burst from now in seconds; a burst that is running is extended, never shortened */
  forSeconds: number
  /** maximum number of polls that may start a burst; if there are more, only the first polls of the list start one */
  room: number
  reason: BurstReason
}

type Burst = {
  /** number of polls that are made faster now */
  polls: number
  /** number of polls that were not made faster, because the maximum number of polls (`room`) was reached */
  held: number
  /**
   * end of the burst by the database clock; null = no poll became faster, because the polls are not in the schedule,
   * are already made as often, or exceed the maximum
   */
  until: EpochMs | null
}

type Entry = { sourceId: number; kind: string }

/**
 * Makes polls of the schedule more frequent for a limited time (ADR 0085). A burst that an operator requested keeps
 * this reason if a problem later requests a burst too. An exhausted request budget (status 429) ends a burst ({@link
 * completeInTransaction}).
 */
export async function startPollBurst(
  db: Database | SqlExecutor,
  entries: readonly Entry[],
  options: BurstOptions,
): Promise<Burst> {
  const q = getSqlExecutor(db)
  const slower = await slowerThan(q, entries, options.everySeconds)
  const going = slower.filter(({ isFaster }) => isFaster)
  const waiting = slower.filter(({ isFaster }) => !isFaster)
  const taken = waiting.slice(0, Math.max(0, options.room))
  const ends: EpochMs[] = []
  // each row has its own statement. A transaction that records a poll locks one row and may wait for another row, so a
  // statement that locks several rows could cause a deadlock
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
 * Returns the polls whose interval is longer than `everySeconds`, in the given order, and whether each has a running
 * burst. Bursts do not count for the interval.
 */
async function slowerThan(
  db: SqlExecutor,
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
  db: SqlExecutor,
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

/** Ends the bursts of sources that were started for the given reason. Their polls return to their normal intervals. */
export async function endPollBurst(
  db: Database | SqlExecutor,
  sourceIds: readonly number[],
  reason: BurstReason,
): Promise<void> {
  await getSqlExecutor(db).query(
    `UPDATE poll_schedule SET burst_until = clock_timestamp()
     WHERE source_id = ANY ($1::int[]) AND burst_reason = $2 AND burst_until > clock_timestamp()`,
    [sourceIds, reason],
  )
}
