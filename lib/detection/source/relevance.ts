import type { Change, Observation, PollMark } from '#lib/contract/index.ts'
import { type Topology, tunnelScopesOf } from '../model/topology.ts'
import { isAvailabilityMetric } from './availability.ts'
import { foldsOfKinds } from './fold-poll.ts'
import { isLightMetric } from './light-fold.ts'
import { isTrafficMetric } from './traffic/metrics.ts'

/** Whether the fold of a poll needs what is remembered of its source: failing polls always do. */
export const needsMemory = (mark: PollMark, changes: readonly Change[]): boolean =>
  foldsOfKinds[mark.kind] !== undefined || isFailing(mark, changes)

/**
 * Whether a poll that was good, as the one before, has nothing that any fold would take.
 * @param topology of the group of its source
 */
export function isQuiet(
  mark: PollMark,
  changes: readonly Change[],
  observation: Observation,
  topology: Topology,
): boolean {
  if (isFailing(mark, changes)) return false
  switch (mark.kind) {
    case 'effective':
    case 'advertised':
      return changes.length === 0
    case 'metrics':
      return !hasRates(observation) || topology.connections?.some(({ scope }) => scope === mark.scope) === true
    case 'connection':
      // of a circuit it is about Global Reach
      return mark.subresource === '' && !tunnelScopesOf(topology).includes(mark.scope)
    default:
      return false
  }
}

/** A poll that failed, or that is good again after one that did. */
const isFailing = ({ outcome }: PollMark, changes: readonly Change[]) =>
  changes.some(({ type }) => type === 'outcome') || (outcome !== 'ok' && outcome !== 'incomplete')

/** Whether a poll of metrics has bit rates, availability or light levels in it: those of gateways have none. */
const hasRates = (observation: Observation) =>
  observation.kind === 'metrics' &&
  observation.rows.some(
    ({ metric }) => isTrafficMetric(metric) || isLightMetric(metric) || isAvailabilityMetric(metric),
  )
