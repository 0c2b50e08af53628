import { type Bounds, type EpochMs, parsePath, type PollMark } from '#lib/contract/index.ts'
import { type DetectionSettings, prefixLimit, runsOutBetween, type Signal } from '#lib/detection/index.ts'
import type { DetectionStore } from './store.ts'
import type { TopologyGroup } from './types.ts'

const DAY = 24 * 60 * 60_000

/** When the number of prefixes on a path reaches its limit; null = it is not growing. */
export interface RunsOut {
  between: Bounds | null
}

/** The trend of a path's number of prefixes, asked only where a poll moved it and headroom is short. */
export async function runsOutFor(
  store: DetectionStore,
  { topology }: TopologyGroup,
  mark: PollMark,
  signals: readonly Signal[],
  settings: DetectionSettings,
): Promise<RunsOut | null> {
  if (mark.kind !== 'summary') return null
  const { peering: name, path } = parsePath(mark.part)
  const circuit = topology.circuits.find(({ scope }) => scope === mark.scope)
  const peering = circuit?.peerings.find((node) => node.name === name)
  if (!circuit || !peering || name === null || path === null) return null
  const neighbor = peering.customers[path]
  const limit = prefixLimit(name, circuit.premium, settings)
  const moved = signals.find((signal) => signal.type === 'prefixes' && signal.neighbor === neighbor)
  const count = moved?.type === 'prefixes' ? moved.after : null
  if (neighbor === null || limit === null || count === null || count < settings['headroom.clear'] * limit) return null
  const to: EpochMs = mark.finishedAt
  const from = to - settings['headroom.trend.days'] * DAY
  const days = await store.prefixMaxima({ scope: mark.scope, part: mark.part, neighbor, from, to })
  return { between: runsOutBetween(days, limit, settings['headroom.trend.least']) }
}
