import { BEFORE_MONITORING, type PollMark } from '#lib/contract/index.ts'
import type { TunnelSignal } from '../model/signal.ts'
import type { TunnelMemory } from '../model/source-state.ts'
import type { Readings } from './readings.ts'

/**
 * Folds what one good answer of a VPN connection says of it and of its tunnels. Azure's `Unknown` says nothing; neither does a tunnel that
 * is not listed any more: Azure leaves the list empty while it changes a gateway, and the connection's own status still speaks.
 * @returns the very memory that was passed in where nothing is new
 */
export function foldTunnels(
  memory: Readonly<Record<string, TunnelMemory>>,
  rows: NonNullable<Readings['tunnels']>,
  mark: PollMark,
): { memory: Readonly<Record<string, TunnelMemory>>; signals: TunnelSignal[] } {
  const signals = rows
    .filter(({ name, state }) => state !== 'unknown' && memory[name]?.state !== state)
    .map(({ name, state }): TunnelSignal => {
      const earliest = memory[name] ? (mark.previousOkAt ?? mark.startedAt) : BEFORE_MONITORING
      return { type: 'tunnel', name, state, since: { earliest, latest: mark.finishedAt } }
    })
  if (signals.length === 0) return { memory, signals }
  const changed = signals.map(({ name, state, since }) => [name, { state, since }] as const)
  return { memory: { ...memory, ...Object.fromEntries(changed) }, signals }
}
