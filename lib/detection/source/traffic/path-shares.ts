import type { TimestampBounds, CircuitPath } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../../model/settings.ts'
import { type CountedTrafficPart, type TrafficDirection, trafficDirections } from '../../model/traffic-baseline.ts'
import { computeLatestBeginBounds } from '../../model/event-key.ts'
import { boundRateRise } from './rate-crossing.ts'
import {
  type SamplePair,
  computePrimaryShare,
  type BitRatesByDirection,
  type AverageTrafficOfTimeWindow,
} from '../../model/traffic.ts'
import { hasSamplePairRunLasted, extendSamplePairRun } from './pair-run.ts'
import { EMPTY_SHARE_STEP_MEMORY, detectShareStep } from './share-step.ts'
import type { LastPathShares, PathSharesMemory } from '../../model/traffic-memory.ts'

export const EMPTY_SHARES_MEMORY: PathSharesMemory = {
  filling: null,
  full: null,
  before: [],
  crossed: {},
  asymmetric: null,
  evenAgain: null,
}

/**
 * Adds the traffic of both paths in one pair of samples to the shares. If a path has no rate, the shares are unknown
 * and the state is unchanged.
 */
export function addPairToShares(
  memory: PathSharesMemory,
  pairs: Partial<Record<CountedTrafficPart, SamplePair>>,
  settings: DetectionSettings,
): PathSharesMemory {
  const { primary, secondary } = pairs
  if (!primary || !secondary) return memory
  const rates = { primary: ratesOf(primary), secondary: ratesOf(secondary) }
  if (!rates.primary || !rates.secondary) return memory
  const paths = { primary: rates.primary, secondary: rates.secondary }
  const stepped = withSteps(withCrossed(memory, paths, primary, settings), paths, primary, settings)
  return withWindow(stepped, paths, primary, settings)
}

function withSteps(
  memory: PathSharesMemory,
  paths: Record<CircuitPath, BitRatesByDirection>,
  { earliest, latest, lengthMs }: SamplePair,
  settings: DetectionSettings,
): PathSharesMemory {
  const steps = { ...memory.steps }
  for (const direction of trafficDirections) {
    const share = computePrimaryShare(paths, direction, settings)
    const known = steps[direction] ?? EMPTY_SHARE_STEP_MEMORY
    steps[direction] =
      share === null
        ? { ...known, last: [] }
        : detectShareStep(known, { earliest, latest, lengthMs, share }, settings['traffic.shift.points'] / 2)
  }
  return { ...memory, steps }
}

const ratesOf = ({ in: bitsIn, out }: SamplePair): BitRatesByDirection | null =>
  bitsIn === null || out === null ? null : { in: bitsIn, out }

function withWindow(
  memory: PathSharesMemory,
  paths: Record<CircuitPath, BitRatesByDirection>,
  { earliest, latest, lengthMs }: SamplePair,
  settings: DetectionSettings,
): PathSharesMemory {
  const { filling } = memory
  const known = filling ?? { earliest, latest, coveredMs: 0, paths: { primary: NOTHING, secondary: NOTHING } }
  const coveredMs = known.coveredMs + lengthMs
  const mean = (path: CircuitPath, direction: TrafficDirection) =>
    Math.round((known.paths[path][direction] * known.coveredMs + paths[path][direction] * lengthMs) / coveredMs)
  const next: AverageTrafficOfTimeWindow = {
    earliest: known.earliest,
    latest,
    coveredMs,
    paths: {
      primary: { in: mean('primary', 'in'), out: mean('primary', 'out') },
      secondary: { in: mean('secondary', 'in'), out: mean('secondary', 'out') },
    },
  }
  if (coveredMs < settings['traffic.share.window']) return { ...memory, filling: next }
  const before = [memory.full ?? [], memory.before.slice(0, 1)].flat()
  return { ...memory, filling: null, full: next, before }
}

const NOTHING: BitRatesByDirection = { in: 0, out: 0 }

/** Maximum change of a path's share (0-1) from one pair of samples to the next that counts as unchanged. */
const STEADY_SHARE = 0.05

/** Returns the primary path's shares in a pair of samples, and whether they changed; null if a share is unknown. */
function lastShares(
  before: LastPathShares | undefined,
  { earliest, lengthMs }: SamplePair,
  now: Record<TrafficDirection, number | null>,
) {
  const { in: bitsIn, out } = now
  if (bitsIn === null || out === null) return null
  const moved =
    before !== undefined && Math.max(Math.abs(bitsIn - before.in), Math.abs(out - before.out)) > STEADY_SHARE
  return { earliest, lengthMs, in: bitsIn, out, moved }
}

/** Returns the share of inbound traffic on the given path, and the share of outbound traffic on the other path. */
const crossedShares = ({ in: bitsIn, out }: Record<TrafficDirection, number>, inPath: CircuitPath) =>
  inPath === 'primary' ? { in: bitsIn, out: 1 - out } : { in: 1 - bitsIn, out }

/**
 * Returns the bounds of the time since which both the inbound and the outbound share have been above a level. `pair` is
 * the first pair of samples in which both are above it. If the shares changed during the previous pair, they may
 * already have been above the level in the last part of that pair. The mean shares of that pair limit how long this
 * part can be.
 */
function crossedIn(
  pair: SamplePair,
  before: LastPathShares | undefined,
  inPath: CircuitPath,
  level: number,
): TimestampBounds {
  if (!before?.moved) return { earliest: pair.earliest, latest: pair.latest }
  const shares = crossedShares(before, inPath)
  const { earliest, lengthMs } = before
  return computeLatestBeginBounds(
    trafficDirections.map((direction) => boundRateRise(pair, { earliest, lengthMs, bps: shares[direction] }, level)),
  )
}

function withCrossed(
  memory: PathSharesMemory,
  paths: Record<CircuitPath, BitRatesByDirection>,
  pair: SamplePair,
  settings: DetectionSettings,
): PathSharesMemory {
  const { asymmetric } = memory
  const [bitsIn = null, out = null] = trafficDirections.map((direction) =>
    computePrimaryShare(paths, direction, settings),
  )
  const now = lastShares(memory.last, pair, { in: bitsIn, out })
  const isCrossed = (inPath: CircuitPath, least: number): boolean | null =>
    now && Object.values(crossedShares(now, inPath)).every((share) => share > least)
  const most = settings['asymmetric.share']
  const crossed: PathSharesMemory['crossed'] = {}
  for (const path of ['primary', 'secondary'] as const) {
    const known = memory.crossed[path] ?? null
    const run = extendSamplePairRun(known, isCrossed(path, most), pair)
    if (run) crossed[path] = known ? run : { ...run, since: crossedIn(pair, memory.last, path, most) }
  }
  const { last: _last, ...rest } = memory
  const next: PathSharesMemory = { ...rest, crossed, ...(now && { last: now }) }
  if (asymmetric) {
    if (isCrossed(asymmetric.inPath, settings['asymmetric.clear']) !== false) return next
    return { ...next, asymmetric: null, evenAgain: { earliest: pair.earliest, latest: pair.latest } }
  }
  const found = (['primary', 'secondary'] as const).find((path) =>
    hasSamplePairRunLasted(crossed[path] ?? null, settings['traffic.share.window']),
  )
  const run = found && crossed[found]
  return { ...next, asymmetric: found && run ? { inPath: found, since: run.since } : null }
}
