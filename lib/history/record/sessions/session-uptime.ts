import type { Establishment } from '#lib/bgp/index.ts'
import type { Bounds, DatingClock, EpochMs } from '#lib/contract/index.ts'
import type { KeepaliveState } from './keepalive-state.ts'

/** What the samples so far prove about how long a session has been up. Plain JSON, kept in the session's own row. */
export interface RecordedUptime extends Establishment {
  /** what the last sample with a known state showed; a sample in state `unknown` leaves it as it is */
  shown: 'up' | 'down' | null
  /** from when on the last sample that showed the session up proves it: its start, or earlier where its age names a moment before that */
  upAt: EpochMs | null
  /** the age in the last sample, to recognise a cached answer */
  ageMs: number | null
  /** since when it has received no message; null = it reports no count, or is not up */
  keepalive: KeepaliveState | null
  /** the clock that dated all of these; null = not reported */
  clock: DatingClock | null
  /** when it turned into its state, as was known when that began: later samples move no past answer; absent = a former version began it */
  atBegin?: { moved: Bounds | null }
}

/** Before the first sample, and while a session is down. */
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

/** After two good polls without its row an established session counts as down (docs/rules/as-of.md). */
export function uptimeWithoutRow(uptime: RecordedUptime): RecordedUptime {
  return uptime.shown === 'up' ? { ...NO_SESSION, shown: 'down', clock: uptime.clock } : uptime
}
