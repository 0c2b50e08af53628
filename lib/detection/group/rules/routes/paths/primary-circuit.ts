import { parsePrefix } from '#lib/bgp/index.ts'
import { type DetectedEvent, createIntentFinder } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../../../model/context.ts'
import { findNeighborCarryingPath } from '../../../../model/route.ts'
import { doPrefixesOverlapRanges } from '../../../../model/prefix-overlap.ts'
import type { LiveEvent } from '../../../../model/scope-state.ts'

/**
 * Reports whether a change moved prefixes away from their intended circuit. This is the home circuit of a declared
 * site, the first circuit of an active-standby policy, or a circuit whose connection has more routing weight than those
 * of the circuits in use. Such a change is a deviation until it is reverted or the declaration changes, however long it
 * lasts.
 */
export function hasLeftPrimaryCircuit(
  context: DetectionContext,
  {
    peersBefore = [],
    peersAfter = [],
    prefixes = [],
    table,
    event,
  }: Pick<LiveEvent, 'peersBefore' | 'peersAfter' | 'prefixes' | 'table'> & { event: Pick<DetectedEvent, 'scope'> },
): boolean {
  const { topology } = context
  const inHub = (peer: string) => (table === undefined ? null : findNeighborCarryingPath(context, table, peer).circuit)
  const circuitsOf = (peers: readonly string[]) =>
    new Set([
      ...topology.mappings.flatMap(({ neighbor, circuit }) => (peers.includes(neighbor) ? circuit : [])),
      ...peers.flatMap((peer) => inHub(peer) ?? []),
    ])
  const now = circuitsOf(peersAfter)
  const left = [...circuitsOf(peersBefore), event.scope].filter((circuit) => !now.has(circuit))
  const isLeft = (circuit: string | null | undefined) => circuit != null && left.includes(circuit)
  const intentsOf = createIntentFinder(topology)
  const isNamed = (text: string) => {
    const prefix = parsePrefix(text)
    return (
      prefix !== null &&
      intentsOf(prefix).some(({ declaredBy, namesPrefixes }) => declaredBy === 'policy' && namesPrefixes)
    )
  }
  // a policy that names a prefix takes precedence over the home of its site
  const ofSites = prefixes.filter((text) => !isNamed(text))
  return (
    topology.sites.some(({ home, prefixes: own }) => isLeft(home) && doPrefixesOverlapRanges(ofSites, own)) ||
    topology.policies.some(
      ({ kind, circuits, prefixes: own }) =>
        kind === 'active_standby' &&
        isLeft(circuits[0]) &&
        (own.length === 0 || doPrefixesOverlapRanges(prefixes, own)),
    ) ||
    isPinnedByWeight(topology, left, now)
  )
}

function isPinnedByWeight(
  { connections = [] }: DetectionContext['topology'],
  left: readonly string[],
  now: ReadonlySet<string>,
): boolean {
  return connections.some(
    ({ gateway, circuit, weight }) =>
      circuit !== null &&
      left.includes(circuit) &&
      connections
        .filter((other) => other.gateway === gateway && other.circuit !== null && now.has(other.circuit))
        .some((other) => (other.weight ?? 0) < (weight ?? 0)),
  )
}
