import { INSTANT_BEFORE_MONITORING, type TimestampBounds, type EpochMs } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../../model/settings.ts'
import type { MinExpectedTrafficRate } from '../../model/traffic-baseline.ts'
import { boundRateFall, boundRateRise } from './rate-crossing.ts'
import type { SamplePair } from '../../model/traffic.ts'
import { hasSamplePairRunLasted, extendSamplePairRun } from './pair-run.ts'
import type { TrafficDirectionMemory, SamplePairRun } from '../../model/traffic-memory.ts'

export const EMPTY_DIRECTION_MEMORY: TrafficDirectionMemory = {
  bps: null,
  reported: null,
  dead: null,
  lost: null,
  isFlat: false,
  revived: null,
  flowsAgain: null,
  low: null,
  isLow: false,
  alive: null,
  high: null,
  full: null,
  easy: null,
  load: 'clear',
  loadSince: null,
  moving: null,
}

/** The inputs for the evaluation of one direction, in addition to the samples. */
export interface TrafficDirectionInput {
  expected: MinExpectedTrafficRate | null
  /** bandwidth of one path in bit/s; null = not known, or the meter is the sum of both paths */
  bandwidthBps: number | null
  /** time in ms for which counters may be unchanged (cached) although traffic flows */
  refreshMs: number
  /**
   * Reports whether Azure Monitor's bit rates agree that there has been no traffic since the given time; null = no bit
   * rates cover that time.
   */
  agrees: (since: EpochMs) => boolean | null
  /**
   * number of windows without traffic that prove a stop if no bit rates are reported; with bit rates one window is
   * enough
   */
  windowsAlone: number
  settings: DetectionSettings
}

/** Returns the rate in bit/s up to which a direction counts as having no user traffic (docs/rules/detection.md 3.5). */
export function computeDeadRateBps(expected: MinExpectedTrafficRate | null, settings: DetectionSettings): number {
  return Math.max(settings['traffic.dead.rate'], settings['traffic.dead.share'] * (expected?.bps ?? 0))
}

/**
 * Returns the time (ms) and the number of pairs of samples for which counters must be unchanged before a direction
 * counts as flat (without traffic).
 */
export function computeFlatWindow(refreshMs: number, settings: DetectionSettings): { ms: number; pairs: number } {
  return { ms: Math.max(settings['traffic.flat.window'], 2 * refreshMs), pairs: settings['traffic.flat.polls'] }
}

/** Evaluates one pair of counter samples for one direction and returns the new state of the direction. */
export function updateTrafficDirection(
  before: TrafficDirectionMemory,
  pair: SamplePair,
  bps: number | null,
  judged: TrafficDirectionInput,
): TrafficDirectionMemory {
  const { expected, settings } = judged
  const reported =
    bps === null
      ? before.reported && { ...before.reported, bps }
      : { earliest: pair.earliest, lengthMs: pair.lengthMs, bps }
  const now: TrafficDirectionMemory = {
    ...before,
    ...extendRuns(before, pair, bps, judged),
    bps: bps ?? before.bps,
    reported,
  }
  const deadBps = computeDeadRateBps(expected, settings)
  if (bps !== null && bps > deadBps) {
    now.moving = { earliest: pair.earliest, latest: pair.latest, lengthMs: pair.lengthMs, usualBps: usual(before, bps) }
  }
  now.lost = now.dead ? (before.lost ?? lossBefore(before.moving, { ...pair, bps: bps ?? 0 }, expected, deadBps)) : null
  return withLoad(before, withLow(withFlat(before, now, judged), expected, settings), settings)
}

function extendRuns(
  before: TrafficDirectionMemory,
  pair: SamplePair,
  bps: number | null,
  judged: TrafficDirectionInput,
) {
  const { expected, bandwidthBps, settings } = judged
  const deadBps = computeDeadRateBps(expected, settings)
  /**
   * `over` and `under` extend a run (consecutive pairs of samples) that is above or below a level. They return null if
   * the level is not known
   */
  const over = (run: SamplePairRun | null, level: number | null, isOver = (rate: number) => rate >= (level ?? 0)) =>
    level === null ? null : foldLevel(run, pair, bps, isOver, () => boundRateRise(pair, before.reported, level))
  const under = (run: SamplePairRun | null, level: number | null, isUnder = (rate: number) => rate <= (level ?? 0)) =>
    level === null
      ? null
      : foldLevel(run, pair, bps, isUnder, (rate) => boundRateFall({ ...pair, bps: rate }, before.reported, level))
  const ofExpected = (share: number) => (expected ? share * expected.bps : null)
  const ofBandwidth = (share: number) => (bandwidthBps ? share * bandwidthBps : null)
  const revivedBps = settings['traffic.moving'] * deadBps
  const easyBps = ofBandwidth(settings['bandwidth.clear'])
  return {
    dead: extendSamplePairRun(before.dead, bps === null ? null : bps <= deadBps, pair),
    revived: before.isFlat ? over(before.revived, revivedBps, (rate) => rate > revivedBps) : null,
    low: under(before.low, ofExpected(settings['traffic.low.share'])),
    alive: over(before.alive, ofExpected(settings['traffic.alive.share'])),
    high: over(before.high, ofBandwidth(settings['bandwidth.warn'])),
    full: over(before.full, ofBandwidth(settings['bandwidth.major'])),
    easy: under(before.easy, easyBps, (rate) => rate < (easyBps ?? 0)),
  }
}

/**
 * Extends a run (consecutive pairs of samples above or below a level) by one pair. A new run begins at the time when
 * the rate crossed the level.
 */
function foldLevel(
  run: SamplePairRun | null,
  pair: SamplePair,
  bps: number | null,
  holds: (bps: number) => boolean,
  crossed: (bps: number) => TimestampBounds,
): SamplePairRun | null {
  const next = extendSamplePairRun(run, bps === null ? null : holds(bps), pair)
  return next && !run && bps !== null ? { ...next, since: crossed(bps) } : next
}

/**
 * Returns the usual rate of traffic, as the average of the last pair and the usual rate before it. It is at least the
 * rate of the last pair. The earlier rate is included because traffic may have stopped within the last pair, which
 * lowers the rate of that pair.
 */
const usual = ({ moving }: TrafficDirectionMemory, bps: number) =>
  moving ? Math.max(bps, Math.round((moving.usualBps + bps) / 2)) : bps

/**
 * Returns the bounds of the time when traffic stopped. It stopped in the last pair of samples with traffic, or so early
 * in the next pair that the few remaining bytes did not raise the rate of that pair above the rate that counts as no
 * traffic (docs/rules/detection.md 4, mark F).
 */
function lossBefore(
  moving: TrafficDirectionMemory['moving'],
  pair: SamplePair & { bps: number },
  expected: MinExpectedTrafficRate | null,
  deadBps: number,
): TimestampBounds {
  if (!moving) return { earliest: INSTANT_BEFORE_MONITORING, latest: pair.latest }
  // The minimum expected rate gives the latest possible time of the stop, because the remaining bytes last longest at
  // this rate.
  const formerBps = Math.max(deadBps, expected?.bps ?? moving.usualBps)
  const tail = Math.ceil((pair.lengthMs * deadBps) / formerBps)
  return {
    earliest: moving.earliest,
    latest: Math.min(pair.latest, moving.latest + hiddenMs(moving, pair, deadBps) + tail),
  }
}

/**
 * If the time between two samples is at least this many times the usual time, a sample between them is missing
 * (docs/rules/detection.md 1.5).
 */
const LACKS_SAMPLE = 1.5

/**
 * Returns the time in ms for which traffic may have continued unnoticed because a poll failed. The pair of samples
 * around a failed poll is longer than usual. Traffic may have continued at the start of this pair, for as long as the
 * pair's bytes last at the rate that counts as no traffic. This ensures that fewer samples never give narrower bounds
 * (docs/rules/detection.md 6.4, law 5).
 */
function hiddenMs(
  { lengthMs: usualMs }: NonNullable<TrafficDirectionMemory['moving']>,
  { lengthMs, bps }: SamplePair & { bps: number },
  deadBps: number,
): number {
  if (lengthMs < LACKS_SAMPLE * usualMs) return 0
  const liftedMs = Math.ceil((lengthMs * bps) / deadBps)
  return liftedMs >= usualMs ? liftedMs : 0
}

function withFlat(
  before: TrafficDirectionMemory,
  now: TrafficDirectionMemory,
  judged: TrafficDirectionInput,
): TrafficDirectionMemory {
  const { settings } = judged
  if (before.isFlat) {
    if (!now.revived || now.revived.pairs < settings['traffic.moving.polls']) return now
    return { ...now, isFlat: false, revived: null, flowsAgain: now.revived.since }
  }
  return { ...now, isFlat: isFlat(now, judged) }
}

function isFlat(
  { dead, lost }: TrafficDirectionMemory,
  { refreshMs, agrees, windowsAlone, settings }: TrafficDirectionInput,
): boolean {
  const window = computeFlatWindow(refreshMs, settings)
  if (!lost || !hasSamplePairRunLasted(dead, window.ms, window.pairs)) return false
  const agreed = agrees(lost.latest)
  if (agreed !== null) return agreed
  return hasSamplePairRunLasted(dead, windowsAlone * window.ms, window.pairs)
}

function withLow(
  now: TrafficDirectionMemory,
  expected: MinExpectedTrafficRate | null,
  settings: DetectionSettings,
): TrafficDirectionMemory {
  if (!expected || now.bps === null) return { ...now, isLow: false }
  if (!now.isLow)
    return {
      ...now,
      isLow: hasSamplePairRunLasted(now.low, settings['traffic.flat.window'], settings['traffic.flat.polls']),
    }
  return { ...now, isLow: now.bps < settings['traffic.low.clear'] * expected.bps }
}

/**
 * Updates the load level of a direction. The level is kept until the load has been low for a window, and never falls
 * from `major` to `warn`.
 */
function withLoad(
  before: TrafficDirectionMemory,
  now: TrafficDirectionMemory,
  settings: DetectionSettings,
): TrafficDirectionMemory {
  const isClear = before.load === 'clear'
  if (before.load !== 'major' && hasSamplePairRunLasted(now.full, settings['bandwidth.major.window'])) {
    return { ...now, load: 'major', loadSince: isClear ? (now.full?.since ?? null) : before.loadSince }
  }
  if (isClear) {
    if (!hasSamplePairRunLasted(now.high, settings['bandwidth.warn.window'])) return now
    return { ...now, load: 'warn', loadSince: now.high?.since ?? null }
  }
  if (!hasSamplePairRunLasted(now.easy, settings['bandwidth.warn.window'])) return now
  return { ...now, load: 'clear', loadSince: now.easy?.since ?? null }
}
