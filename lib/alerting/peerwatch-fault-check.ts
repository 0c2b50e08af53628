import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { PeerwatchFault } from '#lib/detection/index.ts'
import { readDeletionsAwaitingConfirmation } from '#lib/history/index.ts'
import { readFailingChannels } from '#lib/notify/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { formatIso } from '#lib/questions/index.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import { readAlertingProof, SCREEN_SILENT_AFTER_MS } from './answers/index.ts'
import { describeLowSpace, readDatabaseSpace } from './database-space.ts'
import { listWallScreens } from './store/index.ts'

/** Minimum time in ms between two checks. The watchdog calls the check more often than its facts change. */
const EVERY_MS = 30 * MS_PER_SECOND

/**
 * Returns a function that checks Peerwatch itself for faults. The watchdogs of the worker and of the web process both
 * call it, so that checks continue if one process fails.
 * @returns function that returns the current faults; null if the last check was less than {@link EVERY_MS} ago
 */
export function createPeerwatchFaultCheck(
  db: Database,
  settings: Pick<ProcessSettings, 'alerting' | 'dataDir'>,
): (now: EpochMs) => Promise<PeerwatchFault[] | null> {
  let askedAt = Number.NEGATIVE_INFINITY
  const since = performance.now()
  return async (now) => {
    if (performance.now() - askedAt < EVERY_MS) return null
    const faults = await readFaults(db, settings, { now, upMs: performance.now() - since })
    askedAt = performance.now()
    return faults
  }
}

/**
 * Returns all current faults of Peerwatch itself.
 * @param upMs time in milliseconds for which this process has been watching
 */
async function readFaults(
  db: Database,
  { alerting, dataDir }: Pick<ProcessSettings, 'alerting' | 'dataDir'>,
  { now, upMs }: { now: EpochMs; upMs: number },
): Promise<PeerwatchFault[]> {
  const { state, provedAt, step, error, everySeconds } = await readAlertingProof(db, alerting.proofEveryMs, {
    now,
    upMs,
  })
  // A broken step of alerting is shown immediately. It becomes a fault, which sends a notification, only about two
  // proof intervals after the last successful proof round.
  const unprovedSince = provedAt ?? now - upMs
  const isUnproved = state === 'broken' && now - unprovedSince > 2 * (everySeconds ?? 0) * MS_PER_SECOND - MS_PER_MINUTE
  const low = describeLowSpace(await readDatabaseSpace(db.pool, dataDir))
  const held = await readDeletionsAwaitingConfirmation(db.pool)
  const fault = (kind: PeerwatchFault['kind'], subject: string, since: EpochMs, evidence: string): PeerwatchFault => ({
    kind,
    subject,
    since,
    evidence,
  })
  return [
    ...(isUnproved ? [fault('alerting_unproved', step ?? 'worker', unprovedSince, error ?? '')] : []),
    ...(await readFailingChannels(db.pool)).flatMap(({ name, failingSince, error: why }) =>
      failingSince === null ? [] : [fault('channel_failing', name, failingSince, why ?? '')],
    ),
    ...(await listWallScreens(db.pool)).flatMap(({ name, lastSeenAt }) =>
      now - lastSeenAt > SCREEN_SILENT_AFTER_MS
        ? [fault('screen_silent', name, lastSeenAt, 'no sign of life since then')]
        : [],
    ),
    ...(low === null ? [] : [fault('storage_low', 'database', now, low)]),
    ...(held === null
      ? []
      : [
          fault(
            'deletion_held',
            'history',
            held.since,
            `deletions were made up to ${formatIso(held.from)}, and are due up to ${formatIso(held.upTo)}`,
          ),
        ]),
  ]
}
