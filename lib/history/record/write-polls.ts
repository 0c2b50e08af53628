import type { PoolClient } from 'pg'
import { type ActivityRow, type ObservedChange, isRoutePollKind } from '#lib/contract/index.ts'
import { createBatchingClient } from '#lib/platform/batching-client.ts'
import { saveArp } from './arp.ts'
import { saveConnection } from './connection.ts'
import { saveCounters } from './counters.ts'
import { saveMetrics } from './metrics.ts'
import type { MustFindEveryRow } from './stale-state-error.ts'
import { appendConfigs, recordMissingResources, saveResources } from './inventory/resource-rows.ts'
import { saveRoutes } from './routes/route-rows.ts'
import { saveCoverageAndStates } from './save-states.ts'
import { saveSessions } from './sessions/session-write.ts'
import { hasReadRows, type ComparedPoll } from './compare-poll.ts'
import type { ProvenAbsenceOfPoll } from './poll-reading.ts'
import { type WrittenColumnDefinitions, insertRows } from './write-rows.ts'

/**
 * Writes the results of polls in the caller's transaction. Each table is written with one statement for all polls; with
 * `must`, the statements are sent together. Each (source, kind) may occur only once.
 * @param must whether the rows must equal the state in memory with which the polls were compared
 * @returns changes of routes, because only the database knows their previous attribute sets
 * @throws StaleStateError if `must` is set and the rows differ; the transaction must then be rolled back
 */
export async function writeComparedPolls(
  client: PoolClient,
  polls: readonly ComparedPoll[],
  must: MustFindEveryRow,
): Promise<ObservedChange[]> {
  if (polls.length === 0) return []
  const read = polls.filter(({ observation }) => hasReadRows(observation.outcome))
  const of = ({ mark: { sourceId, startedAt, finishedAt } }: ComparedPoll) => ({ sourceId, startedAt, finishedAt })
  const to = must ? createBatchingClient(client) : client
  const writes = [
    () => saveCoverageAndStates(to, polls, must),
    () =>
      saveSessions(
        to,
        read.flatMap((poll) => {
          const { kind } = poll.mark
          return kind === 'peers' || kind === 'summary' ? [{ ...of(poll), kind, steps: poll.sessions }] : []
        }),
        must,
      ),
    () =>
      saveArp(
        to,
        read.flatMap((poll) => (poll.arp ? [{ ...of(poll), ...poll.arp }] : [])),
        must,
      ),
    () =>
      saveCounters(
        to,
        read.map((poll) => ({ ...of(poll), steps: poll.counters })),
        must,
      ),
    () =>
      saveMetrics(
        to,
        read.flatMap((poll) => (poll.metrics ? [{ ...of(poll), ...poll.metrics }] : [])),
        must,
      ),
  ]
  if (!must) for (const write of writes) await write()
  // If the previous states are in memory (`must`), no write needs the result of another write, so all writes are
  // started together. Each of them must have ended before the transaction ends.
  const ended = must ? await Promise.allSettled(writes.map((write) => write())) : []
  for (const end of ended) if (end.status === 'rejected') throw end.reason
  const changes: ObservedChange[] = []
  for (const poll of read) for (const change of await writeAlone(client, poll, must)) changes.push(change)
  return changes
}

/**
 * Writes the rarely changed results of one poll: connection, inventory, Activity Log and routes. They are written
 * separately for each poll.
 */
async function writeAlone(client: PoolClient, poll: ComparedPoll, must: MustFindEveryRow): Promise<ObservedChange[]> {
  const { mark, observation, connection, routes, inventory, before } = poll
  const { sourceId, kind } = mark
  if (connection) await saveConnection(client, sourceId, connection)
  if (inventory) {
    await recordMissingResources(client, inventory.awaited)
    await appendConfigs(client, sourceId, inventory.steps)
    await saveResources(client, mark, inventory.steps)
  }
  // if the previous state is in memory (`must`), the entries equal those of the last poll, so they are already stored
  if (observation.kind === 'activity' && !must) await recordActivity(client, mark, observation.rows)
  if (!before.table || !isRoutePollKind(kind)) return []
  return saveRoutes(client, sourceId, kind, routes, before.table.setOf)
}

type Read = Pick<ProvenAbsenceOfPoll, 'sourceId' | 'startedAt' | 'finishedAt'> & { row: ActivityRow }

const ENTRY: WrittenColumnDefinitions<Read> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  event_data_id: ['text', ({ row }) => row.eventDataId],
  correlation_id: ['text', ({ row }) => row.correlationId],
  at: ['timestamptz', ({ row }) => row.at],
  submitted_at: ['timestamptz', ({ row }) => row.submittedAt],
  operation: ['text', ({ row }) => row.operation],
  status: ['text', ({ row }) => row.status],
  arm_key: ['text', ({ row }) => row.resourceId.toLowerCase()],
  caller: ['text', ({ row }) => row.caller],
  category: ['text', ({ row }) => row.category],
  health: ['jsonb', ({ row }) => row.health],
  read_started_at: ['timestamptz', ({ startedAt }) => startedAt],
  read_finished_at: ['timestamptz', ({ finishedAt }) => finishedAt],
}

/**
 * Writes Activity Log entries. The lists of consecutive polls overlap, so an entry may exist already; its status is
 * then updated. Each entry stores the poll that first read its current status. A replay uses the entry only from that
 * poll on, although the entry is about an earlier time, because detection did not know it earlier.
 */
async function recordActivity(
  client: PoolClient,
  { sourceId, startedAt, finishedAt }: Omit<Read, 'row'>,
  rows: readonly ActivityRow[],
): Promise<void> {
  const entries = [...new Map(rows.map((row) => [row.eventDataId, row])).values()]
  await insertRows(
    client,
    'activity_entry AS e',
    ENTRY,
    entries.map((row) => ({ sourceId, startedAt, finishedAt, row })),
    {
      more: `ON CONFLICT (source_id, event_data_id) DO UPDATE
        SET status = excluded.status, submitted_at = excluded.submitted_at, caller = coalesce(excluded.caller, e.caller),
            health = coalesce(excluded.health, e.health),
            read_started_at = CASE WHEN e.status = excluded.status THEN e.read_started_at ELSE excluded.read_started_at END,
            read_finished_at = CASE WHEN e.status = excluded.status THEN e.read_finished_at ELSE excluded.read_finished_at END
        WHERE (e.status, e.submitted_at) IS DISTINCT FROM (excluded.status, excluded.submitted_at)
           OR (e.health IS NULL AND excluded.health IS NOT NULL)`,
    },
  )
}
