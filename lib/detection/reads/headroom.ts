import { type Bounds, type EpochMs, parsePath } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { prefixLimit, runsOutBetween } from '../headroom/index.ts'
import type { GroupPoll } from './group-poll.ts'
import type { Ask } from './read.ts'

/** When the number of prefixes on a path reaches its limit; null = it is not growing. */
interface RunsOut {
  between: Bounds | null
}

/** The trend of a path's number of prefixes; null = not asked: the poll did not change it, or headroom is not short. */
export function runsOut({ topology, mark, signals, settings }: GroupPoll, ask: Ask): RunsOut | null | undefined {
  if (mark.kind !== 'summary') return null
  const { scope, subresource } = mark
  const { peering: name, path } = parsePath(subresource)
  const circuit = topology.circuits.find((node) => node.scope === scope)
  const peering = circuit?.peerings.find((node) => node.name === name)
  if (!circuit || !peering || name === null || path === null) return null
  const neighbor = peering.customers[path]
  const limit = prefixLimit(name, circuit.premium, settings)
  const changed = signals.find((signal) => signal.type === 'prefixes' && signal.neighbor === neighbor)
  const count = changed?.type === 'prefixes' ? changed.after : null
  if (neighbor === null || limit === null || count === null || count < settings['headroom.clear'] * limit) return null
  const to: EpochMs = mark.finishedAt
  const from = to - settings['headroom.trend.days'] * DAY
  const days = ask({ kind: 'prefixMaxima', scope, subresource, neighbor, from, to })
  return days && { between: runsOutBetween(days, limit, settings['headroom.trend.least']) }
}
