import type { PrimaryPairShare, ShareStepMemory } from '../../model/traffic-memory.ts'
import type { PrimaryShareStep } from '../../model/traffic.ts'

export const EMPTY_SHARE_STEP_MEMORY: ShareStepMemory = { last: [], step: null }

/**
 * Minimum part (0 to 1) of a change of share that must be visible in the middle one of three pairs of samples, so that
 * the change counts as begun during that pair. With a smaller part, it began at the end of the middle pair or in the
 * last pair.
 */
const PART_OF_MOVE = 0.1
/**
 * Part of a pair of samples (0 to 1) at its end in which a change can begin unnoticed, because it cannot be
 * distinguished from the usual variation of shares.
 */
const NEGLIGIBLE_PART = 0.02

/**
 * Evaluates the primary path's share of the traffic in one pair of samples, to find sudden changes. A sudden change is
 * visible in at most two consecutive pairs. The pairs before and after the change show how large it is. The first pair
 * with a significant part of the change shows when it began. A slower change is not recorded.
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
 * Reports whether a change continues a change that is already recorded: both have the same direction, and the recorded
 * change began in the first of the compared pairs.
 */
function isRestOf({ between, from }: PrimaryShareStep, first: PrimaryPairShare, now: PrimaryPairShare): boolean {
  const isSameDirection = Math.sign(now.share - from) === Math.sign(now.share - first.share)
  return isSameDirection && first.earliest < between.latest && first.latest > between.earliest
}
