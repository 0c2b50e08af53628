import type { LoggedLine } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../../times.ts'

export async function appendRouterLogLine(
  db: Queryable,
  sessionId: number,
  { at, notBefore, state, reason, text }: LoggedLine,
): Promise<void> {
  await db.query(
    `INSERT INTO router_log_line (session_id, at, not_before, state, reason, text) VALUES ($1, $2, $3, $4, $5, $6)`,
    [sessionId, iso(at), iso(notBefore), state, reason, text],
  )
}
