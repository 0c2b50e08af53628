import type { SharedElementKind, IncidentExplanation } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { formatMacAddress } from '../mac-address.ts'
import { mapFailureUnitsToCircuits, listFailureElements } from './failure-elements.ts'
import {
  type FailureElement,
  type FailureElementKind,
  findExplainingElements,
  type FailureUnit,
} from './smallest-root.ts'
import { splitFailedAndHealthyUnits } from './symptoms.ts'

/**
 * Kinds of elements (resources that fail as a unit) that explanations of incidents report, with their names in the
 * explanation. Elements of other kinds are not reported.
 */
const reportedAs: Partial<Record<FailureElementKind, SharedElementKind>> = {
  router: 'router',
  provider: 'provider',
  site: 'customer_side',
  location: 'location',
}

/**
 * Returns the elements (for example a provider) that several circuits share and whose failure would explain the events.
 * The result contains the smallest such element, and other elements on which exactly the same paths depend, because
 * polls cannot distinguish them. It is empty if the events are about a single circuit.
 * @param lives all events of an incident, including events that are parts of others
 */
export function findIncidentExplanations(
  context: DetectionContext,
  lives: readonly LiveEvent[],
): IncidentExplanation[] {
  const circuits = mapFailureUnitsToCircuits(context)
  const { symptoms, healthy } = splitFailedAndHealthyUnits(context, lives)
  const [smallest, ...others] = findExplainingElements(
    listFailureElements(context),
    symptoms,
    healthy,
    context.settings['incident.explains'],
  )
  if (!smallest) return []
  const pathsOf = ({ leaves }: FailureElement) => [...leaves].filter((leaf) => circuits.paths.has(leaf))
  const carried = pathsOf(smallest)
  const alike = others.filter((other) => {
    const own = pathsOf(other)
    return own.length === carried.length && own.every((leaf) => smallest.leaves.has(leaf))
  })
  return [smallest, ...alike].flatMap((element): IncidentExplanation[] => {
    const kind = reportedAs[element.kind]
    const lost = new Set([...element.leaves].filter((leaf) => symptoms.has(leaf)))
    const circuitsOf = (leaves: Iterable<FailureUnit>) =>
      new Set([...leaves].flatMap((leaf) => circuits.all.get(leaf) ?? []))
    const hit = circuitsOf(lost).size
    if (!kind || hit < 2) return []
    if (kind !== 'router')
      return [{ kind, name: element.name, members: { of: 'circuits', hit, total: circuitsOf(element.leaves).size } }]
    return [
      {
        kind,
        name: formatMacAddress(element.name),
        members: { of: 'paths', hit: lost.size, total: element.leaves.size },
      },
    ]
  })
}
