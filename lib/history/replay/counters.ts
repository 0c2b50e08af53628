import { type CircuitPath, circuitPaths, type CounterRow, type EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { CounterSampleRow } from '../record/counters.ts'
import { iso, ms } from '../times.ts'
import type { PollTime } from './poll-times.ts'
import type { ReplayTable } from './table.ts'

/** A circuit's counters poll by poll, as far as raw samples are kept (RETAIN_RAW). */
export async function readCounters(
  db: Queryable,
  { sourceId, from, to }: { sourceId: number; from: EpochMs; to: EpochMs },
): Promise<{ table: ReplayTable; polls: PollTime[] }> {
  const { rows } = await db.query<CounterSampleRow & { path: string }>(
    `SELECT c.path, x.started_at, x.finished_at, x.bytes_in, x.bytes_out
     FROM counter_sample x JOIN counter c ON c.id = x.counter_id AND c.source_id = x.source_id
     WHERE x.source_id = $1 AND x.started_at BETWEEN $2 AND $3 ORDER BY x.started_at, c.path`,
    [sourceId, iso(from), iso(to)],
  )
  const byPoll = Map.groupBy(rows, ({ started_at }) => ms(started_at))
  const polls = [...byPoll].map(([startedAt, samples]) => ({
    startedAt,
    finishedAt: ms(samples[0]?.finished_at ?? new Date(startedAt)),
  }))
  return {
    polls,
    table: {
      spans: [],
      rowsAt: ({ startedAt }) =>
        (byPoll.get(startedAt) ?? []).map(
          ({ path, bytes_in, bytes_out }): CounterRow => ({
            path: pathOf(path),
            bytesIn: bytes_in === null ? null : BigInt(bytes_in),
            bytesOut: bytes_out === null ? null : BigInt(bytes_out),
          }),
        ),
      localAddresses: { ipv4: null, ipv6: null },
    },
  }
}

const pathOf = (text: string): CircuitPath | null => circuitPaths.find((path) => path === text) ?? null
