import type { PoolClient } from 'pg'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { gapAfterMs, intervalInForceMs, type Pace, paceAfter } from '../record/pace.ts'
import { lockPollState, type PollState } from '../record/poll-state.ts'
import { type ReadMemory, remember, rememberInventory } from '../record/reading.ts'
import { iso, msOfSeconds } from '../times.ts'

/** When one poll's request left and its answer was read. */
export interface CoveredPoll {
  startedAt: EpochMs
  finishedAt: EpochMs
}

const REMEMBERED_POLLS = 30

/**
 * Records polls that read exactly what the last recorded one of this (source, kind) read, with the same outcome: they leave
 * nothing but coverage, the readings' memory and the pace. What was last read of counters and ages stays the last recorded poll's.
 * The caller answers for their being the same; it is meant for a past that is made in bulk, not for answers of a real Azure.
 * @param polls in order, each begun after the one before it had ended
 * @throws RangeError when nothing was recorded before, when they are out of order, or when a gap lies between two of them: the
 *   poll after a gap begins an interval of its own and has to be recorded
 */
export async function extendCoverage(
  client: PoolClient,
  sourceId: number,
  kind: PollKind,
  polls: readonly CoveredPoll[],
  options: { intervalSeconds: number },
): Promise<void> {
  const last = polls.at(-1)
  if (!last) return
  const state = await lockPollState(client, sourceId, kind)
  if (state.lastOutcome === null || state.intervalFrom === null) throw new RangeError('there is no poll to go on from')
  const pace = paceOf(state, polls, msOfSeconds(options.intervalSeconds))
  const memory = memoryAfter(state, last)
  const isAnswer = state.lastOutcome === 'ok' || state.lastOutcome === 'incomplete'
  // a session that is up was so at the request of each of them
  await client.query(
    `WITH covered AS (
       UPDATE coverage SET last_started_at = $3, to_at = $4, polls = polls + $6
       WHERE source_id = $1 AND kind = $2 AND from_at = $5
     ), polled AS (
       UPDATE poll_state
       SET last_started_at = $3, last_finished_at = $4,
           ok_started_at = CASE WHEN last_outcome = 'ok' THEN $3 ELSE ok_started_at END,
           ok_finished_at = CASE WHEN last_outcome = 'ok' THEN $4 ELSE ok_finished_at END,
           read_at = $7, silent_read_at = $8, interval_seconds = $9, recent_starts = $10, recent_durations = $11,
           polls = polls + $6
       WHERE source_id = $1 AND kind = $2
     )
     UPDATE session SET life = jsonb_set(life, '{upAt}', to_jsonb($12::bigint))
     WHERE $13 AND source_id = $1 AND kind = $2 AND state = 'established' AND missing_polls = 0
       AND life ->> 'upAt' IS NOT NULL AND local_address <> ALL ($14)`,
    [
      sourceId,
      kind,
      iso(last.startedAt),
      iso(last.finishedAt),
      iso(state.intervalFrom),
      polls.length,
      iso(memory.readAt),
      JSON.stringify(memory.silentReadAt),
      intervalInForceMs(pace, msOfSeconds(options.intervalSeconds)) / 1000,
      pace.starts.map((start) => iso(start)),
      pace.durations,
      last.startedAt,
      isAnswer,
      state.silentInstances,
    ],
  )
}

function paceOf(state: PollState, polls: readonly CoveredPoll[], configuredMs: number): Pace {
  let before = { startedAt: state.lastStartedAt ?? 0, finishedAt: state.lastFinishedAt ?? 0 }
  const gapMs = gapAfterMs(intervalInForceMs(state, configuredMs))
  for (const poll of polls) {
    if (poll.startedAt < before.finishedAt || poll.finishedAt <= poll.startedAt)
      throw new RangeError('polls out of order')
    if (poll.startedAt - before.startedAt > gapMs)
      throw new RangeError(`a gap lies before the poll of ${iso(poll.startedAt)}`)
    before = poll
  }
  // older ones would not be remembered
  return polls
    .slice(-REMEMBERED_POLLS)
    .reduce<Pace>((pace, poll) => paceAfter(pace, poll.startedAt, poll.finishedAt - poll.startedAt), state)
}

function memoryAfter(state: PollState, last: CoveredPoll): ReadMemory {
  const { lastOutcome: outcome, silentInstances, kind } = state
  if (outcome !== 'ok' && outcome !== 'incomplete') return state
  const poll = { ...last, outcome, silentInstances }
  if (kind !== 'inventory') return remember(state, poll)
  const listed = Object.keys(state.silentReadAt).filter((type) => state.silentReadAt[type] === state.lastStartedAt)
  return rememberInventory(state, poll, listed)
}
