import { containsPrefix, parsePrefix, type Prefix } from '#lib/bgp/index.ts'
import type { CircuitNode, LearnedSite, Mapping } from '../../../model/topology.ts'
import type { PrefixGroup, SiteLearning } from '../../../model/site-memory.ts'

/** A circuit as far as a site is named by it. */
type HomeCircuit = Pick<CircuitNode, 'scope' | 'name' | 'provider' | 'location'>

/** What a site that nobody declared is called by: it says where it was learned, and claims no name of the customer's. */
const LEARNED_PREFIX = 'learned: '

/**
 * The sites that a group learned: prefixes at home behind the same peering location and provider. What was declared is none.
 * @param declared prefixes of the declared sites
 */
export function learnedSites(
  { known }: Pick<SiteLearning, 'known'>,
  circuits: readonly HomeCircuit[],
  declared: readonly string[],
): LearnedSite[] {
  const space = declared.flatMap((text) => parsePrefix(text) ?? [])
  const undeclared = known
    .map((group) => ({ ...group, prefixes: group.prefixes.filter((text) => !isInside(text, space)) }))
    .filter(({ prefixes }) => prefixes.length > 0)
  const byPlace = Map.groupBy(undeclared, (group) => placeOf(group, circuits))
  return [...byPlace].flatMap(([place, own]): LearnedSite[] => {
    if (place === '') return []
    return [
      {
        name: `${LEARNED_PREFIX}${place}`,
        prefixes: own.flatMap((group) => group.prefixes).toSorted(),
        circuits: [...new Set(own.flatMap((group) => group.circuits))].toSorted(),
        confidence: leastOf(own.map(({ confidence }) => confidence)),
      },
    ]
  })
}

/** `Amsterdam / Equinix`; of several places all; '' = no circuit is known, or one is none of the estate's any more. */
function placeOf({ circuits: scopes }: PrefixGroup, circuits: readonly HomeCircuit[]): string {
  const own = scopes.map((scope) => circuits.find((circuit) => circuit.scope === scope))
  const names = own.map((circuit) => (circuit ? nameOf(circuit) : ''))
  return names.includes('') ? '' : [...new Set(names)].toSorted().join(' + ')
}

/** A circuit of which no place is reported, as one on a port of one's own, is a root event. */
const nameOf = ({ name, provider, location }: HomeCircuit): string =>
  location === null ? name : provider === null ? location : `${location} / ${provider}`

const leastOf = (all: readonly Mapping['confidence'][]): Mapping['confidence'] =>
  all.includes('inferred') ? 'inferred' : 'certain'

function isInside(text: string, space: readonly Prefix[]): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && space.some((own) => containsPrefix(own, prefix))
}
