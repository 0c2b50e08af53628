import { isNews } from '../model/signal.ts'
import type { LightLevel } from '../model/scope-state.ts'
import type { GroupPoll } from './group-poll.ts'
import type { Ask } from './read.ts'

/**
 * The light behind each circuit of the group that is on an ExpressRoute Direct port, where the poll reports something of it: what its next
 * steps say is then as old as that, and stays while nothing is reported. Null = not asked.
 */
export function lightOfPorts(
  { events, signals, topology, scopes }: GroupPoll,
  ask: Ask,
): Readonly<Record<string, readonly LightLevel[]>> | null | undefined {
  const onPorts = topology.circuits.flatMap(({ scope, port }) =>
    port !== undefined && scopes.includes(scope) ? [{ scope, port }] : [],
  )
  const isReported = events.length > 0 || signals.some(isNews)
  if (onPorts.length === 0 || !isReported) return null
  const levels = onPorts.map(({ scope, port }) => [scope, ask({ kind: 'lightOf', port })] as const)
  return levels.some(([, own]) => own === undefined)
    ? undefined
    : Object.fromEntries(levels.map(([scope, own = []]) => [scope, own]))
}
