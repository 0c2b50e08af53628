import type { PairShare, StepMemory } from '../../model/traffic-memory.ts'
import type { ShareStep } from '../../model/traffic.ts'

export const NO_STEP: StepMemory = { last: [], step: null }

/** A pair that holds less of a move than this is one before it, with a tail of it. */
const PART_OF_MOVE = 0.1
/** How much of a pair may move without being distinguishable from what shares do anyhow. */
const NEGLIGIBLE_PART = 0.02

/**
 * Takes a pair's share. A move is spread over two pairs at the most, so that what lies on both sides of a pair reports its size, and
 * the first pair with a real part of it when it was. One that takes longer is no step.
 * @param least smallest move that counts, 0-1
 */
export function takeStep({ last, step }: StepMemory, now: PairShare, least: number): StepMemory {
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

/** A pair that is distinguished from it already holds a part of the move that was noted. */
function isRestOf({ between, from }: ShareStep, first: PairShare, now: PairShare): boolean {
  const isSameDirection = Math.sign(now.share - from) === Math.sign(now.share - first.share)
  return isSameDirection && first.earliest < between.latest && first.latest > between.earliest
}
