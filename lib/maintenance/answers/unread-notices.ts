import type { EpochMs } from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  wrapResponseWithoutPolls,
  type ReadableDatabase,
  encodeWithSchema,
  NotFoundError,
  getSqlExecutor,
} from '#lib/questions/index.ts'
import {
  type MaintenanceEndpointResponse,
  type UnreadableNotice,
  unreadNoticeSchema,
  type UnreadNoticeState,
} from '../api/index.ts'
import { readStoredMailbox } from '../store/mailbox.ts'
import { saveUnreadNoticeState, type StoredUnreadNotice, readUnreadNotices } from '../store/unread-notices.ts'
import { publishMaintenanceChange } from './maintenance.ts'

/**
 * Returns the mails that could not be read as maintenance notices, and when and how the mailbox was last read. A caller
 * with limited access gets an empty list.
 */
export async function getUnreadNotices(db: ReadableDatabase): Promise<MaintenanceEndpointResponse<'unreadNotices'>> {
  const q = getSqlExecutor(db)
  return { ...wrapResponseWithoutPolls(await readUnreadNotices(q)), mailbox: await readStoredMailbox(q) }
}

/**
 * Records that a user handled, dismissed or reopened a mail that could not be read as a notice.
 * @throws NotFoundError
 */
export async function changeUnreadNoticeState(
  db: Database,
  id: string,
  change: { state: UnreadNoticeState; by: string },
  now: EpochMs = getDatabaseNow(),
): Promise<StoredUnreadNotice> {
  const found = await db.transaction(async (client) => {
    await publishMaintenanceChange(client)
    return saveUnreadNoticeState(client, id, { ...change, now })
  })
  if (found) return found
  throw new NotFoundError(`there is no notice ${JSON.stringify(id)}: see /api/v1/maintenance/notices`)
}

/** Returns the notice before a change, for the audit log. */
export const readNoticeBeforeChange = async ({
  db,
  id,
}: {
  db: Database
  id: string
}): Promise<UnreadableNotice | null> =>
  encodeWithSchema(
    unreadNoticeSchema.nullable(),
    (await readUnreadNotices(db.pool)).find((one) => one.id === id) ?? null,
  )
