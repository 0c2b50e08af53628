import { type Bounds, type DatingClock, type EpochMs, steppedMs } from '#lib/contract/index.ts'
import type { SessionUptime } from './session-uptime.ts'

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
