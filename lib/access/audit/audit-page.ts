import type { RequestCaller } from '#lib/contract/index.ts'
import type { AccessEndpointResponse } from '../api/index.ts'
import { listAuditEntries } from './audit.ts'
import { CursorError } from '#lib/history/index.ts'
import { getDatabaseForUse, WholeDeploymentError } from '#lib/questions/index.ts'
import { wrapResponseWithoutPolls } from '#lib/questions/answer-without-polls.ts'

/**
 * Returns one page of the audit log, newest entries first.
 * @param cursor id of the last entry of the previous page
 * @throws WholeDeploymentError if the caller may see only a part of the installation's data; CursorError if the cursor
 *   is not an id
 */
export async function readAuditPage(
  { scope }: RequestCaller,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<AccessEndpointResponse<'audit'>> {
  if (scope !== 'everything') throw new WholeDeploymentError()
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) throw new CursorError()
  const before = cursor === undefined ? null : BigInt(cursor)
  const rows = await listAuditEntries(getDatabaseForUse('commands').pool, { before, limit: limit + 1 })
  const page = rows.slice(0, limit)
  return { ...wrapResponseWithoutPolls(page), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
}
