import { splitMetroLocation } from '#lib/contract/facts/resiliency.ts'
import { circuitPaths } from '#lib/contract/index.ts'
import { formatSessionSubject } from '../../../model/subject.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { isPhysicalMac } from '../mac-address.ts'
import type { SessionFact } from '../../../model/scope-state.ts'
import type { CircuitNode } from '../../../model/topology.ts'
import type { FailureElement, FailureElementKind, FailureUnit } from './smallest-root.ts'

export const formatPathFailureUnit = (circuit: string, subresource: string): FailureUnit => `${circuit} ${subresource}`
export const formatSessionFailureUnit = (
  gateway: string,
  session: Pick<SessionFact, 'localAddress' | 'neighbor'>,
): FailureUnit => `${gateway} ${formatSessionSubject(session)}`

/** Path of a circuit, as the smallest unit whose failure can be observed, with the resources on which it depends. */
interface PathLeaf {
  leaf: FailureUnit
  circuit: CircuitNode
  path: string
  /**
   * the peering locations of the circuit. A Metro circuit has two and Azure does not report which of them this path
   * uses, so both are listed (ADR 0275).
   */
  ends: readonly string[]
  /** the customer's routers on which the path ends: names declared by an operator, and the MAC address */
  routers: string[]
}

/**
 * Returns all elements of a group, that is, resources that may fail as a unit, for example sessions, paths, routers,
 * circuits and locations (docs/rules/detection.md 7, topology for grouping).
 */
export function listFailureElements(context: DetectionContext): FailureElement[] {
  const paths = pathLeaves(context)
  const sessions = context.topology.gateways.flatMap(({ scope }) => sessionLeaves(context, scope))
  const behind = ({ gateway, neighbor }: (typeof sessions)[number]) =>
    context.topology.mappings.find((known) => known.gateway === gateway && known.neighbor === neighbor)
  const ofEdge = (circuit: string, path: string) =>
    sessions.filter((one) => behind(one)?.circuit === circuit && behind(one)?.path === path).map(({ leaf }) => leaf)
  const withEdge = ({ leaf, circuit, path }: PathLeaf) => [leaf, ...ofEdge(circuit.scope, path)]
  const each = <T>(
    kind: FailureElementKind,
    resources: readonly T[],
    nameOf: (resource: T) => string | null,
    leavesOf: (resource: T) => FailureUnit[],
  ) =>
    [...Map.groupBy(resources, nameOf)].flatMap(([name, own]): FailureElement[] =>
      name === null ? [] : [{ kind, name, leaves: new Set(own.flatMap(leavesOf)) }],
    )
  const itself = ({ leaf }: { leaf: FailureUnit }) => [leaf]
  const routed = paths.flatMap((path) => path.routers.map((router) => ({ ...path, router })))
  return [
    ...each('session', sessions, ({ leaf }) => leaf, itself),
    ...each('path', paths, ({ leaf }) => leaf, itself),
    ...each('instance', sessions, ({ gateway, localAddress }) => `${gateway} ${localAddress}`, itself),
    ...each('peer', sessions, ({ gateway, neighbor }) => `${gateway} ${neighbor}`, itself),
    ...each('router', routed, ({ router }) => router, itself),
    ...each('edge_router', paths, ({ leaf }) => leaf, withEdge),
    ...each('circuit', paths, ({ circuit }) => circuit.scope, itself),
    ...each('gateway', sessions, ({ gateway }) => gateway, itself),
    ...each('provider', paths, ({ circuit }) => circuit.provider, itself),
    ...(paths.some(({ ends }) => ends.length === 2) ? [0, 1] : [0]).flatMap((first) => {
      const placeOf = ({ ends, path }: PathLeaf) => ends[path === 'primary' ? first : 1 - first] ?? ends[0] ?? null
      // the customer's side of a location (`site`) has its own routers and can fail independently of Microsoft's side
      // (`location`)
      return [...each('site', paths, placeOf, itself), ...each('location', paths, placeOf, withEdge)]
    }),
  ]
}

/**
 * Returns the scope of the circuit by leaf (circuit path or gateway session). `paths` contains only circuit paths;
 * `all` also contains the sessions of gateways with an edge router of the circuit.
 */
export function mapFailureUnitsToCircuits(context: DetectionContext): {
  paths: ReadonlyMap<FailureUnit, string>
  all: ReadonlyMap<FailureUnit, string>
} {
  const paths = new Map(pathLeaves(context).map(({ leaf, circuit }) => [leaf, circuit.scope]))
  const edges = context.topology.mappings.flatMap(({ gateway, neighbor, circuit }) =>
    sessionLeaves(context, gateway).flatMap((one): [FailureUnit, string][] =>
      one.neighbor === neighbor ? [[one.leaf, circuit]] : [],
    ),
  )
  return { paths, all: new Map([...paths, ...edges]) }
}

function pathLeaves({ topology, scopes }: DetectionContext): PathLeaf[] {
  const declared = topology.sites.flatMap(({ routers }) => Object.entries(routers))
  return topology.circuits.flatMap((circuit) => {
    const ends = circuit.location === null ? [] : splitMetroLocation(circuit.location)
    return circuit.peerings.flatMap(({ name, customers }) =>
      circuitPaths.flatMap((path): PathLeaf[] => {
        const customer = customers[path]
        if (customer === null) return []
        const subresource = `${name}/${path}`
        const mac = scopes[circuit.scope]?.arp[subresource]?.mac ?? null
        const named = declared.filter(([, addresses]) => addresses.includes(customer)).map(([router]) => router)
        return [
          {
            leaf: formatPathFailureUnit(circuit.scope, subresource),
            circuit,
            path,
            ends,
            routers: mac !== null && isPhysicalMac(mac) ? [...named, mac] : named,
          },
        ]
      }),
    )
  })
}

function sessionLeaves({ scopes }: DetectionContext, gateway: string) {
  return Object.values(scopes[gateway]?.sessions ?? {})
    .filter(({ subresource, level }) => subresource === '' && level !== 'never' && level !== 'gone')
    .map(({ localAddress, neighbor }) => ({
      leaf: formatSessionFailureUnit(gateway, { localAddress, neighbor }),
      gateway,
      localAddress,
      neighbor,
    }))
}
