import type { PrimaryPairShare, ShareStepMemory } from '../../model/traffic-memory.ts'
import type { PrimaryShareStep } from '../../model/traffic.ts'

export const EMPTY_SHARE_STEP_MEMORY: ShareStepMemory = { last: [], step: null }

/**
 * Minimum part (0 to 1) of a change of share that the middle one of three pairs of samples must show, so that the
 * change counts as begun in that pair. Otherwise it began in the last pair, or at the end of the middle pair.
 */
const PART_OF_MOVE = 0.1
/**
 * Part of a pair (0 to 1) in which a change may be too small to be distinguished from the usual variation of shares.
 */
const NEGLIGIBLE_PART = 0.02

/**
 * Evaluates the primary path's share of the traffic in one pair of samples, to find sudden changes. A sudden change is
 * visible in at most two pairs. The pairs before and after it give its size, and the first pair with a significant part
 * of it gives its time. A slower change is not recorded.
 * @param least minimum change that counts, 0 to 1
 */
export function detectShareStep(
  { last, step }: ShareStepMemory,
  now: PrimaryPairShare,
  least: number,
): ShareStepMemory {
  const [first, middle] = last
  const kept = middle ? [middle, now] : [...last, now]
  if (!first || !middle || Math.abs(now.share - first.share) < least) return { last: kept, step }
  if (step && isRestOf(step, first, now)) return { last: kept, step: { ...step, to: now.share } }
  const part = (middle.share - first.share) / (now.share - first.share)
  const [before, moved, tail] = part >= PART_OF_MOVE ? [first, middle, 0] : [middle, now, Math.max(0, part)]
  const early = Math.ceil(before.lengthMs * (tail + NEGLIGIBLE_PART))
  const between = { earliest: moved.earliest - early, latest: moved.latest }
  return { last: kept, step: { between, from: first.share, to: now.share } }
}

/**
 * Reports whether a change is the rest of a change that is already recorded: it has the same direction, and the
 * recorded change began in the first of the compared pairs.
 */
function isRestOf({ between, from }: PrimaryShareStep, first: PrimaryPairShare, now: PrimaryPairShare): boolean {
  const isSameDirection = Math.sign(now.share - from) === Math.sign(now.share - first.share)
  return isSameDirection && first.earliest < between.latest && first.latest > between.earliest
}
