import type { EstablishmentSamples } from '#lib/bgp/index.ts'
import type { TimestampBounds, PollMachineClock, EpochMs } from '#lib/contract/index.ts'
import type { UnchangedMessageCount } from './keepalive-state.ts'

/** Conclusions from all samples about how long a session has been up. Plain JSON, stored in the session's row. */
export interface RecordedUptime extends EstablishmentSamples {
  /**
   * whether the session was up in the last sample with a known state; samples with the state `unknown` do not change
   * it; null = no such sample
   */
  shown: 'up' | 'down' | null
  /**
   * time up to which the samples prove the session up: the start of the last poll, or earlier if the age shows that the
   * response is an older one
   */
  upAt: EpochMs | null
  /** age of the session in the last sample. If the next sample has the same age, its response comes from a cache */
  ageMs: number | null
  /** time since which the session has received no message; null = its message count is not reported, or it is not up */
  keepalive: UnchangedMessageCount | null
  /** clock by which all times of this uptime were measured; null = not reported */
  clock: PollMachineClock | null
  /**
   * time of the state change as it was known at the start of the interval. It is kept so that later polls do not change
   * the recorded past. Absent = an earlier version of Peerwatch began the interval
   */
  atBegin?: { moved: TimestampBounds | null }
  /**
   * bounds of the last state change before polls that did not read the state (`unknown`, or a missing row), by `clock`;
   * null or absent = the last poll read the state
   */
  movedBeforeGap?: TimestampBounds | null
}

/** Uptime before the first sample. The uptime of a session that is down is derived from it. */
export const EMPTY_UPTIME: RecordedUptime = {
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
 * Returns the uptime of a session whose row was missing in two successful polls. A session that was up before now
 * counts as down (docs/rules/as-of.md).
 */
export function endUptimeOfMissingRow(uptime: RecordedUptime): RecordedUptime {
  return uptime.shown === 'up' ? { ...EMPTY_UPTIME, shown: 'down', clock: uptime.clock } : uptime
}
