import type { PoolClient } from 'pg'
import { isRoutePollKind, type PollObservation, type RoutesObservation } from '#lib/contract/index.ts'
import type { RecordingResult, RecordOptions } from '../types.ts'
import { loadInventory } from './inventory/inventory.ts'
import { type StoredPollStateAndRows, createKnownPollWithoutRows, loadRowsToCompare } from './known-poll.ts'
import { lockPollState, type PollState } from './poll-state.ts'
import { createProvenAbsenceOfInventory } from './poll-reading.ts'
import { loadStoredRouteTable } from './routes/route-rows.ts'
import { type ComparedPoll, hasReadRows, judgeRecordingStatus, comparePollWithStoredState } from './compare-poll.ts'
import { writeComparedPolls } from './write-polls.ts'

/**
 * Result of recording. `left` is the state with which the next poll is compared; absent = it must be read from the
 * database, because the database assigned IDs to new rows.
 */
export type RecordedPoll = RecordingResult & { left?: StoredPollStateAndRows | undefined }

/**
 * Options of recording. `known` is the state after the previous poll, if the caller is the only process that records
 * the source; absent = it is read from the database.
 */
export type RecordKnownOptions = RecordOptions & { known?: StoredPollStateAndRows | undefined }

/**
 * Records a poll in the caller's transaction: compares it with the current state, ends and begins intervals, and
 * extends coverage. A poll with the same source, kind and start is recorded only once, and a rejected poll writes
 * nothing. Two writers of the same source and kind wait for each other; other writers do not (ADR 0030).
 * @returns every change that this poll proves, in an order that depends only on the poll and the history
 * @throws Error if the source does not exist, or the poll ends before it began
 */
export async function recordObservation(
  client: PoolClient,
  sourceId: number,
  observation: PollObservation,
  options: RecordKnownOptions,
): Promise<RecordedPoll> {
  const state = options.known?.state ?? (await lockPollState(client, sourceId, observation.kind))
  const isCompared = judgeRecordingStatus(state, observation) === 'recorded' && hasReadRows(observation.outcome)
  const known = isCompared
    ? await load(client, state, observation, options)
    : (options.known ?? createKnownPollWithoutRows(state))
  const step = comparePollWithStoredState(known, observation, options)
  const { status, mark, changes, silentSessions, evaluated } = step
  if (status !== 'recorded') return { status, mark, changes, silentSessions, evaluated }
  const ofRoutes = await writeComparedPolls(client, [step], false)
  return { status, mark, changes: [...changes, ...ofRoutes], silentSessions, evaluated, left: leftBy(step) }
}

/**
 * Returns the state after a poll, without route tables and inventories; undefined if the poll created rows, whose IDs
 * only the database knows.
 */
function leftBy({ after, metrics }: ComparedPoll): StoredPollStateAndRows | undefined {
  const rows = [...after.sessions, ...after.arp, ...after.counters]
  const isMade = rows.some(({ id }) => id === null) || metrics?.buckets.some(({ seriesId }) => seriesId === null)
  return isMade ? undefined : { ...after, table: null, inventory: null }
}

async function load(
  client: PoolClient,
  state: PollState,
  observation: PollObservation,
  { last, known: kept }: RecordKnownOptions,
): Promise<StoredPollStateAndRows> {
  const { sourceId } = state
  const poll = { sourceId, observation }
  const known = kept ?? { ...createKnownPollWithoutRows(state), ...(await loadRowsToCompare(client, [poll]))(poll) }
  if (observation.kind === 'inventory') {
    const { rows } = observation
    const reading = createProvenAbsenceOfInventory(sourceId, observation, state, rows)
    return { ...known, inventory: await loadInventory(client, reading, rows) }
  }
  if (!isRoutePollKind(observation.kind)) return known
  // observations of route kinds have route rows
  const read = observation as RoutesObservation
  const before = last && last.finishedAt === state.lastFinishedAt && observation.outcome === 'ok' ? last.digest : null
  if (before !== null && before === read.answer?.digest) return known
  const since = before !== null && before === read.answer?.since?.digest ? read.answer.since : null
  const table = await loadStoredRouteTable(client, sourceId, read.kind, since ?? { rows: read.rows })
  return { ...known, table }
}
