import type { Establishment } from '#lib/bgp/index.ts'
import type { Bounds, DatingClock, EpochMs } from '#lib/contract/index.ts'
import type { KeepaliveState } from './keepalive-state.ts'

/** Conclusions from all samples about how long a session has been up. Plain JSON, stored in the session's row. */
export interface RecordedUptime extends Establishment {
  /** state in the last sample with a known state; samples with the state `unknown` do not change it */
  shown: 'up' | 'down' | null
  /**
   * time at which the last sample proves the session up: the start of its poll, or earlier if its age implies an
   * earlier time
   */
  upAt: EpochMs | null
  /** reported age of the session in the last sample, to recognize a cached response */
  ageMs: number | null
  /** time since which it has received no message; null = it reports no count, or is not up */
  keepalive: KeepaliveState | null
  /** clock that dated all times of this uptime; null = not reported */
  clock: DatingClock | null
  /**
   * time of the state change as known at the begin of the interval, so that later samples do not change past answers;
   * absent = the interval was begun by an earlier version
   */
  atBegin?: { moved: Bounds | null }
}

/** Uptime before the first sample, and while a session is down. */
export const NO_SESSION: RecordedUptime = {
  samples: [],
  suspects: [],
  suspectedSince: null,
  shown: null,
  upAt: null,
  ageMs: null,
  keepalive: null,
  clock: null,
}

/**
 * Returns the uptime after two successful polls without the session's row. An established session then counts as down
 * (docs/rules/as-of.md).
 */
export function uptimeWithoutRow(uptime: RecordedUptime): RecordedUptime {
  return uptime.shown === 'up' ? { ...NO_SESSION, shown: 'down', clock: uptime.clock } : uptime
}
