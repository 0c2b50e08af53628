import type { Change, Observation, PollMark } from '#lib/contract/index.ts'
import { type Topology, tunnelScopesOf } from '../model/topology.ts'
import { isAvailabilityMetric } from './availability.ts'
import { foldsOfKinds } from './fold-poll.ts'
import { isLightMetric } from './light-fold.ts'
import { isTrafficMetric } from './traffic/metrics.ts'

/**
 * Reports whether the evaluation of a poll needs the stored state of its source. It does if the kind has rows to
 * evaluate or the poll failed.
 */
export const needsMemory = (mark: PollMark, changes: readonly Change[]): boolean =>
  foldsOfKinds[mark.kind] !== undefined || isFailing(mark, changes)

/**
 * Reports whether a good poll that follows a good poll contains no data that any evaluation uses, so that it can be
 * skipped.
 * @param topology topology of the source's group
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
      // polls of a circuit's connections are about Global Reach
      return mark.subresource === '' && !tunnelScopesOf(topology).includes(mark.scope)
    default:
      return false
  }
}

/** Reports whether a poll failed, or is good again after a failed poll. */
const isFailing = ({ outcome }: PollMark, changes: readonly Change[]) =>
  changes.some(({ type }) => type === 'outcome') || (outcome !== 'ok' && outcome !== 'incomplete')

/**
 * Reports whether a poll of metrics contains bit rates, availability or light levels; polls of gateways contain none.
 */
const hasRates = (observation: Observation) =>
  observation.kind === 'metrics' &&
  observation.rows.some(
    ({ metric }) => isTrafficMetric(metric) || isLightMetric(metric) || isAvailabilityMetric(metric),
  )
