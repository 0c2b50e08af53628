import type { EpochMs } from '#lib/contract/index.ts'
import { DAY, MINUTE } from '#lib/contract/time/time.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readDeploymentValue, saveDeploymentValue } from '../store/deployment-value.ts'
import { iso } from '../times.ts'

/** Keys in the table `deployment`, each with one writer: the job of retention, an admin, the process that saw a step. */
const TIME = 'deletion-time'
const CONFIRMED = 'deletion-confirmed'
const STEP = 'clock-step'

/** Maximum by which the deletion time may be ahead of Azure's clock. */
const MAX_AHEAD_MS = MINUTE
/** Deletions pause for so long after the database's clock was set. */
const PAUSE_MS = DAY
/** Minimum step that pauses deletions. A shorter one moves no age that is counted in days. */
const MIN_STEP_MS = 10 * MINUTE
/** Maximum advance of the deletion time from one run to the next without a confirmation. */
const MAX_ADVANCE_MS = 3 * DAY

interface StoredTime {
  at: EpochMs
  held: HeldDeletions | null
}

/** Deletions that wait for a confirmation. */
export interface HeldDeletions {
  since: EpochMs
  /** deletion time of the last run */
  from: EpochMs
  /** deletion time that an admin can confirm */
  upTo: EpochMs
}

/** Thrown if the time to confirm is later than the time that waits, or if nothing waits. */
export class NothingHeldError extends Error {}

/** `at` = the time that rows are aged by; otherwise the reason why nothing may be deleted in this run. */
type Advanced = { at: EpochMs } | { postponed: 'clock_unknown' | 'clock_step' | 'unconfirmed' }

/**
 * Moves the time forward by which all rows are aged before they are deleted (ADR 0290). It is never later than a second clock: Azure's, or
 * the newest good poll if Azure has not answered this process. One run at a time may call it.
 * @param now by the database's clock
 * @param azureNow null = Azure has not answered this process yet
 */
export async function advanceDeletionTime(
  db: Queryable,
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
    const held: HeldDeletions = { since: stored?.held?.since ?? now, from, upTo: at }
    await saveDeploymentValue(db, TIME, { at: from, held } satisfies StoredTime)
    return { postponed: 'unconfirmed' }
  }
  // a clock that is behind takes nothing back: what was old enough once stays so
  await saveDeploymentValue(db, TIME, { at: Math.max(at, from), held: null } satisfies StoredTime)
  return { at }
}

async function newestGoodPoll(db: Queryable, now: EpochMs): Promise<EpochMs | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    'SELECT max(ok_finished_at) AS at FROM poll_state WHERE ok_finished_at <= $1',
    [iso(now)],
  )
  return rows[0]?.at?.getTime() ?? null
}

/** Returns the time that rows are aged by before they are deleted; null = nothing may be deleted yet. */
export async function deletionTime(db: Queryable): Promise<EpochMs | null> {
  return (await readDeploymentValue<StoredTime>(db, TIME))?.value.at ?? null
}

/** Returns the deletions that wait for a confirmation; null = none wait. */
export async function heldDeletions(db: Queryable): Promise<HeldDeletions | null> {
  const held = (await readDeploymentValue<StoredTime>(db, TIME))?.value.held ?? null
  const confirmed = (await readDeploymentValue<{ upTo: EpochMs }>(db, CONFIRMED))?.value.upTo ?? 0
  return held && held.upTo > confirmed + MAX_ADVANCE_MS ? held : null
}

/**
 * Lets the next run of retention delete up to a time.
 * @throws NothingHeldError
 */
export async function confirmDeletions(db: Queryable, upTo: EpochMs): Promise<void> {
  const held = await heldDeletions(db)
  if (held === null) throw new NothingHeldError('no deletion waits for a confirmation')
  if (upTo > held.upTo) throw new NothingHeldError(`the deletion that waits is up to ${iso(held.upTo)}`)
  await saveDeploymentValue(db, CONFIRMED, { upTo })
}

/** Records that the database's clock was set, so that deletions pause. Its age counts from now, by the clock as it is since. */
export async function recordClockStep(db: Queryable, steppedMs: number): Promise<void> {
  if (Math.abs(steppedMs) >= MIN_STEP_MS) await saveDeploymentValue(db, STEP, { steppedMs })
}
