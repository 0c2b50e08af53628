import type { Declarations } from '#lib/contract/index.ts'
import type { KnownResource } from '#lib/history/index.ts'
import { InvalidRequestError } from '#lib/questions/errors.ts'

type Lists = Partial<Declarations>
type Kind = 'circuit' | 'gateway' | 'resource'
/**
 * Function that is called for each id in the lists and returns the id that replaces it. `at` is the position of the id,
 * `kind` the expected kind of resource.
 */
type ReadId = (id: string, at: string, kind: Kind) => string

const typeOf: Record<Kind, RegExp> = {
  circuit: /\/expressroutecircuits$/,
  gateway: /\/(virtualnetworkgateways|expressroutegateways|vpngateways|virtualhubs|routeservers)$/,
  resource: /./,
}
const listedAt: Record<Kind, string> = {
  circuit: '/api/v1/circuits',
  gateway: '/api/v1/gateways',
  resource: '/api/v1/circuits or /api/v1/gateways',
}

/**
 * Returns the lists with every id replaced by a short id. An id that was declared before is still accepted, even if its
 * resource was deleted, because otherwise no further change could be saved.
 * @param known finds the resources with the given ids
 * @throws InvalidRequestError for the first id that is unknown, or whose resource has the wrong kind
 */
export async function resolvedIds(
  known: (ids: string[]) => Promise<ReadonlyMap<string, KnownResource>>,
  lists: Lists,
  before: Declarations,
): Promise<Lists> {
  const declaredBefore = declaredIds(before)
  const resources = await known([...declaredIds(lists)])
  return mapIds(lists, (id, at, kind) => {
    const resource = resources.get(id)
    if (!resource && declaredBefore.has(id)) return id
    if (!resource) {
      throw new InvalidRequestError(
        `${at}: nothing is known by the id ${JSON.stringify(id)}; take one from ${listedAt[kind]}`,
      )
    }
    if (!typeOf[kind].test(resource.type)) {
      throw new InvalidRequestError(`${at}: ${resource.name} is no ${kind}; take an id from ${listedAt[kind]}`)
    }
    return resource.id
  })
}

/** Returns the ids of all resources in the lists. */
export function declaredIds(lists: Lists): Set<string> {
  const ids = new Set<string>()
  mapIds(lists, (id) => {
    ids.add(id)
    return id
  })
  return ids
}

function mapIds(
  {
    sites,
    mappings,
    routerNeighbors,
    policies,
    maintenance,
    pauses,
    cards,
    watched,
    exclusions,
    customers,
    customerTags,
    circuits,
    interfaces,
  }: Lists,
  read: ReadId,
): Lists {
  return {
    ...(sites && {
      sites: sites.map((site, i) => ({ ...site, home: site.home && read(site.home, `sites.${i}.home`, 'circuit') })),
    }),
    ...(mappings && {
      mappings: mappings.map((mapping, i) => ({
        ...mapping,
        gateway: read(mapping.gateway, `mappings.${i}.gateway`, 'gateway'),
        circuit: read(mapping.circuit, `mappings.${i}.circuit`, 'circuit'),
      })),
    }),
    ...(routerNeighbors && {
      routerNeighbors: routerNeighbors.map((one, i) => ({
        ...one,
        circuit: read(one.circuit, `routerNeighbors.${i}.circuit`, 'circuit'),
      })),
    }),
    ...(policies && {
      policies: policies.map((policy, i) => ({
        ...policy,
        circuits: policy.circuits.map((id, j) => read(id, `policies.${i}.circuits.${j}`, 'circuit')),
      })),
    }),
    ...(maintenance && {
      maintenance: maintenance.map((window, i) => ({
        ...window,
        scopes: window.scopes.map((id, j) => read(id, `maintenance.${i}.scopes.${j}`, 'resource')),
      })),
    }),
    ...(pauses && {
      pauses: pauses.map((pause, i) => ({
        ...pause,
        scopes: pause.scopes.map((id, j) => read(id, `pauses.${i}.scopes.${j}`, 'resource')),
      })),
    }),
    ...(cards && {
      cards: cards.map((card, i) => ({ ...card, scope: read(card.scope, `cards.${i}.scope`, 'resource') })),
    }),
    ...(watched && { watched }),
    // exclusions contain ARM ids and tags, which stay as they are because Peerwatch may not know the excluded resources
    ...(exclusions && { exclusions }),
    ...(customers && {
      customers: customers.map((customer, i) => ({
        ...customer,
        circuits: customer.circuits.map((id, j) => read(id, `customers.${i}.circuits.${j}`, 'circuit')),
      })),
    }),
    ...(customerTags && { customerTags }),
    // interfaces contain ARM ids, which stay as they are because interfaces are only read after they are chosen
    ...(interfaces && { interfaces }),
    ...(circuits && {
      circuits: circuits.map((one, i) => ({ ...one, circuit: read(one.circuit, `circuits.${i}.circuit`, 'circuit') })),
    }),
  }
}
