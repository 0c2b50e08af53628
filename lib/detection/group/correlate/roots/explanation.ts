import type { ExplainingKind, Explanation } from '#lib/contract/index.ts'
import type { FoldContext } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { readableMac } from '../mac-address.ts'
import { circuitsOfLeaves, elementsIn } from './elements.ts'
import { type Element, type ElementKind, explaining, type Leaf } from './smallest-root.ts'
import { symptomsAndHealth } from './symptoms.ts'

/** What several circuits may have in common, as it is reported. */
const reportedAs: Partial<Record<ElementKind, ExplainingKind>> = {
  router: 'router',
  provider: 'provider',
  site: 'customer_side',
  location: 'location',
}

/**
 * What several circuits have in common that would explain some events: the smallest such resource, and what nothing that was polled
 * reports apart from it, because the same paths hang on it. Of one circuit there is nothing to report: it is what the events name.
 * @param lives all events of an incident, those that were folded into others as well
 */
export function explanationsOf(context: FoldContext, lives: readonly LiveEvent[]): Explanation[] {
  const circuits = circuitsOfLeaves(context)
  const { symptoms, healthy } = symptomsAndHealth(context, lives)
  const [smallest, ...others] = explaining(
    elementsIn(context),
    symptoms,
    healthy,
    context.settings['incident.explains'],
  )
  if (!smallest) return []
  const pathsOf = ({ leaves }: Element) => [...leaves].filter((leaf) => circuits.paths.has(leaf))
  const carried = pathsOf(smallest)
  const alike = others.filter((other) => {
    const own = pathsOf(other)
    return own.length === carried.length && own.every((leaf) => smallest.leaves.has(leaf))
  })
  return [smallest, ...alike].flatMap((element): Explanation[] => {
    const kind = reportedAs[element.kind]
    const lost = new Set([...element.leaves].filter((leaf) => symptoms.has(leaf)))
    const circuitsOf = (leaves: Iterable<Leaf>) => new Set([...leaves].flatMap((leaf) => circuits.all.get(leaf) ?? []))
    const hit = circuitsOf(lost).size
    if (!kind || hit < 2) return []
    if (kind !== 'router')
      return [{ kind, name: element.name, members: { of: 'circuits', hit, total: circuitsOf(element.leaves).size } }]
    return [
      { kind, name: readableMac(element.name), members: { of: 'paths', hit: lost.size, total: element.leaves.size } },
    ]
  })
}
