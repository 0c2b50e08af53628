import type { EpochMs, PollObservation } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../times.ts'
import { type MustFindEveryRow, checkRowsFound, StaleStateError } from './stale-state-error.ts'
import { type WrittenColumnDefinitions, updateRows } from './write-rows.ts'
import type { ComparedPoll } from './compare-poll.ts'

/**
 * Extends the coverage intervals by polls, and stores the state with which the next polls are compared. Both statements
 * run concurrently if the intervals are known from memory (`must`).
 */
export async function saveCoverageAndStates(
  client: SqlExecutor,
  polls: readonly ComparedPoll[],
  must: MustFindEveryRow,
): Promise<void> {
  const covered = saveCoverage(client, polls, must)
  const remembered = polls.map(({ mark, intervalFrom }) => intervalFrom ?? mark.startedAt)
  await Promise.all([covered, savePollStates(client, polls, must ? remembered : await covered)])
}

/**
 * Extends the coverage intervals by polls. A poll belongs to the coverage interval of the previous poll if both have
 * the same outcome and the same silent instances, and there is no gap between them. Otherwise it begins a new one.
 * @returns for each poll the begin of its coverage interval
 */
async function saveCoverage(
  client: SqlExecutor,
  polls: readonly ComparedPoll[],
  must: MustFindEveryRow,
): Promise<EpochMs[]> {
  const extended = await extend(
    client,
    polls.filter(({ intervalFrom }) => intervalFrom !== null),
  )
  const fresh = polls.filter(({ mark }) => !extended.has(keyOf(mark)))
  // If retention deleted the coverage interval of a poll, a state that was kept in memory is out of date. If the state
  // was read in this transaction (`must` is false), the poll begins a new interval.
  if (must && fresh.some(({ intervalFrom }) => intervalFrom !== null)) throw new StaleStateError('coverage')
  for (const { mark, observation, after } of fresh) {
    const { sourceId, kind, startedAt, finishedAt, outcome, silentInstances } = mark
    await client.query(
      `INSERT INTO coverage (source_id, kind, from_at, last_started_at, to_at, detail, outcome, silent_instances,
                             interval_seconds, polls)
       VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, 1)`,
      [
        sourceId,
        kind,
        formatIsoTime(startedAt),
        formatIsoTime(finishedAt),
        detailOf(observation),
        outcome,
        silentInstances,
        after.state.intervalBeganWith,
      ],
    )
  }
  return polls.map(({ mark, intervalFrom }) =>
    intervalFrom !== null && extended.has(keyOf(mark)) ? intervalFrom : mark.startedAt,
  )
}

const keyOf = ({ sourceId, kind }: { sourceId: number; kind: string }) => `${sourceId} ${kind}`

/**
 * Extends the coverage intervals of these polls.
 * @returns keys of the polls whose coverage interval exists and was extended
 */
async function extend(client: SqlExecutor, polls: readonly ComparedPoll[]): Promise<Set<string>> {
  if (polls.length === 0) return new Set()
  const { rows } = await client.query<{ key: string }>({
    name: 'extend_coverage',
    text: `UPDATE coverage c SET last_started_at = n.started_at, to_at = n.finished_at, detail = n.detail, polls = c.polls + 1
     FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[])
       AS n (source_id, kind, from_at, started_at, finished_at, detail)
     WHERE c.source_id = n.source_id AND c.kind = n.kind AND c.from_at = n.from_at
     RETURNING c.source_id || ' ' || c.kind AS key`,
    values: [
      polls.map(({ mark }) => mark.sourceId),
      polls.map(({ mark }) => mark.kind),
      polls.map(({ intervalFrom }) => formatIsoTime(intervalFrom)),
      polls.map(({ mark }) => formatIsoTime(mark.startedAt)),
      polls.map(({ mark }) => formatIsoTime(mark.finishedAt)),
      polls.map(({ observation }) => detailOf(observation)),
    ],
  })
  return new Set(rows.map(({ key }) => key))
}

function detailOf({ error }: PollObservation): string | null {
  return error && (error.detail || error.code)
}

/**
 * Stores the state with which the next polls are compared. A row is updated only if it still contains the expected end
 * of the previous poll. This proves that no other process has recorded a poll in the meantime, so that the lists in the
 * row equal the lists in memory.
 * @param intervalsFrom start of the coverage interval of each poll
 */
async function savePollStates(
  client: SqlExecutor,
  polls: readonly ComparedPoll[],
  intervalsFrom: readonly EpochMs[],
): Promise<void> {
  const from = new Map(polls.map((poll, i) => [poll, intervalsFrom[i]]))
  const columns: WrittenColumnDefinitions<ComparedPoll> = {
    ...STATE,
    interval_from: ['timestamptz', (poll) => from.get(poll)],
  }
  const kept = (column: string) =>
    `(t.recent_${column}s || n.${column})[greatest(1, cardinality(t.recent_${column}s) + 2 - n.kept_${column}s):]`
  const found = await updateRows(client, 'poll_state', KEYS, columns, polls, {
    set: {
      ok_started_at: "CASE n.last_outcome WHEN 'ok' THEN n.last_started_at ELSE t.ok_started_at END",
      ok_finished_at: "CASE n.last_outcome WHEN 'ok' THEN n.last_finished_at ELSE t.ok_finished_at END",
      silent_instances: `CASE n.silent_instances WHEN '[]' THEN '{}'
        ELSE ARRAY(SELECT jsonb_array_elements_text(n.silent_instances)) END`,
      budget: 'coalesce(n.budget, t.budget)',
      recent_starts: kept('start'),
      recent_durations: kept('duration'),
      polls: 't.polls + 1',
      read_up_to: 'greatest(n.read_up_to, t.read_up_to)',
      ...UNASSIGNED,
    },
    where: 't.last_finished_at IS NOT DISTINCT FROM n.previous_finished_at',
    name: 'poll_state',
  })
  // If `must` is false, this transaction has already locked the row, so the row exists.
  checkRowsFound(true, 'poll_state', found, polls.length)
}

const KEYS: WrittenColumnDefinitions<ComparedPoll> = {
  source_id: ['int', ({ mark }) => mark.sourceId],
  kind: ['text', ({ mark }) => mark.kind],
}
const STATE: WrittenColumnDefinitions<ComparedPoll> = {
  last_started_at: ['timestamptz', ({ mark }) => mark.startedAt],
  last_finished_at: ['timestamptz', ({ mark }) => mark.finishedAt],
  last_outcome: ['text', ({ mark }) => mark.outcome],
  read_at: ['timestamptz', ({ after }) => after.state.readAt],
  silent_read_at: ['jsonb', ({ after }) => after.state.silentReadAt],
  silent_instances: ['jsonb', ({ mark }) => mark.silentInstances],
  error: ['jsonb', ({ observation }) => observation.error],
  correlation_id: ['text', ({ observation }) => observation.correlationId],
  budget: ['jsonb', ({ observation }) => observation.budget],
  interval_seconds: ['float8', ({ intervalMs }) => intervalMs / 1_000],
  read_up_to: ['timestamptz', ({ observation }) => observation.readUpTo],
  previous_finished_at: ['timestamptz', ({ before }) => before.state.lastFinishedAt],
  start: ['timestamptz', ({ mark }) => mark.startedAt],
  kept_starts: ['int', ({ after }) => after.state.starts.length],
  duration: ['int', ({ after }) => after.state.durations.at(-1)],
  kept_durations: ['int', ({ after }) => after.state.durations.length],
}
/** Columns of the given rows that are used in conditions and expressions, but not assigned. */
const UNASSIGNED = { previous_finished_at: null, start: null, kept_starts: null, duration: null, kept_durations: null }
