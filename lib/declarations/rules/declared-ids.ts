import type { Declarations } from '#lib/contract/index.ts'
import type { ResourceFoundById } from '#lib/history/index.ts'
import { InvalidRequestError } from '#lib/questions/errors.ts'

type Lists = Partial<Declarations>
type Kind = 'circuit' | 'gateway' | 'resource'
/**
 * A function that receives each ID in the declarations and returns the ID that replaces it. `at` is the position of the
 * ID in the lists, for example `customers.0.circuits.1`. `kind` is the kind of resource that the ID must have.
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
 * Replaces every ID in the lists with a short ID. An ID in the previous version is accepted even if its resource no
 * longer exists, because otherwise no later change could be saved.
 * @param known finds resources by their IDs
 * @throws InvalidRequestError for the first ID that is unknown or has the wrong kind of resource
 */
export async function resolveDeclaredIds(
  known: (ids: string[]) => Promise<ReadonlyMap<string, ResourceFoundById>>,
  lists: Lists,
  before: Declarations,
): Promise<Lists> {
  const declaredBefore = collectDeclaredIds(before)
  const resources = await known([...collectDeclaredIds(lists)])
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

/** Returns the IDs of all resources in the lists. */
export function collectDeclaredIds(lists: Lists): Set<string> {
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
    // exclusions keep ARM IDs and tags instead of short IDs, because an excluded resource may be unknown to Peerwatch
    ...(exclusions && { exclusions }),
    ...(customers && {
      customers: customers.map((customer, i) => ({
        ...customer,
        circuits: customer.circuits.map((id, j) => read(id, `customers.${i}.circuits.${j}`, 'circuit')),
      })),
    }),
    ...(customerTags && { customerTags }),
    // chosen network interfaces keep ARM IDs instead of short IDs, because Peerwatch reads an interface only after it
    // was chosen
    ...(interfaces && { interfaces }),
    ...(circuits && {
      circuits: circuits.map((one, i) => ({ ...one, circuit: read(one.circuit, `circuits.${i}.circuit`, 'circuit') })),
    }),
  }
}
