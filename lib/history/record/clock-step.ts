import type { Bounds, DatingClock, EpochMs } from '#lib/contract/index.ts'
import type { SessionUptime } from './session-uptime.ts'

/** A smaller difference comes from reading two clocks one after the other, or from slewing; the tolerance of ages covers it. */
const STEP_MS = 1_000

/**
 * By how much the clock that dates samples was set between two samples, forward > 0. Samples from different machines, or without a
 * named machine, are compared as they are: the clocks of workers agree.
 */
export function steppedMs(before: DatingClock | null, now: DatingClock | null): number {
  if (!before || !now || before.machine !== now.machine) return 0
  const stepMs = now.bootedAt - before.bootedAt
  return Math.abs(stepMs) > STEP_MS ? stepMs : 0
}

/** A session's uptime with its times as the clock would have dated them, had it been set before. */
export function redated(uptime: SessionUptime, now: DatingClock | null): SessionUptime {
  const stepMs = steppedMs(uptime.clock, now)
  if (stepMs === 0) return uptime
  const moment = (at: EpochMs) => at + stepMs
  const span = ({ earliest, latest }: Bounds): Bounds => ({ earliest: moment(earliest), latest: moment(latest) })
  const { samples, suspects, suspectedSince, upAt, keepalive } = uptime
  return {
    ...uptime,
    samples: samples.map(span),
    suspects: suspects.map(span),
    suspectedSince: suspectedSince === null ? null : moment(suspectedSince),
    upAt: upAt === null ? null : moment(upAt),
    keepalive: keepalive && {
      moved: {
        earliest: keepalive.moved.earliest === null ? null : moment(keepalive.moved.earliest),
        latest: moment(keepalive.moved.latest),
      },
      firstAt: moment(keepalive.firstAt),
      lastAt: moment(keepalive.lastAt),
    },
    clock: now,
  }
}
