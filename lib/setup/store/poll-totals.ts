import type { Outcome, PollKind } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Returns the number of polls by kind and outcome, as far as history is stored. */
export async function countPollsByOutcome(
  db: Queryable,
): Promise<{ kind: PollKind; outcome: Outcome; polls: number }[]> {
  const { rows } = await db.query<{ kind: PollKind; outcome: Outcome; polls: string }>(
    'SELECT kind, outcome, sum(polls) AS polls FROM coverage GROUP BY kind, outcome ORDER BY kind, outcome',
  )
  return rows.map(({ kind, outcome, polls }) => ({ kind, outcome, polls: Number(polls) }))
}
