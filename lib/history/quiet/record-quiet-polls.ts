import type { PoolClient } from 'pg'
import { saveBuckets, updateNewest } from '../record/metrics.ts'
import { partitionsFor } from '../record/partitions.ts'
import { iso } from '../times.ts'
import type { QuietPoll } from './quiet-poll.ts'

/** Thrown inside the transaction: a row is no longer as the poll was compared with. */
export class NotAsRemembered extends Error {
  constructor(table: string) {
    super(`${table} is not as it was remembered`)
  }
}

/**
 * Records polls that change nothing, in the caller's transaction and each table in one statement: what `recordObservation` leaves of
 * each of them. No two may be of one (source, kind).
 * @throws NotAsRemembered when somebody else has recorded, or deleted, what one of them was compared with; then nothing may be kept
 */
export async function recordQuietPolls(client: PoolClient, polls: readonly QuietPoll[]): Promise<void> {
  if (polls.length === 0) return
  await extendCoverage(client, polls)
  await updateStates(client, polls)
  await updateSessions(client, polls)
  await updateArp(client, polls)
  await addSamples(client, polls)
  await addBuckets(client, polls)
}

/** A statement that is planned once for each connection. */
async function update(
  client: PoolClient,
  table: string,
  expected: number,
  text: string,
  values: unknown[],
): Promise<void> {
  const { rowCount } = await client.query({ name: `quiet_${table}`, text, values })
  if (rowCount !== expected) throw new NotAsRemembered(table)
}

const sourceIds = (polls: readonly QuietPoll[]) => polls.map(({ mark }) => mark.sourceId)
const kinds = (polls: readonly QuietPoll[]) => polls.map(({ mark }) => mark.kind)
const starts = (polls: readonly QuietPoll[]) => polls.map(({ mark }) => iso(mark.startedAt))
const ends = (polls: readonly QuietPoll[]) => polls.map(({ mark }) => iso(mark.finishedAt))

function extendCoverage(client: PoolClient, polls: readonly QuietPoll[]): Promise<void> {
  return update(
    client,
    'coverage',
    polls.length,
    `UPDATE coverage c SET last_started_at = n.started_at, to_at = n.finished_at, detail = NULL, polls = c.polls + 1
     FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
       AS n (source_id, kind, from_at, started_at, finished_at)
     WHERE c.source_id = n.source_id AND c.kind = n.kind AND c.from_at = n.from_at`,
    [sourceIds(polls), kinds(polls), polls.map(({ intervalFrom }) => iso(intervalFrom)), starts(polls), ends(polls)],
  )
}

/** The end of the poll before shows that nobody recorded one since; then the row's own lists are what was remembered. */
function updateStates(client: PoolClient, polls: readonly QuietPoll[]): Promise<void> {
  return update(
    client,
    'poll_state',
    polls.length,
    `UPDATE poll_state p
     SET last_started_at = n.started_at, last_finished_at = n.finished_at, ok_started_at = n.started_at,
         ok_finished_at = n.finished_at, read_at = n.started_at, silent_read_at = '{}', error = NULL,
         correlation_id = n.correlation_id, budget = coalesce(n.budget::jsonb, p.budget), interval_seconds = n.interval_seconds,
         recent_starts = (p.recent_starts || n.started_at)[greatest(1, cardinality(p.recent_starts) + 2 - n.kept_starts):],
         recent_durations = (p.recent_durations || n.duration)[greatest(1, cardinality(p.recent_durations) + 2 - n.kept_durations):],
         polls = p.polls + 1, read_up_to = greatest(n.read_up_to, p.read_up_to)
     FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[],
                 $8::float8[], $9::int[], $10::int[], $11::int[], $12::timestamptz[])
       AS n (source_id, kind, previous_finished_at, started_at, finished_at, correlation_id, budget, interval_seconds,
             kept_starts, kept_durations, duration, read_up_to)
     WHERE p.source_id = n.source_id AND p.kind = n.kind AND p.last_finished_at = n.previous_finished_at`,
    [
      sourceIds(polls),
      kinds(polls),
      polls.map(({ previousFinishedAt }) => iso(previousFinishedAt)),
      starts(polls),
      ends(polls),
      polls.map(({ observation }) => observation.correlationId),
      polls.map(({ observation: { budget } }) => budget && JSON.stringify(budget)),
      polls.map(({ intervalSeconds }) => intervalSeconds),
      polls.map(({ after }) => after.state.starts.length),
      polls.map(({ after }) => after.state.durations.length),
      polls.map(({ after }) => after.state.durations.at(-1) ?? 0),
      polls.map(({ observation }) => iso(observation.readUpTo ?? null)),
    ],
  )
}

/** Only the columns that each poll writes: in the others nothing differs. */
async function updateSessions(client: PoolClient, polls: readonly QuietPoll[]): Promise<void> {
  const rows = polls.flatMap(({ mark, sessions }) => sessions.map((session) => ({ sourceId: mark.sourceId, session })))
  if (rows.length === 0) return
  const of = <Value>(value: (session: (typeof rows)[number]['session']) => Value) =>
    rows.map(({ session }) => value(session))
  await update(
    client,
    'session',
    rows.length,
    `UPDATE session s
     SET established_earliest = n.established_earliest, established_latest = n.established_latest, missing_polls = n.missing_polls,
         seen_started_at = n.seen_started_at, seen_finished_at = n.seen_finished_at, messages_sent = n.messages_sent,
         messages_received = n.messages_received, life = n.life::jsonb
     FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::int[], $6::timestamptz[], $7::timestamptz[],
                 $8::numeric[], $9::numeric[], $10::text[])
       AS n (source_id, id, established_earliest, established_latest, missing_polls, seen_started_at, seen_finished_at,
             messages_sent, messages_received, life)
     WHERE s.source_id = n.source_id AND s.id = n.id`,
    [
      rows.map(({ sourceId }) => sourceId),
      of(({ id }) => id),
      of(({ moved }) => iso(moved?.earliest ?? null)),
      of(({ moved }) => iso(moved?.latest ?? null)),
      of(({ missingPolls }) => missingPolls),
      of(({ seen }) => iso(seen?.startedAt ?? null)),
      of(({ seen }) => iso(seen?.finishedAt ?? null)),
      of(({ messages }) => messages.sent?.toString() ?? null),
      of(({ messages }) => messages.received?.toString() ?? null),
      of(({ uptime }) => JSON.stringify(uptime)),
    ],
  )
}

async function updateArp(client: PoolClient, polls: readonly QuietPoll[]): Promise<void> {
  const rows = polls.flatMap(({ mark, arp }) => arp.map((one) => ({ mark, ...one })))
  if (rows.length === 0) return
  await update(
    client,
    'arp_entry',
    rows.length,
    `UPDATE arp_entry a SET age_minutes = n.age_minutes, seen_finished_at = n.seen_finished_at
     FROM unnest($1::int[], $2::int[], $3::float8[], $4::timestamptz[]) AS n (source_id, id, age_minutes, seen_finished_at)
     WHERE a.source_id = n.source_id AND a.id = n.id`,
    [
      rows.map(({ mark }) => mark.sourceId),
      rows.map(({ entry }) => entry.id),
      rows.map(({ ageMinutes }) => ageMinutes),
      rows.map(({ mark }) => iso(mark.finishedAt)),
    ],
  )
}

async function addSamples(client: PoolClient, polls: readonly QuietPoll[]): Promise<void> {
  const rows = polls.flatMap(({ mark, counters }) => counters.map((counter) => ({ mark, ...counter })))
  if (rows.length === 0) return
  const times = rows.map(({ mark }) => mark.startedAt)
  await partitionsFor(client, 'counter_sample', times)
  const values = [
    rows.map(({ mark }) => mark.sourceId),
    rows.map(({ latest }) => latest.id),
    rows.map(({ mark }) => iso(mark.startedAt)),
    rows.map(({ mark }) => iso(mark.finishedAt)),
    rows.map(({ sample }) => sample.bytesIn?.toString() ?? null),
    rows.map(({ sample }) => sample.bytesOut?.toString() ?? null),
  ]
  await update(
    client,
    'counter',
    rows.length,
    `UPDATE counter c
     SET previous_started_at = c.started_at, previous_finished_at = c.finished_at,
         previous_bytes_in = c.bytes_in, previous_bytes_out = c.bytes_out,
         started_at = n.started_at, finished_at = n.finished_at, bytes_in = n.bytes_in, bytes_out = n.bytes_out
     FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::numeric[], $6::numeric[], $7::timestamptz[])
       AS n (source_id, id, started_at, finished_at, bytes_in, bytes_out, previous_started_at)
     WHERE c.source_id = n.source_id AND c.id = n.id AND c.started_at = n.previous_started_at`,
    [...values, rows.map(({ latest }) => latest.started_at?.toISOString() ?? null)],
  )
  await update(
    client,
    'counter_sample',
    rows.length,
    `INSERT INTO counter_sample (source_id, counter_id, started_at, finished_at, bytes_in, bytes_out)
     SELECT * FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::numeric[], $6::numeric[])`,
    values,
  )
}

/** A series that is gone, or has a newer bucket, is not as it was remembered. */
async function addBuckets(client: PoolClient, polls: readonly QuietPoll[]): Promise<void> {
  const buckets = polls.flatMap((poll) => poll.buckets)
  if (buckets.length === 0) return
  const newest = polls.flatMap((poll) => poll.newest)
  if ((await updateNewest(client, newest)) !== newest.length) throw new NotAsRemembered('metric_series')
  await saveBuckets(client, buckets)
}
