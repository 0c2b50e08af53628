import type { ObservedChange, PollObservation, PollRecord } from '#lib/contract/index.ts'
import { type GroupTopology, listTunnelResourceIds } from '../model/topology.ts'
import { isAvailabilityMetric } from './availability.ts'
import { stateUpdatersByPollKind } from './fold-poll.ts'
import { isLightMetric } from './light-fold.ts'
import { isTrafficMetric } from './traffic/metrics.ts'

/**
 * Reports whether the evaluation of a poll needs the stored state of its source. This is the case if polls of this kind
 * have rows to evaluate, if the poll failed, or if it is the first good poll after a failure.
 */
export const isSourceStateNeeded = (mark: PollRecord, changes: readonly ObservedChange[]): boolean =>
  stateUpdatersByPollKind[mark.kind] !== undefined || isFailing(mark, changes)

/**
 * Reports whether the evaluation of a good poll can be skipped, because the poll before it was good too and no
 * evaluation uses its data.
 * @param topology topology of the source's group
 */
export function canSkipEvaluation(
  mark: PollRecord,
  changes: readonly ObservedChange[],
  observation: PollObservation,
  topology: GroupTopology,
): boolean {
  if (isFailing(mark, changes)) return false
  switch (mark.kind) {
    case 'effective':
    case 'advertised':
      return changes.length === 0
    case 'metrics':
      return !hasRates(observation) || topology.connections?.some(({ scope }) => scope === mark.scope) === true
    case 'connection':
      // polls of a circuit's connections (with a subresource) are about Global Reach and are always evaluated
      return mark.subresource === '' && !listTunnelResourceIds(topology).includes(mark.scope)
    default:
      return false
  }
}

/** Reports whether a poll failed, or is the first good poll after a failed one. */
const isFailing = ({ outcome }: PollRecord, changes: readonly ObservedChange[]) =>
  changes.some(({ type }) => type === 'outcome') || (outcome !== 'ok' && outcome !== 'incomplete')

/**
 * Reports whether a poll of metrics contains bit rates, availability or light levels; polls of gateways contain none.
 */
const hasRates = (observation: PollObservation) =>
  observation.kind === 'metrics' &&
  observation.rows.some(
    ({ metric }) => isTrafficMetric(metric) || isLightMetric(metric) || isAvailabilityMetric(metric),
  )
