import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type EpochMs,
  type PollRecord,
  type TunnelState,
} from '#lib/contract/index.ts'
import type { TunnelSignal } from '../model/signal.ts'
import type { TunnelDetectionState } from '../model/source-state.ts'
import type { ExtraDataOfGoodPoll } from './readings.ts'

/**
 * Evaluates one good poll of a VPN connection and its tunnels. Azure's state `Unknown` is ignored. A tunnel that is no
 * longer listed is also ignored, because Azure leaves the list empty while it changes a gateway. In this time the
 * connection's own status is used.
 * @returns the given state if no state changed
 */
export function updateTunnelStates(
  memory: Readonly<Record<string, TunnelDetectionState>>,
  rows: NonNullable<ExtraDataOfGoodPoll['tunnels']>,
  mark: PollRecord,
): { memory: Readonly<Record<string, TunnelDetectionState>>; signals: TunnelSignal[] } {
  const signals = rows
    .filter(({ name, state }) => state !== 'unknown' && memory[name]?.state !== state)
    .map(({ name, state, establishedAt }): TunnelSignal => {
      const since = memory[name]
        ? { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
        : firstSince(state, establishedAt, mark)
      return { type: 'tunnel', name, state, since }
    })
  if (signals.length === 0) return { memory, signals }
  const changed = signals.map(({ name, state, since }) => [name, { state, since }] as const)
  return { memory: { ...memory, ...Object.fromEntries(changed) }, signals }
}

/**
 * Returns the bounds of the start of a tunnel's state at its first poll. Azure reports when the tunnel last came up. A
 * tunnel that is up has been up since this time. A tunnel that is down fell after this time.
 */
function firstSince(
  state: TunnelState,
  establishedAt: EpochMs | undefined,
  { finishedAt }: PollRecord,
): TimestampBounds {
  if (establishedAt === undefined || establishedAt > finishedAt) {
    return { earliest: INSTANT_BEFORE_MONITORING, latest: finishedAt }
  }
  return { earliest: establishedAt, latest: state === 'up' ? establishedAt : finishedAt }
}
