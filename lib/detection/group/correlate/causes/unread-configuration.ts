import { type DetectedEvent, type EventKind, parsePathSubject } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents, findOpenEvent } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { parseSubjectNeighbor } from '../../../model/subject.ts'
import { isInventoryUnread } from '../../facts/last-answer.ts'

/** Text that names the configuration in the list of facts that are missing for a decision about a cause. */
const CONFIGURATION = 'the configuration since the loss'

/**
 * Returns the configuration as a missing fact, if a change of the configuration could explain a loss and the inventory
 * was not read since the loss. For example, a deleted connection takes away all of a gateway's neighbors on a circuit,
 * and isolates a gateway without another circuit, and a disabled peering takes down both of its paths. The list is empty
 * if the inventory was read since the loss, or if the time of its last poll is unknown.
 */
export function findUnreadConfigurationLayer(context: DetectionContext, event: DetectedEvent): string[] {
  return isInventoryUnread(context, event.started.latest) && mayBeChanged(context, event) ? [CONFIGURATION] : []
}

/**
 * Reports whether the cause of an event still lacks the configuration. The next poll may then show that the
 * configuration was read since the loss.
 */
export const isAwaitingConfiguration = ({ event }: LiveEvent): boolean =>
  event.ended === null && event.causes.some(({ nextStep }) => nextStep.includes(CONFIGURATION))

const ofPeering = new Set<EventKind>(['circuit_down', 'path_down'])

function mayBeChanged(context: DetectionContext, { kind, scope, subject }: DetectedEvent): boolean {
  const { mappings } = context.topology
  if (kind === 'hub_connection_emptied') return true
  if (kind === 'gateway_isolated')
    return new Set(mappings.flatMap(({ gateway, circuit }) => (gateway === scope ? circuit : []))).size === 1
  if (ofPeering.has(kind)) {
    const { peering } = parsePathSubject(subject)
    const fallen = listLiveEvents(context).filter(
      ({ event }) => event.kind === 'path_down' && event.scope === scope && event.ended === null,
    )
    return (
      kind === 'circuit_down' ||
      fallen.filter(({ event }) => parsePathSubject(event.subject).peering === peering).length > 1
    )
  }
  const neighbor = parseSubjectNeighbor(subject)
  const circuit = mappings.find((one) => one.gateway === scope && one.neighbor === neighbor)?.circuit
  const own = mappings.filter((one) => one.gateway === scope && one.circuit === circuit)
  return own.length > 0 && own.every((one) => findOpenEvent(context, 'peer_lost', scope, one.neighbor) !== null)
}
