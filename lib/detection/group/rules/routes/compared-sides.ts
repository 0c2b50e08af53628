import { doesPrefixContainAddress, parseAddress, parsePrefix } from '#lib/bgp/index.ts'
import { circuitPaths, type EpochMs, parsePathSubject, parsePeeringType } from '#lib/contract/index.ts'
import { judgePathState } from '../../facts/circuit-facts.ts'
import { isLastPollLate, isSourceReadSince } from '../../facts/last-answer.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { formatPollKey } from '../../../model/subject.ts'
import type { CircuitNode, DeclaredPathPolicy, CircuitPeeringNode, GroupTopology } from '../../../model/topology.ts'
import { hasSeveralOwners } from '../../../model/event-owner.ts'
import type { RouteTableComparison, PathTableRef } from './compare-tables.ts'

/**
 * Two sides whose route tables are compared: the two paths of a circuit, or two circuits of a path policy (a
 * declaration of how circuits share traffic).
 */
export interface ComparedTableSides {
  /** circuit whose stored state contains the comparison */
  scope: string
  name: string
  /** subject of the events about this comparison */
  subject: string
  a: PathTableRef[]
  b: PathTableRef[]
  /** ranges of prefixes to compare; empty = all prefixes */
  within: string[]
  /** policy of the two circuits; null = the two paths of one circuit */
  policy: DeclaredPathPolicy | null
}

/** Result of comparing two sides. It is made when a poll changed one of their tables. */
export interface TableSidesComparison {
  scope: string
  name: string
  result: RouteTableComparison
}

const isPrivate = ({ name }: CircuitPeeringNode) => parsePeeringType(name) === 'private'

/** Returns all table comparisons of a group; if `polled` is given, only the comparisons that include that table. */
export function listComparedTableSides(
  topology: GroupTopology,
  polled: PathTableRef | null = null,
): ComparedTableSides[] {
  const all = [
    ...topology.circuits.flatMap((circuit) =>
      circuit.peerings
        .filter((peering) => isPrivate(peering) && circuitPaths.every((path) => peering.customers[path] !== null))
        .map((peering) => pathSides(circuit, peering)),
    ),
    ...topology.policies.flatMap((policy) => policySides(topology, policy)),
  ]
  if (!polled) return all
  return all.filter(({ a, b }) =>
    [...a, ...b].some((ref) => ref.scope === polled.scope && ref.subresource === polled.subresource),
  )
}

function pathSides({ scope }: CircuitNode, { name }: CircuitPeeringNode): ComparedTableSides {
  const side = (path: string): PathTableRef[] => [{ scope, subresource: `${name}/${path}` }]
  return { scope, name, subject: name, a: side('primary'), b: side('secondary'), within: [], policy: null }
}

/**
 * Returns the comparisons of a policy's preferred (first) circuit with each of its other circuits, except circuits of
 * another customer. Empty for a symmetric policy, which prefers no path length.
 */
function policySides(topology: GroupTopology, policy: DeclaredPathPolicy): ComparedTableSides[] {
  if (policy.kind === 'symmetric') return []
  const [first, ...others] = policy.circuits.flatMap(
    (wanted) => topology.circuits.find(({ scope }) => scope === wanted) ?? [],
  )
  if (!first) return []
  const side = ({ scope, peerings }: CircuitNode): PathTableRef[] =>
    peerings
      .filter(isPrivate)
      .flatMap(({ name }) => circuitPaths.map((path) => ({ scope, subresource: `${name}/${path}` })))
  const comparable = others.filter((other) => !hasSeveralOwners(topology, [first.scope, other.scope]))
  return comparable.map((other) => ({
    scope: first.scope,
    name: `${policy.kind} ${first.scope} ${other.scope} ${policy.prefixes.join(' ')}`.trim(),
    subject: `${first.name} and ${other.name}`,
    a: side(first),
    b: side(other),
    within: policy.prefixes,
    policy,
  }))
}

/**
 * Reports whether each side has a path whose session with the customer's router is up. A table without such a session
 * is empty or old, so it proves nothing.
 */
export function areBothSidesEstablished(context: DetectionContext, { a, b }: ComparedTableSides): boolean {
  return [a, b].every((side) => side.some((ref) => isUp(context, ref)))
}

/**
 * Returns the time at which the last of the established sessions of the two sides came up; -Infinity if no session is
 * up.
 */
export const getLastSessionRise = (context: DetectionContext, { a, b }: ComparedTableSides): EpochMs =>
  Math.max(...[...a, ...b].map((ref) => upSince(context, ref) ?? Number.NEGATIVE_INFINITY))

const isUp = (context: DetectionContext, ref: PathTableRef): boolean => upSince(context, ref) !== null

/**
 * Returns the time by which the session of a path had come up; null = the session is not up, or its state is unknown.
 */
function upSince(context: DetectionContext, { scope, subresource }: PathTableRef): EpochMs | null {
  const circuit = context.topology.circuits.find((node) => node.scope === scope)
  const { peering: name, path } = parsePathSubject(subresource)
  const peering = circuit?.peerings.find((node) => node.name === name)
  if (!circuit || !peering || path === null) return null
  const { state, session } = judgePathState(context, circuit, peering, path)
  return state !== 'unknown' && session?.level === 'up' ? session.since.latest : null
}

/**
 * Reports whether the sessions of both sides were polled after the difference between their tables was found. A session
 * that was last polled before may have fallen since and taken its routes with it.
 * @param at end of the poll that showed the difference
 */
export function isReadUpSince(context: DetectionContext, { a, b }: ComparedTableSides, at: EpochMs): boolean {
  const isWaitedFor = ({ scope, subresource }: PathTableRef) =>
    context.lastGoodPolls?.[formatPollKey(scope, subresource, 'summary')] !== undefined
  return [...a, ...b].every(
    (ref) => !isWaitedFor(ref) || !isUp(context, ref) || isSourceReadSince(context, { ...ref, kind: 'summary' }, at),
  )
}

/** Reports whether the tables of both sides are fresh, so that they can be compared (docs/rules/detection.md 1.5). */
export const areBothTablesFresh = (context: DetectionContext, { a, b }: ComparedTableSides): boolean =>
  [...a, ...b].every((table) => !isLastPollLate(context, { ...table, kind: 'tables' }))

/**
 * Reports whether a prefix is the link subnet between a path of the compared circuits and the customer's router. Such a
 * prefix is only in the table of one side, which does not count as a difference (docs/rules/detection.md 3.2).
 */
export function isPathLinkSubnet({ topology }: DetectionContext, { scope }: ComparedTableSides, text: string): boolean {
  const prefix = parsePrefix(text)
  if (!prefix || prefix.length < (prefix.family === 4 ? 30 : 126)) return false
  const peerings = topology.circuits.find((circuit) => circuit.scope === scope)?.peerings ?? []
  const customers = peerings.flatMap(({ customers: all, secondFamily = {} }) => [
    ...Object.values(all),
    ...Object.values(secondFamily),
  ])
  return customers
    .flatMap((one) => parseAddress(one ?? '') ?? [])
    .some((address) => doesPrefixContainAddress(prefix, address))
}
