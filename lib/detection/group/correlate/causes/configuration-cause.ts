import { createSampleEvidence } from '../../../model/create-event.ts'
import type { Cause, DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { parseSubjectNeighbor, SESSION_FALL_KINDS } from '../../../model/subject.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { ActivityLogResourceChange } from '../../../model/scope-state.ts'
import type { HubNode } from '../../../model/topology.ts'
import { isReportedFailoverTest } from './failover-test.ts'

const SAME_OBJECT = 0.9
const ATTACHED = 0.7
/**
 * Confidence of a logged change of another resource in the same resource group. It is below `MIN_NAMED_CONFIDENCE`, so
 * such a change is never named as the cause and is shown only as a hint.
 */
const SAME_GROUP = 0.3

/** A logged change that may have caused an event, with a confidence from 0 to 1. */
type ExplainingChange = { entry: ActivityLogResourceChange; confidence: number }

/**
 * Returns the change from the Activity Log that best explains an event; null if there is none. The change must be
 * logged before the event, or up to the setting `config.after` after it, because clocks differ. It must be a change of
 * the event's own resource, of a resource on which that resource depends, or of another resource in the same resource
 * group. A change of tags does not count (docs/rules/detection.md 3.6).
 * @param peers neighbors whose routes changed, if the event is about routes
 */
export function findExplainingChange(
  context: DetectionContext,
  event: DetectedEvent,
  peers: readonly string[] = [],
): ExplainingChange | null {
  const { settings, scopes } = context
  const to = event.started.latest + settings['config.after']
  const isBeyond = ofCustomerSide.has(event.kind) || (SESSION_FALL_KINDS.has(event.kind) && isOfCircuit(context, event))
  const attached = isBeyond ? [] : attachedScopes(context, event)
  // The log may contain the removal of a connection only under the resources at its two ends. Therefore the entry for a
  // removed resource is searched in all scopes.
  const ends = event.kind === 'resource_removed' ? Object.keys(scopes) : []
  let best: ExplainingChange | null = null
  const hub = findHubOfFilteredConnection(context, event)
  for (const scope of [event.scope, ...attached, ...ends, ...(hub === null ? [] : [hub])]) {
    const own = scopes[scope]
    for (const entry of own?.logged ?? []) {
      const isTagsOnly = own?.tagsOnly.some(({ earliest, latest }) => entry.at >= earliest && entry.at <= latest)
      // The report of a failover test names the connections that the test disconnects. Therefore its entry in the log
      // explains no other loss.
      if (isReportedFailoverTest(context, scope, entry.operation)) continue
      if (entry.at > to || isTagsOnly || !canFollowLoggedChange(context, scope, entry, event)) continue
      const isSame = scope === event.scope
      if (entry.onConnection && (isBeyond || isOfOther(context, event, peers, entry.onConnection))) continue
      const isOfEnd = !isSame && entry.onConnection === event.scope
      // For a resource on which the event's resource depends, only changes of the resource itself count, and not
      // changes of its connections or in its resource group. In all other scopes (`ends`), only the removal of this
      // event's connection counts.
      if (!isSame && !isOfEnd && (entry.onConnection || entry.inGroup || ends.includes(scope))) continue
      // Only changes of a hub’s route maps, and no other changes of the hub, explain that a route map drops the routes.
      if (scope === hub && !/\/routeMaps\//i.test(entry.operation)) continue
      const confidence = isOfEnd ? SAME_OBJECT : confidenceOf(entry, isSame)
      if (!best || confidence > best.confidence) best = { entry, confidence }
    }
  }
  return best
}

/**
 * Returns the logged change that best explains an event ({@link findExplainingChange}) as a cause; null if there is
 * none.
 */
export function findConfigurationCause(
  context: DetectionContext,
  event: DetectedEvent,
  peers: readonly string[] = [],
): Cause | null {
  const change = findExplainingChange(context, event, peers)
  if (!change) return null
  const { entry, confidence } = change
  const at = { earliest: entry.at, latest: entry.at }
  return {
    class: 'configuration_change',
    owner: 'own_change',
    confidence,
    evidence: [createSampleEvidence(entry.operation, entry.caller, at)],
    nextStep: `Ask ${entry.caller ?? 'whoever made the change'} about ${entry.operation}.`,
  }
}

/** Returns the hub of a connection whose routes one of the hub's route maps drops; null for other events. */
function findHubOfFilteredConnection({ topology, scopes }: DetectionContext, event: DetectedEvent): string | null {
  if (scopes[event.scope]?.live[event.key]?.emptiedBy !== 'filtered') return null
  const isOwn = ({ gateways }: HubNode) => Object.values<string>(gateways).includes(event.scope)
  return topology.hubs?.find(isOwn)?.scope ?? null
}

/**
 * Kinds of losses between an edge router and the customer. A change of a gateway or of its connection cannot cause
 * them.
 */
const ofCustomerSide: ReadonlySet<EventKind> = new Set<EventKind>(['path_down', 'circuit_down', 'redundancy_lost'])

const isOfCircuit = ({ topology }: DetectionContext, { scope }: DetectedEvent) =>
  topology.circuits.some((circuit) => circuit.scope === scope)

/**
 * Reports whether an event began early enough to be an effect of a logged change. Effects of a change can appear until
 * the hold time and the setting `burst.slack` have passed after its completion.
 * @param longest maximum duration of a change in ms, for changes whose completion is not logged
 */
export function canFollowLoggedChange(
  { scopes, settings }: DetectionContext,
  scope: string,
  entry: ActivityLogResourceChange,
  { started }: DetectedEvent,
  longest = settings['config.before'],
): boolean {
  const done = (scopes[scope]?.logged ?? [])
    .filter(({ operation, onConnection }) => operation === entry.operation && onConnection === entry.onConnection)
    .filter(({ at, isDone }) => isDone && at >= entry.at)
    .map(({ at }) => at + settings['timers.hold'] + settings['burst.slack'])
  return started.earliest <= Math.min(entry.at + longest, ...done)
}

/**
 * Reports whether a change of a connection cannot have caused the event: the event is the loss of a gateway instance,
 * or is about neighbors that all belong to other circuits than the connection.
 */
function isOfOther(
  { topology }: DetectionContext,
  { kind, scope, subject }: DetectedEvent,
  peers: readonly string[],
  onConnection: string | true,
): boolean {
  if (kind === 'gateway_instance_lost') return true
  // Detection states that earlier versions stored do not name the changed connection.
  if (onConnection === true) return false
  const connections = topology.connections ?? []
  const changed = connections.find((one) => one.scope === onConnection)
  const isUnchanged = (circuit: string) =>
    changed
      ? circuit !== changed.circuit
      : // the changed connection was removed, and a circuit has at most one connection to a gateway
        connections.some((one) => one.gateway === scope && one.circuit === circuit)
  const neighbors = peers.length > 0 ? peers : [parseSubjectNeighbor(subject)]
  const own = topology.mappings.filter((known) => known.gateway === scope && neighbors.includes(known.neighbor))
  return own.length > 0 && own.every(({ circuit }) => isUnchanged(circuit))
}

function confidenceOf({ onConnection, inGroup }: ActivityLogResourceChange, isSame: boolean): number {
  if (inGroup) return SAME_GROUP
  return isSame && !onConnection ? SAME_OBJECT : ATTACHED
}

/**
 * Returns the scopes of the resources on which an event's resource depends: the gateways of a circuit, the circuit
 * behind a gateway's neighbor, or the circuits of an isolated gateway.
 */
function attachedScopes({ topology }: DetectionContext, event: DetectedEvent): string[] {
  const gateway = topology.gateways.find(({ scope }) => scope === event.scope)
  if (!gateway)
    return topology.gateways.filter(({ circuits }) => circuits.includes(event.scope)).map(({ scope }) => scope)
  const neighbor = parseSubjectNeighbor(event.subject)
  const mapped = topology.mappings.filter((known) => known.gateway === gateway.scope && known.neighbor === neighbor)
  return mapped.length > 0
    ? mapped.map(({ circuit }) => circuit)
    : event.kind === 'gateway_isolated'
      ? gateway.circuits
      : []
}
