import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { canonicalizeAddress } from '#lib/bgp/index.ts'
import {
  normalizeArmId,
  armTypes,
  type CircuitPath,
  circuitPaths,
  type WhatIfChange,
  isDirectType,
  isGatewayType,
  judgeLagLink,
  type WhatIfLoss,
  type PortConfig,
} from '#lib/contract/index.ts'
import type { WhatIfLostResource, WhatIfResult } from '../../api/index.ts'
import type { ResourceView } from '#lib/history/index.ts'
import { type WhatIfFailure, formatInstanceKey, formatCircuitPathKey } from '../../rules/index.ts'
import { InvalidRequestError, decodeArmIdSlashes, findCircuitLocation } from '#lib/questions/index.ts'

import type { ConfiguredPath, WhatIfFacts } from './what-if-facts.ts'
import { findLossesByLocation } from './location-losses.ts'

/**
 * Result of resolving a what-if. It contains the resources that its terms name, and everything that fails or changes
 * together with them.
 */
export interface ResolvedWhatIf {
  lost: WhatIfLostResource[]
  changed: WhatIfResult['changed']
  failure: WhatIfFailure
  /** Changed bandwidths by short id of the circuit, Mbit/s. */
  bandwidths: ReadonlyMap<string, number>
}

/** The resource for one term of the parameter `lose`, and everything that is lost together with it. */
interface Taken {
  lost: WhatIfLostResource
  gateways?: readonly string[]
  instances?: readonly string[]
  neighbors?: readonly string[]
  cut?: readonly (readonly [string, { gateway: string; circuit: string | null }])[]
}

/**
 * Finds the resources for the terms of a what-if, and everything that is lost together with them.
 * @param find returns the resource with a short id, ARM id or name; `isOne` selects the resource types that are
 *   searched by name
 * @throws InvalidRequestError with all terms that are unknown or have the wrong type
 */
export async function resolveWhatIfLossesAndChanges(
  find: (id: string, isOne: (type: string) => boolean) => Promise<ResourceView | null>,
  asked: { lose: readonly WhatIfLoss[]; change: readonly WhatIfChange[] },
  facts: WhatIfFacts,
  instances: (gateway: string) => readonly string[],
): Promise<ResolvedWhatIf> {
  const wrong: string[] = []
  const resource = async (
    list: string,
    { text, id }: { text: string; id: string },
    isOne: (type: string) => boolean,
  ): Promise<ResourceView | null> => {
    const found = await find(decodeArmIdSlashes(id), isOne)
    if (!found)
      wrong.push(
        `${list}: nothing is known by the id or name ${JSON.stringify(id)} of ${JSON.stringify(text)}: take one from /api/v1/circuits or /api/v1/gateways`,
      )
    return found
  }
  const taken: Taken[] = []
  for (const term of asked.lose) {
    const found = 'id' in term ? await resource('lose', term, canBeLost(term)) : null
    if ('id' in term && !found) continue
    const one = found ? ofResource(term, found, facts, instances, asked.lose) : ofName(term, facts)
    if (typeof one === 'string') wrong.push(`lose: ${one}`)
    else taken.push(one)
  }
  const changed: { term: WhatIfChange; found: ResourceView }[] = []
  for (const term of asked.change) {
    const wanted = term.kind === 'weight' ? armTypes.connection : armTypes.circuit
    const found = await resource('change', term, (type) => type === wanted)
    if (found && found.type !== wanted) {
      wrong.push(`change: ${found.name} is no ${term.kind === 'weight' ? 'connection' : 'circuit'}`)
    } else if (found) changed.push({ term, found })
  }
  if (wrong.length > 0) throw new InvalidRequestError(wrong.join('; '))
  return {
    lost: taken.map(({ lost }) => lost),
    changed: changed.map(({ term, found }) => ({ term: term.text, kind: term.kind, id: found.id, name: found.name })),
    failure: { ...lossesOf(taken, facts), ...changesOf(changed, facts) },
    bandwidths: new Map(
      changed.flatMap(({ term, found }) => (term.kind === 'bandwidth' ? [[found.id, term.mbps]] : [])),
    ),
  }
}

/** Returns a function that reports whether a term of `lose` may name a resource of a type. */
const canBeLost =
  ({ kind }: WhatIfLoss) =>
  (type: string): boolean => {
    if (kind === 'path') return type === armTypes.circuit
    if (kind === 'link') return isDirectType(type)
    if (kind === 'instance' || isGatewayType(type)) return isGatewayType(type)
    return type === armTypes.circuit || isDirectType(type) || type === armTypes.connection
  }

/**
 * Combines the losses of all terms. If a circuit loses all its paths of private peering, the circuit counts as lost.
 */
function lossesOf(
  taken: readonly Taken[],
  { paths }: Pick<WhatIfFacts, 'paths'>,
): Pick<WhatIfFailure, 'gateways' | 'instances' | 'neighbors' | 'paths' | 'circuits' | 'connections'> {
  const lost = new Set(
    taken.flatMap((one) =>
      one.lost.paths.map(({ circuitId, peering, path }) => formatCircuitPathKey(circuitId, peering, path)),
    ),
  )
  const whole = taken.flatMap(({ lost: { kind, id } }) => (kind === 'circuit' && id !== null ? [id] : []))
  const byCircuit = Map.groupBy(
    paths.filter(({ peering }) => peering === 'private'),
    ({ circuit }) => circuit,
  )
  const emptied = [...byCircuit].flatMap(([circuit, own]) =>
    own.every(({ peering, path }) => lost.has(formatCircuitPathKey(circuit, peering, path))) ? [circuit] : [],
  )
  return {
    gateways: new Set(taken.flatMap(({ gateways = [] }) => gateways)),
    instances: new Set(taken.flatMap(({ instances = [] }) => instances)),
    neighbors: new Set(taken.flatMap(({ neighbors = [] }) => neighbors)),
    connections: new Map(taken.flatMap(({ cut = [] }) => cut)),
    paths: lost,
    circuits: new Set([...whole, ...emptied]),
  }
}

function changesOf(
  changed: readonly { term: WhatIfChange; found: ResourceView }[],
  { links }: WhatIfFacts,
): Pick<WhatIfFailure, 'prepends' | 'weights' | 'withdrawn'> {
  const prepends = new Map<string, number>()
  const weights = new Map<string, { gateway: string; weight: number }>()
  const withdrawn = new Map<string, Set<string>>()
  for (const { term, found } of changed) {
    if (term.kind === 'prepend') prepends.set(found.id, (prepends.get(found.id) ?? 0) + term.count)
    if (term.kind === 'withdraw') withdrawn.set(found.id, (withdrawn.get(found.id) ?? new Set()).add(term.prefix))
    if (term.kind !== 'weight') continue
    const [gateway] = [...links].find(([, own]) => own.some(({ connection }) => connection === found.id)) ?? []
    if (gateway !== undefined) weights.set(found.id, { gateway, weight: term.weight })
  }
  return { prepends, weights, withdrawn }
}

const pathsOf = (paths: readonly ConfiguredPath[]): WhatIfLostResource['paths'] =>
  paths.map(({ circuit, peering, path }) => ({ circuitId: circuit, peering, path }))

/**
 * Returns everything that is lost together with a resource. If the resource cannot be lost in a what-if, returns a text
 * with the reason.
 */
function ofResource(
  term: WhatIfLoss,
  { id, name, type, config, resourceId }: ResourceView,
  facts: WhatIfFacts,
  instances: (gateway: string) => readonly string[],
  losses: readonly WhatIfLoss[],
): Taken | string {
  const own = facts.paths.filter(({ circuit }) => circuit === id)
  const lost = { term: term.text, id, name, paths: [] }
  if (term.kind === 'path') {
    if (type !== armTypes.circuit) return `${name} is no circuit, so it has no paths`
    const found = own.filter(({ peering, path }) => peering === term.peering && path === term.path)
    if (found.length === 0) return `${name} has no ${term.path} path of ${term.peering} peering`
    return { lost: { ...lost, kind: 'path', name: `${name} ${term.path}`, paths: pathsOf(found) } }
  }
  if (term.kind === 'instance') {
    const address = canonicalizeAddress(term.address) ?? term.address
    if (!isGatewayType(type)) return `${name} is no gateway, so it has no instances`
    const inHub = findHubConnection(id, term.address, facts)
    if (inHub) {
      const { circuitKey } = inHub
      const circuit = circuitKey === null ? undefined : facts.topology.byKey.get(circuitKey)?.id
      return {
        lost: { ...lost, kind: 'hub_connection', name: `${name} ${inHub.name}` },
        // the routes of a hub's gateway name the connection as an instance of a gateway names its neighbor
        instances: [formatInstanceKey(id, inHub.name)],
        cut: circuit === undefined ? [] : [[`${id}/${inHub.name}`, { gateway: id, circuit }]],
      }
    }
    const known = instances(id)
    if (!known.includes(address)) {
      return `${name} has no instance ${JSON.stringify(term.address)}${known.length > 0 ? `: it has ${known.join(', ')}` : ''}`
    }
    return {
      lost: { ...lost, kind: 'instance', name: `${name} ${address}` },
      instances: [formatInstanceKey(id, address)],
    }
  }
  if (type === armTypes.circuit) return { lost: { ...lost, kind: 'circuit', paths: pathsOf(own) } }
  if (isDirectType(type)) {
    const port = decodeResourceConfig(type, config)
    const paths = findPathsOnPort(port, facts)
    if (term.kind !== 'link') return { lost: { ...lost, kind: port.kind, paths: pathsOf(paths) } }
    const named = { ...lost, name: [name, term.link, ...(term.member === null ? [] : [term.member])].join(' ') }
    const found = findLostLink(port, term, losses)
    if (typeof found === 'string') return `${name} has no ${found}`
    const own = paths.filter(({ path }) => path === found.path)
    return { lost: { ...named, kind: found.kind, paths: found.isLost ? pathsOf(own) : [] } }
  }
  if (term.kind === 'link') return `${name} is no port or LAG, so it has no links`
  if (type === armTypes.connection) {
    const ends = [...facts.links].flatMap(([gateway, links]) =>
      links.flatMap(({ connection, circuit }) => (connection === id ? [{ gateway, circuit }] : [])),
    )
    if (ends.length === 0) return `${name} is a connection of no gateway that is read`
    return { lost: { ...lost, kind: 'connection' }, cut: ends.map((end) => [id, end] as const) }
  }
  if (!isGatewayType(type)) return `${name} is no circuit, connection, gateway, hub, port or LAG`
  const inside = facts.topology.gateways.filter(
    (gateway) => gateway.config.networkKey === normalizeArmId(resourceId) || gateway.resource.id === id,
  )
  const gateways = [...new Set([id, ...inside.map(({ resource }) => resource.id)])]
  return { lost: { ...lost, kind: type === armTypes.virtualHub ? 'hub' : 'gateway' }, gateways }
}

/** Returns the connection of a hub's gateway by its name in any case of letters; undefined = there is none. */
const findHubConnection = (gateway: string, name: string, { topology }: Pick<WhatIfFacts, 'topology'>) =>
  topology.gateways
    .find(({ resource }) => resource.id === gateway)
    ?.config.hubConnections.find((connection) => isSame(connection.name, name))

/** Returns the paths of all circuits on an ExpressRoute Direct port or LAG. */
function findPathsOnPort({ circuitKeys }: PortConfig, { topology, paths }: WhatIfFacts): ConfiguredPath[] {
  const circuits = new Set(circuitKeys.flatMap((key) => topology.byKey.get(key)?.id ?? []))
  return paths.filter(({ circuit }) => circuits.has(circuit))
}

/**
 * Finds the link of a port or LAG that a term names, and the path that it carries. The first link carries the primary
 * path of each circuit, the second link the secondary path. A link of a LAG fails only if fewer members than its
 * minimum remain active. Members of a link that the same what-if loses are counted together. Source: Azure
 * documentation, "How to configure ExpressRoute Direct" (`Links[0]` is the primary port).
 * @returns a text with the missing part if the port has no such link or member, or if the state of a port is unknown
 */
function findLostLink(
  port: PortConfig,
  term: Extract<WhatIfLoss, { kind: 'link' }>,
  losses: readonly WhatIfLoss[],
): { kind: 'link' | 'member'; path: CircuitPath | undefined; isLost: boolean } | string {
  const index = port.links.findIndex(({ name }) => isSame(name, term.link))
  const link = port.links[index]
  if (!link) return `link ${JSON.stringify(term.link)}`
  const path = circuitPaths[index]
  if (term.member === null) return { kind: 'link', path, isLost: true }
  if (!link.members.some(({ name }) => isSame(name, term.member ?? ''))) {
    return `port ${JSON.stringify(term.member)} in ${link.name}`
  }
  const lost = losses.flatMap((one) =>
    one.kind === 'link' && one.id === term.id && isSame(one.link, term.link) ? (one.member ?? []) : [],
  )
  const left = link.members.map((member) =>
    lost.some((name) => isSame(name, member.name)) ? { ...member, adminState: 'Disabled' } : member,
  )
  const state = judgeLagLink(port, { ...link, members: left })
  if (state === 'unknown') return `known state of every port of ${link.name}`
  return { kind: 'member', path, isLost: state === 'belowMinimum' || state === 'disabled' }
}

const isSame = (a: string | null, b: string) => a?.trim().toLowerCase() === b.toLowerCase()

/**
 * Returns everything that is lost together with a peering location, a provider or a router. Returns a text with the
 * error if the name is unknown.
 */
function ofName(term: WhatIfLoss, { topology, paths, routers }: WhatIfFacts): Taken | string {
  if (term.kind === 'router') {
    const found = [...routers].find(([name]) => isSame(name, term.name))
    if (!found) return `no router is declared by the name ${JSON.stringify(term.name)}`
    const [name, addresses] = found
    const own = paths.filter(({ customer }) => customer.some((address) => addresses.includes(address)))
    return { lost: { term: term.text, kind: 'router', id: null, name, paths: pathsOf(own) }, neighbors: addresses }
  }
  if (term.kind !== 'location' && term.kind !== 'provider') return `${term.text} is unknown`
  const { kind } = term
  const found = topology.circuits.flatMap((circuit) => {
    const whole = kind === 'provider' ? circuit.config.provider : findCircuitLocation(circuit, topology).peeringLocation
    const standings = kind === 'provider' ? [] : findLossesByLocation(circuit, topology)
    const all = [{ location: whole, paths: circuitPaths }, ...standings]
    const one = all.find(({ location }) => isSame(location, term.name))
    return one ? [{ ...one, id: circuit.resource.id }] : []
  })
  const [first] = found
  if (!first) return `no circuit has the ${kind} ${JSON.stringify(term.name)}`
  const own = paths.filter(({ circuit, path }) =>
    found.some(({ id, paths: lost }) => id === circuit && lost.includes(path)),
  )
  return { lost: { term: term.text, kind, id: null, name: first.location ?? term.name, paths: pathsOf(own) } }
}
