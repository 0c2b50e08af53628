import type { PoolClient } from 'pg'
import type { EpochMs, Observation } from '#lib/contract/index.ts'
import { iso } from '../times.ts'
import { gapAfterMs, intervalInForceMs } from './pace.ts'
import { type PollState, silentSet } from './poll-state.ts'

/**
 * Puts a poll into coverage: into the interval of the poll before it when both have the same outcome and the same silent
 * instances and no gap lies between them, otherwise into a new one.
 * @returns begin of the interval that the poll is in
 */
export async function recordCoverage(
  client: PoolClient,
  state: PollState,
  observation: Observation,
  configuredMs: number,
): Promise<EpochMs> {
  const intervalMs = intervalInForceMs(state, configuredMs)
  const poll = [iso(observation.startedAt), iso(observation.finishedAt), detailOf(observation)]
  const interval = continued(state, observation, intervalMs)
  if (interval !== null) {
    const { rowCount } = await client.query({
      name: 'extend_coverage',
      text: `UPDATE coverage SET last_started_at = $4, to_at = $5, detail = $6, polls = polls + 1
       WHERE source_id = $1 AND kind = $2 AND from_at = $3`,
      values: [state.sourceId, observation.kind, iso(interval), ...poll],
    })
    // none: retention took the interval away, so that a new one begins
    if (rowCount === 1) return interval
  }
  await client.query(
    `INSERT INTO coverage (source_id, kind, from_at, last_started_at, to_at, detail, outcome, silent_instances,
                           interval_seconds, polls)
     VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, 1)`,
    [state.sourceId, observation.kind, ...poll, observation.outcome, silentSet(observation), intervalMs / 1000],
  )
  return observation.startedAt
}

/** Begin of the interval that this poll extends; null = it begins one. */
export function continued(state: PollState, observation: Observation, intervalMs: number): EpochMs | null {
  if (state.lastStartedAt === null || state.lastOutcome !== observation.outcome) return null
  if (observation.startedAt - state.lastStartedAt > gapAfterMs(intervalMs)) return null
  return state.silentInstances.join() === silentSet(observation).join() ? state.intervalFrom : null
}

function detailOf({ error }: Observation): string | null {
  return error && (error.detail || error.code)
}
