import type { PoolClient } from 'pg'
import type { EpochMs, PollObservation, PollOutcome, PollKind } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import type { PollPaceHistory } from './poll-pace.ts'
import type { LastReadTimes } from './poll-reading.ts'

/** State of a (source, kind), with which its next poll is compared. */
export interface PollState extends PollPaceHistory, LastReadTimes {
  sourceId: number
  kind: PollKind
  scope: string
  resourceId: string
  subresource: string
  lastStartedAt: EpochMs | null
  lastFinishedAt: EpochMs | null
  lastOutcome: PollOutcome | null
  silentInstances: string[]
  intervalFrom: EpochMs | null
  /** poll interval at the begin of the coverage interval that starts at `intervalFrom`, seconds; null = none */
  intervalBeganWith: number | null
  okStartedAt: EpochMs | null
  okFinishedAt: EpochMs | null
}

type PollStateRow = Omit<PollState, 'starts'> & { starts: Date[] }

/**
 * Locks the state of a (source, kind) until the end of the transaction, so that two writers take turns. Creates the
 * state at the first poll.
 * @throws Error if the source does not exist
 */
export async function lockPollState(client: PoolClient, sourceId: number, kind: PollKind): Promise<PollState> {
  const find = async () =>
    (await loadPollStates(client, [{ sourceId, kind }], { lock: true })).get(`${sourceId} ${kind}`)
  const found = await find()
  if (found) return found
  const add = 'INSERT INTO poll_state (source_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING'
  await client.query(add, [sourceId, kind])
  const made = await find()
  if (!made) throw new Error(`there is no source ${sourceId}`)
  return made
}

/**
 * Returns the current states of polls, by source and kind (key `1 peers`).
 * @param lock true = locks their rows until the end of the transaction
 */
export async function loadPollStates(
  db: SqlExecutor,
  polls: readonly { sourceId: number; kind: PollKind }[],
  { lock = false } = {},
): Promise<Map<string, PollState>> {
  const rows = await queryRowsInCamelCase<PollStateRow>(db, {
    name: lock ? 'lock_poll_states' : 'poll_states',
    text: `SELECT ${POLL_STATE_COLUMNS} FROM ${POLL_STATE_TABLES}
     JOIN unnest($1::int[], $2::text[]) AS n (source_id, kind) ON p.source_id = n.source_id AND p.kind = n.kind
     ${lock ? 'FOR UPDATE OF p' : ''}`,
    values: [polls.map(({ sourceId }) => sourceId), polls.map(({ kind }) => kind)],
  })
  return new Map(rows.map((row) => [`${row.sourceId} ${row.kind}`, pollStateOf(row)]))
}

const POLL_STATE_COLUMNS = `p.source_id, p.kind, r.short_id AS scope, r.arm_id AS resource_id, s.subresource, p.last_started_at, p.last_finished_at, p.last_outcome, p.silent_instances,
            p.interval_from, c.interval_seconds AS interval_began_with, p.ok_started_at, p.ok_finished_at, p.read_at, p.silent_read_at, p.recent_starts AS starts,
            p.recent_durations AS durations`
const POLL_STATE_TABLES = `poll_state p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
     LEFT JOIN coverage c ON (c.source_id, c.kind, c.from_at) = (p.source_id, p.kind, p.interval_from)`

const pollStateOf = (row: PollStateRow): PollState => ({ ...row, starts: row.starts.map(Number) })

/** Returns the silent instances of a poll (gateway instances that did not report) without duplicates, sorted. */
export function sortSilentInstances({ silentInstances }: Pick<PollObservation, 'silentInstances'>): string[] {
  return [...new Set(silentInstances)].toSorted()
}
