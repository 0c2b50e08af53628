import type { CircuitTraffic, UsageEndpointResponse, TrafficParameters } from '../api/index.ts'
import { circuitPaths, type EpochMs, type PollKind } from '#lib/contract/index.ts'
import { FIVE_MINUTE_RETENTION_MS } from '#lib/history/index.ts'
import { readRolledUpExtremes, readSampledExtremes } from '../store/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  createRangeResponse,
  type ReadableDatabase,
  getSqlExecutor,
  InvalidRequestError,
  getSampleRetentionMs,
  resolveCircuit,
} from '#lib/questions/index.ts'
import { resolveCountersOfPeering } from './peering-counters.ts'

const kinds: readonly PollKind[] = ['stats']
const DEFAULT_RANGE_MS = 86_400_000
/**
 * Minimum length of one point of a chart in milliseconds. Shorter points would contain no more information, because
 * counters are polled less often.
 */
const SHORTEST_PIECE_MS = 1_000

/**
 * Returns the rates of a circuit's paths for a chart. Each point covers a time interval and has its lowest and highest
 * rate, so that averages do not hide short peaks.
 */
export async function getCircuitTraffic(
  db: ReadableDatabase,
  id: string,
  parameters: TrafficParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<UsageEndpointResponse<'circuitTraffic'>> {
  const q = getSqlExecutor(db)
  const { id: scope } = await resolveCircuit(q, id)
  const { name: peering, isOf } = await resolveCountersOfPeering(q, scope, parameters.peering)
  const { range, answer } = createRangeResponse(db, {
    parameters,
    lasting: DEFAULT_RANGE_MS,
    scope,
    kinds,
    of: isOf,
    now,
  })
  const { from, to } = range
  if (from >= now) throw new InvalidRequestError('from: it lies ahead; send an earlier from')
  const end = Math.min(to, now)
  const basis = basisOf(from, now)
  const asked = {
    scope,
    peering,
    from,
    to: end,
    pieceMs: Math.max(SHORTEST_PIECE_MS, (end - from) / parameters.points),
  }
  const rates =
    basis === 'sample' ? await readSampledExtremes(q, asked) : await readRolledUpExtremes(q, { ...asked, step: basis })
  const pointsOf = (path: (typeof circuitPaths)[number]) => rates.filter((one) => one.path === path)
  return answer({ basis, paths: circuitPaths.map((path) => ({ path, points: pointsOf(path) })) })
}

/**
 * Returns the kind of data with the highest resolution that is stored for the whole period: single samples, 5-minute
 * averages, or hourly averages.
 */
function basisOf(from: EpochMs, now: EpochMs): CircuitTraffic['basis'] {
  if (from >= now - getSampleRetentionMs()) return 'sample'
  return from >= now - FIVE_MINUTE_RETENTION_MS ? '5m' : 'hour'
}
