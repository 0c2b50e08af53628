import { listChanges } from '#lib/access/index.ts'
import { CursorError, databaseFor, WholeDeploymentError } from '#lib/queries/index.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('audit', async ({ parameters: { cursor, limit }, caller }) => {
  if (caller.scope !== 'everything') throw new WholeDeploymentError()
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) throw new CursorError()
  const before = cursor === undefined ? null : BigInt(cursor)
  const rows = await listChanges(databaseFor('commands').pool, { before, limit: limit + 1 })
  const page = rows.slice(0, limit)
  return { ...aboutNoPoll(page), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
})
