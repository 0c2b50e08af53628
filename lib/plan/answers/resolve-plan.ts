import { normalizeArmId, armTypes, buildHubConnectionId, isGatewayType } from '#lib/contract/index.ts'
import { readResourcePage, readResourceByIdOrArmId } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { WhatIfData } from '#lib/resilience/answers/index.ts'
import type { PlannedChange, PlannedChangeKind } from '../api/index.ts'
import type { ResolvedPlannedChange } from '../rules/facts-after.ts'

type Unknown = { term: number; why: string }

/**
 * For each kind of change, `isOne` reports whether it can be applied to a resource type, and `words` is the name of
 * these types in messages.
 */
const OF: Readonly<Record<PlannedChangeKind, { isOne: (type: string) => boolean; words: string }>> = (() => {
  const circuit = { isOne: (type: string) => type === armTypes.circuit, words: 'circuit' }
  const network = (type: string) => type === armTypes.virtualNetwork || type === armTypes.virtualHub
  const removable = (type: string) =>
    [armTypes.circuit, armTypes.connection].some((one) => one === type) || isGatewayType(type)
  return {
    weight: { isOne: (type) => type === armTypes.connection, words: 'connection' },
    prepend: circuit,
    withdraw: circuit,
    bandwidth: circuit,
    billing: circuit,
    tier: circuit,
    peering_off: circuit,
    filter: {
      isOne: (type) => type === armTypes.circuit || type === armTypes.routeFilter,
      words: 'circuit or route filter',
    },
    delete: { isOne: removable, words: 'circuit, connection, gateway or hub' },
    resize: { isOne: (type) => type === armTypes.virtualNetworkGateway, words: 'virtual network gateway' },
    spoke: { isOne: network, words: 'virtual network or hub' },
    route_map: { isOne: (type) => type === armTypes.virtualHub, words: 'hub or Route Server' },
  }
})()

/**
 * Finds the resource of each change in a plan. A change is returned in `unknown`, with a reason, if its resource is not
 * found or the model does not know the change's effect on routes.
 */
export async function resolvePlan(
  q: SqlExecutor,
  terms: readonly PlannedChange[],
  world: WhatIfData,
): Promise<{ resolved: ResolvedPlannedChange[]; unknown: Unknown[] }> {
  const all = await readResourcePage(q, {})
  const inHubs = listHubConnections(world)
  const resolved: ResolvedPlannedChange[] = []
  const unknown: Unknown[] = []
  for (const [n, term] of terms.entries()) {
    const found = await resourceOf(q, [...all, ...inHubs], term)
    if (typeof found === 'string') unknown.push({ term: n, why: found })
    else {
      const why = notKnown(term, found, world)
      if (why !== null) unknown.push({ term: n, why })
      if (why === null || isSimulatedInPart(term)) resolved.push({ n, term, resource: found })
    }
  }
  return { resolved, unknown }
}

/**
 * Reports whether a change is simulated in part although its effect on routes is unknown. This is so for a changed
 * route filter, because its effect on checks is known. It is also so for a new route map, because its effect on the
 * Route Server is known.
 */
const isSimulatedInPart = ({ kind }: PlannedChange) => kind === 'filter' || kind === 'route_map'

type PlannedResource = ResolvedPlannedChange['resource']

/** Returns the connections of hubs' gateways. They are not resources, because ARM lists them inside their gateways. */
const listHubConnections = ({ facts }: Pick<WhatIfData, 'facts'>): PlannedResource[] =>
  facts.topology.gateways.flatMap(({ resource, config }) =>
    config.hubConnections.map(({ name, siteKey }) => ({
      id: `${resource.id}/${name}`,
      resourceId: buildHubConnectionId(resource, name),
      name: `${resource.name} ${name}`,
      type: armTypes.connection,
      hubConnection: { gatewayId: resource.id, name, siteKey },
    })),
  )

async function resourceOf(
  q: SqlExecutor,
  all: readonly PlannedResource[],
  term: PlannedChange,
): Promise<PlannedResource | string> {
  const { isOne, words } = OF[term.kind]
  const text = term.resource.trim()
  const found = await readResourceByIdOrArmId(q, text)
  if (found && !found.removed) return isOne(found.type) ? found : `${found.name} is no ${words}`
  const key = normalizeArmId(text)
  const named = all.filter(
    ({ name, type, hubConnection, resourceId }) =>
      isOne(type) &&
      ((hubConnection?.name ?? name).toLowerCase() === text.toLowerCase() ||
        (hubConnection !== undefined && normalizeArmId(resourceId) === key)),
  )
  const [only] = named
  if (only && named.length === 1) return only
  return named.length > 1
    ? `several are named ${text}: write the ARM id`
    : `no ${words} ${JSON.stringify(text)} is known: is its subscription monitored, and does the token see it?`
}

/**
 * Returns the gateways that announce the address space of a virtual network or hub.
 * @param network ID of the virtual network, or of a hub or gateway
 */
export const findAnnouncingGateways = (facts: WhatIfData['facts'], network: string) =>
  facts.topology.gateways
    .filter(({ resource, config }) => resource.id === network || networkOf(facts, config.networkKey) === network)
    .map(({ resource }) => resource)

const networkOf = ({ networks }: WhatIfData['facts'], key: string | null) =>
  key === null ? null : (networks.get(key)?.resource.id ?? null)

/** Returns the reason why the model does not know the effect of a change on routes; null if the model knows it. */
function notKnown(
  term: PlannedChange,
  { id, name, resourceId, hubConnection }: PlannedResource,
  { facts, announced }: WhatIfData,
): string | null {
  if (hubConnection && term.kind !== 'delete') return 'the effect of a routing weight in a hub is not modelled'
  switch (term.kind) {
    case 'weight':
    case 'delete': {
      const isLinked = [...facts.links.values()].some((links) => links.some(({ connection }) => connection === id))
      const isConnection = term.kind === 'weight' || normalizeArmId(resourceId).includes('/connections/')
      return isConnection && !isLinked ? `${name} is a connection of no gateway that is read` : null
    }
    case 'withdraw':
      return announced.some(({ of, prefixes }) => of.circuit === id && prefixes.has(term.prefix))
        ? null
        : `${term.prefix} is not among what the customer announces on ${name} by the tables read last`
    case 'prepend':
      return announced.some(({ of }) => of.circuit === id) ? null : `no table of ${name} was read`
    case 'filter':
      return term.communities === null || term.communities.length === 0
        ? null
        : 'which prefixes Microsoft announces for a community is in no answer of Azure: only checks are worked out'
    case 'peering_off':
      return facts.paths.some(({ circuit, peering }) => circuit === id && peering === term.peering)
        ? null
        : `${name} has no ${term.peering} peering`
    case 'spoke':
      return findAnnouncingGateways(facts, id).length > 0 ? null : `${name} has no gateway that is read`
    case 'resize': {
      const gateway = facts.topology.gateways.find((one) => one.resource.id === id)
      return gateway ? null : `${name} is not read`
    }
    case 'route_map':
      return `the effect of the route map ${term.name} on routes is not modelled`
    default:
      return null
  }
}
