import type { PollOutcome, PollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Returns the number of polls by kind and outcome, as far as history is stored. */
export async function countPollsByOutcome(
  db: SqlExecutor,
): Promise<{ kind: PollKind; outcome: PollOutcome; polls: number }[]> {
  const { rows } = await db.query<{ kind: PollKind; outcome: PollOutcome; polls: string }>(
    'SELECT kind, outcome, sum(polls) AS polls FROM coverage GROUP BY kind, outcome ORDER BY kind, outcome',
  )
  return rows.map(({ kind, outcome, polls }) => ({ kind, outcome, polls: Number(polls) }))
}
