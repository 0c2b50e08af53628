import { doesPrefixContainPrefix, parsePrefix, type IpPrefix } from '#lib/bgp/index.ts'
import { formatCircuitPlace, LEARNED_SITE_PREFIX } from '#lib/contract/words/site-states.ts'
import type { CircuitNode, LearnedSite, NeighborPathMapping } from '../../../model/topology.ts'
import type { LearnedPrefixGroup, SiteLearningState } from '../../../model/site-memory.ts'

/** The data of a circuit from which the name of a learned site is derived. */
type HomeCircuit = Pick<CircuitNode, 'scope' | 'name' | 'provider' | 'location'>

/**
 * Returns the learned sites of a group of gateways and circuits. Prefixes belong to the same learned site if the
 * circuits over which they are usually reached have the same peering locations and providers. Prefixes of declared
 * sites are left out.
 * @param declared prefixes of the declared sites
 */
export function findLearnedSites(
  { known }: Pick<SiteLearningState, 'known'>,
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
        name: `${LEARNED_SITE_PREFIX}${place}`,
        prefixes: own.flatMap((group) => group.prefixes).toSorted(),
        circuits: [...new Set(own.flatMap((group) => group.circuits))].toSorted(),
        confidence: leastOf(own.map(({ confidence }) => confidence)),
      },
    ]
  })
}

/**
 * Returns the locations and providers over which a group of prefixes is reached, for example `Amsterdam / Equinix`;
 * several are joined by ` + `. '' = no circuit is known, or one of the circuits no longer exists.
 */
function placeOf({ circuits: scopes }: LearnedPrefixGroup, circuits: readonly HomeCircuit[]): string {
  const own = scopes.map((scope) => circuits.find((circuit) => circuit.scope === scope))
  const names = own.map((circuit) => (circuit ? formatCircuitPlace(circuit) : ''))
  return names.includes('') ? '' : [...new Set(names)].toSorted().join(' + ')
}

const leastOf = (all: readonly NeighborPathMapping['confidence'][]): NeighborPathMapping['confidence'] =>
  all.includes('inferred') ? 'inferred' : 'certain'

function isInside(text: string, space: readonly IpPrefix[]): boolean {
  const prefix = parsePrefix(text)
  return prefix !== null && space.some((own) => doesPrefixContainPrefix(own, prefix))
}
