import type { PoolClient } from 'pg'
import type { EpochMs, Observation } from '#lib/contract/index.ts'
import { iso } from '../times.ts'
import { type Must, NotAsRemembered, updated } from './must.ts'
import type { PollStep } from './step-poll.ts'

/**
 * Puts polls into coverage: each into the interval of the poll before it when both have the same outcome and the same silent
 * instances and no gap lies between them, otherwise into a new one.
 * @returns begins of the intervals that they are in
 */
export async function saveCoverage(client: PoolClient, polls: readonly PollStep[], must: Must): Promise<EpochMs[]> {
  const extended = await extend(
    client,
    polls.filter(({ intervalFrom }) => intervalFrom !== null),
  )
  const fresh = polls.filter(({ mark }) => !extended.has(keyOf(mark)))
  // retention took an interval away, so that a new one begins
  if (must && fresh.some(({ intervalFrom }) => intervalFrom !== null)) throw new NotAsRemembered('coverage')
  for (const { mark, observation, intervalMs } of fresh) {
    const { sourceId, kind, startedAt, finishedAt, outcome, silentInstances } = mark
    await client.query(
      `INSERT INTO coverage (source_id, kind, from_at, last_started_at, to_at, detail, outcome, silent_instances,
                             interval_seconds, polls)
       VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, 1)`,
      [
        sourceId,
        kind,
        iso(startedAt),
        iso(finishedAt),
        detailOf(observation),
        outcome,
        silentInstances,
        intervalMs.before / 1_000,
      ],
    )
  }
  return polls.map(({ mark, intervalFrom }) =>
    intervalFrom !== null && extended.has(keyOf(mark)) ? intervalFrom : mark.startedAt,
  )
}

const keyOf = ({ sourceId, kind }: { sourceId: number; kind: string }) => `${sourceId} ${kind}`

/** @returns those whose intervals are still there */
async function extend(client: PoolClient, polls: readonly PollStep[]): Promise<Set<string>> {
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
      polls.map(({ intervalFrom }) => iso(intervalFrom)),
      polls.map(({ mark }) => iso(mark.startedAt)),
      polls.map(({ mark }) => iso(mark.finishedAt)),
      polls.map(({ observation }) => detailOf(observation)),
    ],
  })
  return new Set(rows.map(({ key }) => key))
}

function detailOf({ error }: Observation): string | null {
  return error && (error.detail || error.code)
}

/**
 * Keeps what the next polls are compared with. The end of the poll before shows that nobody recorded one since; then the row's own lists
 * are what was known.
 * @param intervalsFrom begin of the coverage that each poll is in
 */
export function savePollStates(
  client: PoolClient,
  polls: readonly PollStep[],
  intervalsFrom: readonly EpochMs[],
  must: Must,
): Promise<void> {
  const of = <Value>(value: (poll: PollStep) => Value) => polls.map(value)
  return updated(client, must, 'poll_state', polls.length, {
    text: `UPDATE poll_state p
     SET last_started_at = n.started_at, last_finished_at = n.finished_at, last_outcome = n.outcome, interval_from = n.interval_from,
         ok_started_at = CASE WHEN n.outcome = 'ok' THEN n.started_at ELSE p.ok_started_at END,
         ok_finished_at = CASE WHEN n.outcome = 'ok' THEN n.finished_at ELSE p.ok_finished_at END,
         read_at = n.read_at, silent_read_at = n.silent_read_at::jsonb,
         silent_instances = CASE n.silent_instances WHEN '[]' THEN '{}'
           ELSE ARRAY(SELECT jsonb_array_elements_text(n.silent_instances::jsonb)) END,
         error = n.error::jsonb, correlation_id = n.correlation_id, budget = coalesce(n.budget::jsonb, p.budget),
         interval_seconds = n.interval_seconds,
         recent_starts = (p.recent_starts || n.started_at)[greatest(1, cardinality(p.recent_starts) + 2 - n.kept_starts):],
         recent_durations = (p.recent_durations || n.duration)[greatest(1, cardinality(p.recent_durations) + 2 - n.kept_durations):],
         polls = p.polls + 1, read_up_to = greatest(n.read_up_to, p.read_up_to)
     FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::timestamptz[],
                 $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::float8[], $15::int[],
                 $16::int[], $17::int[], $18::timestamptz[])
       AS n (source_id, kind, previous_finished_at, started_at, finished_at, outcome, interval_from, read_at, silent_read_at,
             silent_instances, error, correlation_id, budget, interval_seconds, kept_starts, kept_durations, duration, read_up_to)
     WHERE p.source_id = n.source_id AND p.kind = n.kind AND p.last_finished_at IS NOT DISTINCT FROM n.previous_finished_at`,
    values: [
      of(({ mark }) => mark.sourceId),
      of(({ mark }) => mark.kind),
      of(({ before }) => iso(before.state.lastFinishedAt)),
      of(({ mark }) => iso(mark.startedAt)),
      of(({ mark }) => iso(mark.finishedAt)),
      of(({ mark }) => mark.outcome),
      intervalsFrom.map((at) => iso(at)),
      of(({ after }) => iso(after.state.readAt)),
      of(({ after }) => JSON.stringify(after.state.silentReadAt)),
      of(({ mark }) => JSON.stringify(mark.silentInstances)),
      of(({ observation: { error } }) => error && JSON.stringify(error)),
      of(({ observation }) => observation.correlationId),
      of(({ observation: { budget } }) => budget && JSON.stringify(budget)),
      of(({ intervalMs }) => intervalMs.after / 1_000),
      of(({ after }) => after.state.starts.length),
      of(({ after }) => after.state.durations.length),
      of(({ after }) => after.state.durations.at(-1) ?? 0),
      of(({ observation }) => iso(observation.readUpTo ?? null)),
    ],
  })
}
