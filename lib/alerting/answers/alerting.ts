import { type AccessScope, type EpochMs, isAccessScopeWithin, parseAccessScope } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { readDeletionsAwaitingConfirmation } from '#lib/history/index.ts'
import { readFailingChannels } from '#lib/notify/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import type { StoredAlerting } from '../api/index.ts'
import { estimateDaysUntilFull, readDatabaseSpace } from '../database-space.ts'
import { listWallScreens } from '../store/index.ts'
import { readAlertingProof } from './alerting-proof.ts'

/**
 * Time in ms after which a wall display without a new request counts as silent. A working wall display reports itself
 * every 30 seconds, and only while its browser draws frames.
 */
export const SCREEN_SILENT_AFTER_MS = 120 * MS_PER_SECOND

/**
 * Returns whether alerting works, and the current faults of Peerwatch itself. A caller who may see only a part of the
 * estate does not receive facts about the whole deployment, such as disk space and wall displays.
 */
export async function getAlerting(
  db: Database,
  { alerting, dataDir }: Pick<ProcessSettings, 'alerting' | 'dataDir'>,
  scope: AccessScope,
  now: EpochMs = getDatabaseNow(),
): Promise<StoredAlerting> {
  const seesAll = scope === 'everything'
  const proof = await readAlertingProof(db, alerting.proofEveryMs, { now })
  const channels = await readFailingChannels(db.pool)
  const held = seesAll ? await readDeletionsAwaitingConfirmation(db.pool) : null
  const space = seesAll ? await readDatabaseSpace(db.pool, dataDir) : null
  return {
    proof: seesAll ? proof : { ...proof, error: null },
    channels: channels.flatMap(({ id, name, scopes, failingSince, error }) =>
      failingSince !== null && isAccessScopeWithin(parseAccessScope(scopes), scope)
        ? [{ id, name, failingSince, error: error ?? '' }]
        : [],
    ),
    screens: seesAll
      ? (await listWallScreens(db.pool)).map((one) => ({
          ...one,
          silent: now - one.lastSeenAt > SCREEN_SILENT_AFTER_MS,
        }))
      : [],
    heldDeletion: held && { since: held.since, from: held.from, upTo: held.upTo },
    storage: space && {
      databaseBytes: String(space.databaseBytes),
      freeBytes: space.freeBytes === null ? null : String(space.freeBytes),
      totalBytes: space.totalBytes === null ? null : String(space.totalBytes),
      daysLeft: estimateDaysUntilFull(space),
    },
  }
}
