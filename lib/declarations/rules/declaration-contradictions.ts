import { doesPrefixContainPrefix, parseAddress, parsePrefix } from '#lib/bgp/index.ts'
import {
  type DeclarationListItem,
  type DeclarationList,
  declarationListNames,
  type Declarations,
  type DeclaredCircuitPolicy,
} from '#lib/contract/api/declarations.ts'
import { formatDeclarationKey } from '#lib/contract/declarations/declaration-key.ts'

/**
 * A contradiction between declarations. `path` is its position in the request in the format of zod, for example
 * `['sites', 1, 'prefixes', 0]`.
 */
interface Contradiction {
  path: (string | number)[]
  message: string
}

/** Returns all contradictions between declarations. All IDs must be short IDs. */
export function findDeclarationContradictions(declarations: Declarations): Contradiction[] {
  return [
    ...declarationListNames.flatMap((list) => namedTwice(list, declarations[list])),
    ...sharedRanges(declarations.sites),
    ...sharedPaths(declarations.mappings),
    ...sharedLinks(declarations.routerNeighbors),
    ...repeatedCircuits(declarations.policies),
    ...opposedPolicies(declarations.policies),
    ...sharedBetween(declarations.customers),
  ]
}

const words: Record<DeclarationList, string> = {
  sites: 'a site',
  mappings: 'a mapping of the neighbor',
  routerNeighbors: "a path of the router's neighbor",
  policies: 'a policy',
  maintenance: 'a maintenance window',
  cards: 'a card',
  pauses: 'a pause',
  watched: 'a watched prefix',
  exclusions: 'an exclusion of',
  customers: 'a customer',
  customerTags: 'a customer tag',
  circuits: 'a declaration of the circuit',
  interfaces: 'the network interface',
}

function namedTwice<List extends DeclarationList>(
  list: List,
  items: readonly DeclarationListItem<List>[],
): Contradiction[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const key = formatDeclarationKey(list, item)
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    return [{ path: [list, index], message: `there is ${words[list]} "${key}" already; keep one of them` }]
  })
}

/**
 * Finds subscriptions, circuits and tenants that are assigned to several customers. Each may belong to only one
 * customer.
 */
function sharedBetween(customers: Declarations['customers']): Contradiction[] {
  const parts = ['subscriptions', 'circuits', 'tenants'] as const
  return customers.flatMap((customer, index) =>
    parts.flatMap((part) =>
      customer[part].flatMap((id, at) => {
        const other = customers.slice(0, index).find((before) => before[part].includes(id))
        return other
          ? [
              {
                path: ['customers', index, part, at],
                message: `${id} is ${other.name}'s already; keep it at one of them`,
              },
            ]
          : []
      }),
    ),
  )
}

/** Finds circuits that the same policy contains twice. */
function repeatedCircuits(policies: Declarations['policies']): Contradiction[] {
  return policies.flatMap(({ circuits }, index) =>
    circuits.flatMap((circuit, at) =>
      circuits.indexOf(circuit) === at
        ? []
        : [{ path: ['policies', index, 'circuits', at], message: `circuit ${circuit} is named twice; keep it once` }],
    ),
  )
}

/** Finds prefixes of different sites that overlap. An address can belong to only one site. */
function sharedRanges(sites: Declarations['sites']): Contradiction[] {
  const ranges = sites.flatMap(({ name, prefixes }, site) =>
    prefixes.flatMap((text, at) => {
      const prefix = parsePrefix(text)
      return prefix ? [{ name, site, at, text, prefix }] : []
    }),
  )
  return ranges.flatMap((range, index) => {
    const other = ranges
      .slice(0, index)
      .find(
        ({ site, prefix }) =>
          site !== range.site &&
          (doesPrefixContainPrefix(prefix, range.prefix) || doesPrefixContainPrefix(range.prefix, prefix)),
      )
    if (!other) return []
    const message = `${range.text} of "${range.name}" overlaps ${other.text} of "${other.name}": an address can live at one site only`
    return [{ path: ['sites', range.site, 'prefixes', range.at], message }]
  })
}

/**
 * Finds two neighbors of a gateway that are mapped to the same path. For each IP version, a gateway has only one
 * session with the edge router of a path, so that one of the mappings is wrong.
 */
function sharedPaths(mappings: Declarations['mappings']): Contradiction[] {
  const takenBy = new Map<string, string>()
  return mappings.flatMap(({ gateway, neighbor, circuit, path }, index) => {
    const key = `${gateway} ${circuit} ${path} ${parseAddress(neighbor)?.family}`
    const other = takenBy.get(key)
    if (other === undefined) {
      takenBy.set(key, neighbor)
      return []
    }
    if (other === neighbor) return []
    const message = `neighbors ${other} and ${neighbor} of one gateway can't both be the ${path} path of circuit ${circuit}`
    return [{ path: ['mappings', index], message }]
  })
}

/**
 * Finds two customer routers that are declared for the same end of a link. A path has one link for each IP version,
 * with one customer router.
 */
function sharedLinks(neighbors: Declarations['routerNeighbors']): Contradiction[] {
  const linkOf = ({ circuit, peering, path, neighbor }: Declarations['routerNeighbors'][number]) =>
    `${circuit} ${peering} ${path} ${parseAddress(neighbor)?.family}`
  const first = new Map<string, number>()
  return neighbors.flatMap((one, index) => {
    const taken = first.get(linkOf(one))
    if (taken === undefined) {
      first.set(linkOf(one), index)
      return []
    }
    const { circuit, peering, path, router } = one
    const message = `routers ${neighbors[taken]?.router} and ${router} can't both be at the ${path} path of ${peering} peering of circuit ${circuit}`
    return [{ path: ['routerNeighbors', index], message }]
  })
}

/**
 * Finds pairs of policies for the same circuits and prefixes that contradict each other. They do if one policy is
 * active/standby and the other shares the traffic, or if both are active/standby in a different order.
 */
function opposedPolicies(policies: Declarations['policies']): Contradiction[] {
  return policies.flatMap((policy, index) => {
    const other = policies.slice(0, index).find((earlier) => areOpposed(earlier, policy))
    if (!other) return []
    const message = `"${policy.kind}" here and "${other.kind}" before it are about the same circuits and prefixes, and can't both hold: keep one`
    return [{ path: ['policies', index], message }]
  })
}

function areOpposed(a: DeclaredCircuitPolicy, b: DeclaredCircuitPolicy): boolean {
  if (a.kind === 'symmetric' || b.kind === 'symmetric') return false
  const shared = a.circuits.filter((circuit) => b.circuits.includes(circuit))
  // a policy with prefixes takes precedence over a policy without prefixes, so that these two never contradict each
  // other
  const areGeneral = a.prefixes.length === 0 && b.prefixes.length === 0
  const isAboutTheSame = shared.length > 1 && (areGeneral || a.prefixes.some((prefix) => b.prefixes.includes(prefix)))
  const inOtherOrder = shared.join() !== b.circuits.filter((circuit) => shared.includes(circuit)).join()
  return isAboutTheSame && (a.kind !== b.kind || (a.kind === 'active_standby' && inOtherOrder))
}
