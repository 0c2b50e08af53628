import type { PoolClient } from 'pg'
import type { EpochMs, Observation, Outcome, PollKind } from '#lib/contract/index.ts'
import { iso, ms } from '../times.ts'
import type { Pace } from './pace.ts'
import type { ReadMemory } from './reading.ts'

/** What is known of a (source, kind) before a poll is recorded. The row stays locked to the end of the transaction. */
export interface PollState extends Pace, ReadMemory {
  sourceId: number
  kind: PollKind
  scope: string
  resourceId: string
  subresource: string
  lastStartedAt: EpochMs | null
  lastFinishedAt: EpochMs | null
  lastOutcome: Outcome | null
  silentInstances: string[]
  intervalFrom: EpochMs | null
  okStartedAt: EpochMs | null
  okFinishedAt: EpochMs | null
}

/** A row of {@link POLL_STATE_COLUMNS}. */
export interface PollStateRow {
  short_id: string
  arm_id: string
  subresource: string
  last_started_at: Date | null
  last_finished_at: Date | null
  last_outcome: Outcome | null
  silent_instances: string[]
  interval_from: Date | null
  ok_started_at: Date | null
  ok_finished_at: Date | null
  read_at: Date | null
  silent_read_at: Record<string, EpochMs | null>
  recent_starts: Date[]
  recent_durations: number[]
}

/**
 * Locks the state of a (source, kind), so that two writers of it take turns; makes it at the first poll.
 * @throws Error when there is no such source
 */
export async function lockPollState(client: PoolClient, sourceId: number, kind: PollKind): Promise<PollState> {
  const found = await selectForUpdate(client, sourceId, kind)
  if (found) return found
  await client.query('INSERT INTO poll_state (source_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    sourceId,
    kind,
  ])
  const made = await selectForUpdate(client, sourceId, kind)
  if (!made) throw new Error(`there is no source ${sourceId}`)
  return made
}

async function selectForUpdate(client: PoolClient, sourceId: number, kind: PollKind): Promise<PollState | null> {
  const { rows } = await client.query<PollStateRow>({
    name: 'lock_poll_state',
    text: `SELECT ${POLL_STATE_COLUMNS} FROM ${POLL_STATE_TABLES}
     WHERE p.source_id = $1 AND p.kind = $2
     FOR UPDATE OF p`,
    values: [sourceId, kind],
  })
  const [row] = rows
  return row ? pollStateOf(sourceId, kind, row) : null
}

/** What {@link pollStateOf} reads, of {@link POLL_STATE_TABLES}. */
export const POLL_STATE_COLUMNS = `r.short_id, r.arm_id, s.subresource, p.last_started_at, p.last_finished_at, p.last_outcome, p.silent_instances,
            p.interval_from, p.ok_started_at, p.ok_finished_at, p.read_at, p.silent_read_at, p.recent_starts, p.recent_durations`
export const POLL_STATE_TABLES =
  'poll_state p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id'

export function pollStateOf(sourceId: number, kind: PollKind, row: PollStateRow): PollState {
  return {
    sourceId,
    kind,
    scope: row.short_id,
    resourceId: row.arm_id,
    subresource: row.subresource,
    lastStartedAt: ms(row.last_started_at),
    lastFinishedAt: ms(row.last_finished_at),
    lastOutcome: row.last_outcome,
    silentInstances: row.silent_instances,
    intervalFrom: ms(row.interval_from),
    okStartedAt: ms(row.ok_started_at),
    okFinishedAt: ms(row.ok_finished_at),
    readAt: ms(row.read_at),
    silentReadAt: row.silent_read_at,
    starts: row.recent_starts.map((start) => ms(start)),
    durations: row.recent_durations,
  }
}

export interface PollStateUpdate extends Pace, ReadMemory {
  intervalFrom: EpochMs
  intervalSeconds: number
}

/** Keeps what the next poll of this source and kind is compared with. */
export async function savePollState(
  client: PoolClient,
  sourceId: number,
  observation: Observation,
  after: PollStateUpdate,
): Promise<void> {
  await client.query({
    name: 'save_poll_state',
    text: `UPDATE poll_state
     SET last_started_at = $3, last_finished_at = $4, last_outcome = $5, interval_from = $6,
         ok_started_at = CASE WHEN $5 = 'ok' THEN $3 ELSE ok_started_at END,
         ok_finished_at = CASE WHEN $5 = 'ok' THEN $4 ELSE ok_finished_at END,
         read_at = $7, silent_read_at = $8, silent_instances = $9, error = $10, correlation_id = $11,
         budget = coalesce($12, budget), interval_seconds = $13, recent_starts = $14, recent_durations = $15, polls = polls + 1,
         read_up_to = greatest($16, read_up_to)
     WHERE source_id = $1 AND kind = $2`,
    values: [
      sourceId,
      observation.kind,
      iso(observation.startedAt),
      iso(observation.finishedAt),
      observation.outcome,
      iso(after.intervalFrom),
      iso(after.readAt),
      JSON.stringify(after.silentReadAt),
      silentSet(observation),
      observation.error && JSON.stringify(observation.error),
      observation.correlationId,
      observation.budget && JSON.stringify(observation.budget),
      after.intervalSeconds,
      after.starts.map((start) => iso(start)),
      after.durations,
      iso(observation.readUpTo ?? null),
    ],
  })
}

/** The silent instances of a poll as a set: each once, in order. */
export function silentSet({ silentInstances }: Pick<Observation, 'silentInstances'>): string[] {
  return [...new Set(silentInstances)].toSorted()
}
