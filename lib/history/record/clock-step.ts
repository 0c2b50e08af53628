import type { Bounds, DatingClock, EpochMs } from '#lib/contract/index.ts'
import type { SessionLife } from './session-step.ts'

/** Less is what reading two clocks one after the other makes, or slewing, and what the tolerance of ages takes (detection.md 1.1). */
const STEP_MS = 1_000

/**
 * By how much the clock that dates samples was set from one to the other, forward > 0. Samples that different machines dated, or of
 * which that is not told, are compared as they are: clocks of workers go together.
 */
export function steppedMs(before: DatingClock | null, now: DatingClock | null): number {
  if (!before || !now || before.machine !== now.machine) return 0
  const stepMs = now.bootedAt - before.bootedAt
  return Math.abs(stepMs) > STEP_MS ? stepMs : 0
}

/** What is remembered of a session's lives, as the clock would have dated it had it been set before. */
export function relabelled(life: SessionLife, now: DatingClock | null): SessionLife {
  const stepMs = steppedMs(life.clock, now)
  if (stepMs === 0) return life
  const moment = (at: EpochMs) => at + stepMs
  const span = ({ lo, hi }: Bounds): Bounds => ({ lo: moment(lo), hi: moment(hi) })
  const { told, suspects, suspectedSince, upAt, heard } = life
  return {
    ...life,
    told: told.map(span),
    suspects: suspects.map(span),
    suspectedSince: suspectedSince === null ? null : moment(suspectedSince),
    upAt: upAt === null ? null : moment(upAt),
    heard: heard && {
      moved: { lo: heard.moved.lo === null ? null : moment(heard.moved.lo), hi: moment(heard.moved.hi) },
      firstAt: moment(heard.firstAt),
      lastAt: moment(heard.lastAt),
    },
    clock: now,
  }
}
