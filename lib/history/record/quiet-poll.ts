import { hash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { isRouteKind, type Observation, type PollKind, pollKinds, type RouteRow } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { LastTable, RecordOptions } from '../types.ts'
import { type KnownPoll, knownOnly, loadRows } from './known.ts'
import { loadPollStates } from './poll-state.ts'
import { entriesOfTable } from './routes/route-table.ts'
import { type ComparedPoll, comparePoll } from './compare-poll.ts'
import { isReadAgain } from './sessions/compare-sessions.ts'
import { writePolls } from './write-polls.ts'

/** What a (source, kind) left in history with its last poll, kept by whoever recorded that. */
export interface LastPoll extends KnownPoll {
  /** {@link pollDigest} what is not kept: a route table, or a part of the log; null = unknown, or another kind */
  digest: string | null
}

/** A poll that changes nothing but coverage and what is kept as last read: rows to update, and samples to add. */
export interface QuietPoll extends ComparedPoll {
  after: LastPoll
}

/** Kinds of which a poll can be found to change nothing: inventories are not compared in memory. */
export const quietKinds: ReadonlySet<PollKind> = new Set(pollKinds.filter((kind) => kind !== 'inventory'))

/**
 * Reads what polls have left that were just recorded, each table in one statement. Nobody else may record these kinds of these sources
 * meanwhile: the caller knows by their leases, and finds out at the latest when it writes.
 * @returns in the order given; null where there is nothing
 */
export async function loadLastPolls(
  db: Queryable,
  polls: readonly { sourceId: number; observation: Observation }[],
): Promise<(LastPoll | null)[]> {
  const states = await loadPollStates(
    db,
    polls.map(({ sourceId, observation: { kind } }) => ({ sourceId, kind })),
  )
  const rowsOf = await loadRows(db, polls)
  return polls.map((poll) => {
    const state = states.get(`${poll.sourceId} ${poll.observation.kind}`)
    return state ? { ...knownOnly(state), ...rowsOf(poll), digest: pollDigest(poll.observation) } : null
  })
}

const isDigested = (kind: PollKind) => kind === 'activity' || isRouteKind(kind)

/** The same for rows that are the same; null where the poll does not show all of them, or they are compared by themselves. */
export function pollDigest(observation: Observation): string | null {
  const { kind, outcome } = observation
  if (outcome !== 'ok' || !isDigested(kind)) return null
  if (kind === 'activity') return hash('sha256', JSON.stringify(observation.rows), 'base64')
  if ('answer' in observation && observation.answer) return observation.answer.digest
  // a kind of a route table has routes
  const table = entriesOfTable(observation.rows as RouteRow[])
  const texts = [...table].map(([name, { text }]) => `${name}\t${text}`)
  return hash('sha256', texts.toSorted().join('\n'), 'base64')
}

/** What a poll is recorded with that differs from the one before in little. */
export function lastTable({ digest, state: { lastFinishedAt } }: LastPoll): LastTable | null {
  return digest === null || lastFinishedAt === null ? null : { digest, finishedAt: lastFinishedAt }
}

/**
 * A poll as it is recorded, where that is nothing but to update rows. Pure.
 * @param last what the poll before it left
 * @returns null where more is to be written, or perhaps
 */
export function quietPoll(last: LastPoll, observation: Observation, options: RecordOptions): QuietPoll | null {
  const { kind, outcome, error, silentInstances } = observation
  if (!quietKinds.has(kind) || outcome !== 'ok' || error !== null || silentInstances.length > 0) return null
  if (isDigested(kind) && (last.digest === null || last.digest !== pollDigest(observation))) return null
  const step = comparePoll(last, observation, options)
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
    sessions.every(isReadAgain) &&
    (arp?.changed ?? []).length === 0 &&
    counters.every(({ known }) => known.startedAt !== null) &&
    (metrics?.buckets ?? []).every(({ seriesId }) => seriesId !== null)
  )
}

/**
 * Records polls that change nothing, in the caller's transaction and each table in one statement. No two may be of one (source, kind).
 * @throws NotAsRemembered when somebody else has recorded, or deleted, what one of them was compared with; then nothing may be kept
 */
export async function recordQuietPolls(client: PoolClient, polls: readonly QuietPoll[]): Promise<void> {
  await writePolls(client, polls, true)
}
