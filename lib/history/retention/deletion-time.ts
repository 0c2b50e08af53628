import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from '../store/deployment-value.ts'
import { formatIsoTime } from '../times.ts'

/**
 * Keys in the table `deployment`. Each key has one writer: the retention job, an admin, or the process that detected a
 * clock step.
 */
const TIME = 'deletion-time'
const CONFIRMED = 'deletion-confirmed'
const STEP = 'clock-step'

/**
 * Maximum by which the deletion time may be ahead of Azure's clock. The deletion time is the time from which the age of
 * rows is counted before they are deleted.
 */
const MAX_AHEAD_MS = MS_PER_MINUTE
/** Time for which deletions pause after the database's clock was set. */
const PAUSE_MS = MS_PER_DAY
/** Minimum clock step that pauses deletions. Shorter steps are negligible for ages in days. */
const MIN_STEP_MS = 10 * MS_PER_MINUTE
/** Maximum by which the deletion time may advance from one run to the next without a confirmation. */
const MAX_ADVANCE_MS = 3 * MS_PER_DAY

interface StoredTime {
  at: EpochMs
  held: DeletionsAwaitingConfirmation | null
}

/** Deletions that wait for a confirmation by an admin, because the deletion time would advance too far. */
export interface DeletionsAwaitingConfirmation {
  since: EpochMs
  /** deletion time of the last run */
  from: EpochMs
  /** deletion time that an admin can confirm, at most */
  upTo: EpochMs
}

/**
 * Thrown if no deletion waits for a confirmation, or the confirmed time is later than that of the waiting deletions.
 */
export class NoDeletionsAwaitingConfirmationError extends Error {}

/**
 * Result of a run: `at` = deletion time, from which the age of rows is counted; `postponed` = reason why this run must
 * not delete rows.
 */
type Advanced = { at: EpochMs } | { postponed: 'clock_unknown' | 'clock_step' | 'unconfirmed' }

/**
 * Advances the deletion time, from which the age of all rows is counted before they are deleted (ADR 0290). A second
 * clock limits it, so that a wrong database clock deletes nothing. The second clock is Azure's or, if Azure has not
 * responded to this process yet, the newest successful poll. Must not run concurrently.
 * @param now by the database's clock
 * @param azureNow null = Azure has not responded to this process yet
 */
export async function advanceDeletionTime(
  db: SqlExecutor,
  { now, azureNow }: { now: EpochMs; azureNow: EpochMs | null },
): Promise<Advanced> {
  const step = await readDeploymentValue(db, STEP)
  if (step && Math.abs(step.ageSeconds) * 1_000 < PAUSE_MS) return { postponed: 'clock_step' }
  const stored = (await readDeploymentValue<StoredTime>(db, TIME))?.value
  const latest = azureNow === null ? stored && (await newestGoodPoll(db, now)) : azureNow + MAX_AHEAD_MS
  if (latest === undefined || latest === null) return { postponed: 'clock_unknown' }
  const at = Math.min(now, latest)
  const confirmed = (await readDeploymentValue<{ upTo: EpochMs }>(db, CONFIRMED))?.value.upTo ?? 0
  const from = stored?.at ?? at
  if (at > Math.max(from, confirmed) + MAX_ADVANCE_MS) {
    const held: DeletionsAwaitingConfirmation = { since: stored?.held?.since ?? now, from, upTo: at }
    await saveDeploymentValue(db, TIME, { at: from, held } satisfies StoredTime)
    return { postponed: 'unconfirmed' }
  }
  // A slow clock does not move the stored time back. Rows that were once old enough to be deleted may still be deleted.
  await saveDeploymentValue(db, TIME, { at: Math.max(at, from), held: null } satisfies StoredTime)
  return { at }
}

async function newestGoodPoll(db: SqlExecutor, now: EpochMs): Promise<EpochMs | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    'SELECT max(ok_finished_at) AS at FROM poll_state WHERE ok_finished_at <= $1',
    [formatIsoTime(now)],
  )
  return rows[0]?.at?.getTime() ?? null
}

/**
 * Returns the deletion time, from which the age of rows is counted before they are deleted; null = no run has set it
 * yet.
 */
export async function readDeletionTime(db: SqlExecutor): Promise<EpochMs | null> {
  return (await readDeploymentValue<StoredTime>(db, TIME))?.value.at ?? null
}

/** Returns the deletions that wait for a confirmation; null = none wait. */
export async function readDeletionsAwaitingConfirmation(
  db: SqlExecutor,
): Promise<DeletionsAwaitingConfirmation | null> {
  const held = (await readDeploymentValue<StoredTime>(db, TIME))?.value.held ?? null
  const confirmed = (await readDeploymentValue<{ upTo: EpochMs }>(db, CONFIRMED))?.value.upTo ?? 0
  return held && held.upTo > confirmed + MAX_ADVANCE_MS ? held : null
}

/**
 * Confirms a time up to which the next run of retention may advance the deletion time.
 * @throws NoDeletionsAwaitingConfirmationError if no deletion waits, or the time is later than that of the waiting deletion
 */
export async function confirmDeletionsUpTo(db: SqlExecutor, upTo: EpochMs): Promise<void> {
  const held = await readDeletionsAwaitingConfirmation(db)
  if (held === null) throw new NoDeletionsAwaitingConfirmationError('no deletion waits for a confirmation')
  if (upTo > held.upTo)
    throw new NoDeletionsAwaitingConfirmationError(`the deletion that waits is up to ${formatIsoTime(held.upTo)}`)
  await saveDeploymentValue(db, CONFIRMED, { upTo })
}

/**
 * Records that the database's clock was set, so that deletions pause. Steps below 10 minutes are ignored. The pause
 * begins now, by the adjusted clock.
 */
export async function recordClockStep(db: SqlExecutor, steppedMs: number): Promise<void> {
  if (Math.abs(steppedMs) >= MIN_STEP_MS) await saveDeploymentValue(db, STEP, { steppedMs })
}
