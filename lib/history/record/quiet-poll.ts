import { hash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { isRoutePollKind, type PollObservation, type PollKind, pollKinds, type RouteRow } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { LastRouteTableDigest, RecordOptions } from '../types.ts'
import { type StoredPollStateAndRows, createKnownPollWithoutRows, loadRowsToCompare } from './known-poll.ts'
import { loadPollStates } from './poll-state.ts'
import { groupRowsByRouteKey } from './routes/route-table.ts'
import { type ComparedPoll, comparePollWithStoredState } from './compare-poll.ts'
import { hasOnlyLastReadChanges } from './sessions/compare-sessions.ts'
import { writeComparedPolls } from './write-polls.ts'

/** State of a (source, kind) after its last poll, kept in memory by the process that recorded it. */
export interface LastPollStateInMemory extends StoredPollStateAndRows {
  /**
   * {@link computePollDigest} of the last poll's rows, for kinds whose rows are not kept in memory (route tables, Activity
   * Log); null = unknown, or another kind
   */
  digest: string | null
}

/**
 * Quiet poll, that is, a poll that changes only coverage and last-read values. To record it, existing rows are updated
 * and samples are added.
 */
export interface UnchangedPoll extends ComparedPoll {
  after: LastPollStateInMemory
}

/** Kinds whose polls can be quiet. Inventories cannot, because they are not compared in memory. */
export const pollKindsThatCanBeUnchanged: ReadonlySet<PollKind> = new Set(
  pollKinds.filter((kind) => kind !== 'inventory'),
)

/**
 * Returns the state after polls that were just recorded, with one statement per table. No other process may record
 * these sources and kinds in the meantime. The caller's leases ensure this. If they fail, the next write detects it.
 * @returns states in the given order; null if there is none
 */
export async function loadLastPolls(
  db: SqlExecutor,
  polls: readonly { sourceId: number; observation: PollObservation }[],
): Promise<(LastPollStateInMemory | null)[]> {
  const states = await loadPollStates(
    db,
    polls.map(({ sourceId, observation: { kind } }) => ({ sourceId, kind })),
  )
  const rowsOf = await loadRowsToCompare(db, polls)
  return polls.map((poll) => {
    const state = states.get(`${poll.sourceId} ${poll.observation.kind}`)
    return state
      ? { ...createKnownPollWithoutRows(state), ...rowsOf(poll), digest: computePollDigest(poll.observation) }
      : null
  })
}

const isDigested = (kind: PollKind) => kind === 'activity' || isRoutePollKind(kind)

/**
 * Returns a digest of a poll's rows; polls with equal rows have equal digests. Null if the poll is not complete, or its
 * kind is compared row by row.
 */
export function computePollDigest(observation: PollObservation): string | null {
  const { kind, outcome } = observation
  if (outcome !== 'ok' || !isDigested(kind)) return null
  if (kind === 'activity') return hash('sha256', JSON.stringify(observation.rows), 'base64')
  if ('answer' in observation && observation.answer) return observation.answer.digest
  // observations of route kinds have route rows
  const table = groupRowsByRouteKey(observation.rows as RouteRow[])
  const texts = [...table].map(([name, { text }]) => `${name}\t${text}`)
  return hash('sha256', texts.toSorted().join('\n'), 'base64')
}

/**
 * Returns the digest of the last route table and the end of its poll. With it a table that differs only slightly is
 * recorded without loading all routes. Null = unknown.
 */
export function getLastRouteTableDigest({
  digest,
  state: { lastFinishedAt },
}: LastPollStateInMemory): LastRouteTableDigest | null {
  return digest === null || lastFinishedAt === null ? null : { digest, finishedAt: lastFinishedAt }
}

/**
 * Compares a poll with the last one. A pure function.
 * @param last state after the previous poll
 * @returns the result if the poll is quiet, that is, if recording it only updates rows and adds samples; otherwise null
 */
export function compareUnchangedPoll(
  last: LastPollStateInMemory,
  observation: PollObservation,
  options: RecordOptions,
): UnchangedPoll | null {
  const { kind, outcome, error, silentInstances } = observation
  if (!pollKindsThatCanBeUnchanged.has(kind) || outcome !== 'ok' || error !== null || silentInstances.length > 0)
    return null
  if (isDigested(kind) && (last.digest === null || last.digest !== computePollDigest(observation))) return null
  const step = comparePollWithStoredState(last, observation, options)
  return isQuiet(step) ? { ...step, after: { ...last, ...step.after } } : null
}

function isQuiet({
  status,
  intervalFrom,
  changes,
  sessions,
  arp,
  counters,
  connection,
  metrics,
}: ComparedPoll): boolean {
  if (status !== 'recorded' || intervalFrom === null || changes.length > 0 || connection) return false
  return (
    sessions.every(hasOnlyLastReadChanges) &&
    (arp?.changed ?? []).length === 0 &&
    counters.every(({ known }) => known.startedAt !== null) &&
    (metrics?.buckets ?? []).every(({ seriesId }) => seriesId !== null)
  )
}

/**
 * Records quiet polls in the caller's transaction, with one statement per table. Each (source, kind) may occur only
 * once.
 * @throws StaleStateError if another process changed or deleted the state with which a poll was compared; the
 *   transaction must then be rolled back
 */
export async function recordUnchangedPolls(client: PoolClient, polls: readonly UnchangedPoll[]): Promise<void> {
  await writeComparedPolls(client, polls, true)
}
