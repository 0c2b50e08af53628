import type { CircuitTraffic, ResponseOf, TrafficParameters } from '../api/index.ts'
import { circuitPaths, type EpochMs, type PollKind } from '#lib/contract/index.ts'
import { FIVE_MINUTES_KEPT_MS } from '#lib/history/index.ts'
import { rolledUpExtremes, sampledExtremes } from '../store/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import {
  answerRange,
  type Db,
  queryable,
  InvalidRequestError,
  samplesKeptMs,
  resolveCircuit,
} from '#lib/questions/index.ts'
import { resolveCountedPart } from './peering-counters.ts'

const kinds: readonly PollKind[] = ['stats']
const DEFAULT_RANGE_MS = 86_400_000
/**
 * Minimum length of the time interval of one point, in milliseconds. Shorter intervals would contain no more
 * information than the samples.
 */
const SHORTEST_PIECE_MS = 1_000

/**
 * Returns the rates of a circuit's paths for a chart. Each point is a time interval with its lowest and highest rate,
 * so that short peaks are not averaged away.
 */
export async function getCircuitTraffic(
  db: Db,
  id: string,
  parameters: TrafficParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'circuitTraffic'>> {
  const q = queryable(db)
  const { id: scope } = await resolveCircuit(q, id)
  const { name: peering, isOf } = await resolveCountedPart(q, scope, parameters.peering)
  const { range, answer } = answerRange(db, { parameters, lasting: DEFAULT_RANGE_MS, scope, kinds, of: isOf, now })
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
    basis === 'sample' ? await sampledExtremes(q, asked) : await rolledUpExtremes(q, { ...asked, step: basis })
  const pointsOf = (path: (typeof circuitPaths)[number]) => rates.filter((one) => one.path === path)
  return answer({ basis, paths: circuitPaths.map((path) => ({ path, points: pointsOf(path) })) })
}

/** Returns the finest data that are still stored for the whole period: samples, 5-minute points or hours. */
function basisOf(from: EpochMs, now: EpochMs): CircuitTraffic['basis'] {
  if (from >= now - samplesKeptMs()) return 'sample'
  return from >= now - FIVE_MINUTES_KEPT_MS ? '5m' : 'hour'
}
