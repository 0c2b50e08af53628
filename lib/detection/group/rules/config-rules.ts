import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  armTypes,
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type ConfigChange,
  type DetectedEvent,
  directTypes,
  parseHubLinkConnection,
  type EventKind,
  type Evidence,
  isResourceChanging,
  parseArmId,
  parsePathSubject,
  type Severity,
} from '#lib/contract/index.ts'
import { listConfigChanges, type PollSignal } from '../../model/signal.ts'
import { closeEvent, endEventOfRemovedResource, updateEventByCondition } from '../../model/event-condition.ts'
import { createBoundedChangeEvidence, createEvent } from '../../model/create-event.ts'
import {
  type DetectionContext,
  isEventOpen,
  listLiveEvents,
  findOpenEvent,
  storeEventInScope,
  ensureResourceState,
} from '../../model/context.ts'
import { isSessionInsideGateway } from '../facts/gateway-sessions.ts'
import { revertNeighborRelease, releaseRemovedNeighbors, REMOVAL_UNDONE_FLAG } from '../facts/neighbor-claims.ts'
import { isEqualPlainJson } from '../../model/plain-json.ts'
import { endRemovedConnectionTunnels } from './tunnels.ts'
import { judgeProvisioningLayer } from '../../verdict/index.ts'
import type { DeliberateResourceChange, ConfiguredLayerStates, LiveEvent } from '../../model/scope-state.ts'
import {
  type CircuitNode,
  type CircuitPeeringNode,
  PRIVATE_PEERING,
  type FindScopeOfResource,
} from '../../model/topology.ts'

/**
 * Compares the stored configuration states of circuits, peerings and gateways with the current topology, and raises or
 * ends events about changes. Only a change that this poll reported raises an event. The states at the first poll are
 * stored without an event (docs/rules/detection.md 3.1).
 */
export function applyConfigRules(
  context: DetectionContext,
  signals: readonly PollSignal[],
  scopeOfResource: FindScopeOfResource,
): void {
  const changes = listConfigChanges(signals)
  const byScope = new Map(changes.map((change) => [scopeOfResource(change.resourceId), change]))
  for (const circuit of context.topology.circuits) {
    const change = byScope.get(circuit.scope) ?? null
    for (const peering of circuit.peerings) intentRules(context, circuit, peering, change)
    if (change) removedPeerings(context, circuit, change)
  }
  removedHubConnections(context, byScope)
  recordInboundRouteMaps(context, byScope)
  for (const gateway of context.topology.gateways) {
    const { scope, name, provisioningState, sku = null } = gateway
    const own = findOpenEvent(context, 'gateway_changing', scope, name)
    // a migration replaces one gateway by another; one event covers both gateways
    const other = gateway.migration && context.topology.gateways.find((one) => one.scope === gateway.migration?.with)
    const ofOther = other ? byScope.get(other.scope) : own?.act === MIGRATED ? removedGateway(changes) : undefined
    const between = byScope.get(scope)?.between ?? ofOther?.between
    const isReplaced = gateway.migration?.role === 'from'
    const known = ensureResourceState(context, scope).intent['']
    if (!known || between) {
      const fact: ConfiguredLayerStates = {
        circuit: provisioningState,
        provider: null,
        peering: null,
        sku,
        since: between ?? EVER,
      }
      ensureResourceState(context, scope).intent[''] = fact
    }
    if (!between) continue
    // the event covers both a gateway on standby and a gateway that Azure is changing, because neither is expected to
    // work
    const changing = updateEventByCondition(context, {
      kind: 'gateway_changing',
      scope,
      subject: name,
      holds: gateway.migration ? isReplaced : isResourceChanging(gateway) || gateway.isStandby === true,
      since: between,
      severity: isReplaced ? 'minor' : 'info',
      evidence: [
        ...(isReplaced && other ? differs(context, between, 'gateway', name, other.name) : []),
        ...differs(context, between, 'provisioning state', known?.circuit ?? null, provisioningState),
        ...(known?.sku === undefined ? [] : differs(context, between, 'SKU', known.sku, sku)),
      ],
    })
    if (changing && isReplaced) changing.act = MIGRATED
    else if (changing && gateway.isStandby) changing.act = 'gateway on standby'
  }
  for (const [scope, change] of byScope) {
    if (change.op === 'removed' && context.scopes[scope]) {
      removed(context, scope, change)
      endRemovedConnectionTunnels(context, scope, change.between)
    }
    if (change.op === 'added' && context.scopes[scope]) returned(context, scope, change)
    if (change.movedFrom && context.scopes[scope]) moved(context, scope, change, change.movedFrom)
    if (change.partedFrom && context.scopes[scope]) parted(context, scope, change, change.partedFrom)
    if (change.tagsOnly && context.scopes[scope]) ensureResourceState(context, scope).tagsOnly.push(change.between)
  }
}

const MIGRATED: DeliberateResourceChange = 'gateway migrated'

const removedGateway = (changes: readonly ConfigChange[]): ConfigChange | undefined =>
  changes.find(
    ({ op, resourceType }) => op === 'removed' && resourceType.toLowerCase() === armTypes.virtualNetworkGateway,
  )

const EVER: TimestampBounds = { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING }

function intentRules(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  listed: ConfigChange | null,
): void {
  const facts = ensureResourceState(context, circuit.scope).intent
  const known = facts[peering.name]
  const now = peering.intent
  if (!known || !listed) {
    if (known) endOutdated(context, circuit, peering, known)
    else facts[peering.name] = { ...now, since: listed?.between ?? EVER }
    return
  }
  const change =
    judgeProvisioningLayer(now) === 'up' ? { ...listed, between: onBetween(listed.between, known) } : listed
  if (known.circuit === now.circuit && known.provider === now.provider && known.peering === now.peering) return
  facts[peering.name] = { ...now, since: change.between }
  const reported = { context, circuit, change }
  if (isWord(known.provider, 'provisioned') && now.provider !== null && !isWord(now.provider, 'provisioned')) {
    const evidence = differs(context, change.between, 'provider provisioning state', known.provider, now.provider)
    raise('provider_state_changed', 'major', circuit.name, reported, evidence)
  } else if (isWord(now.provider, 'provisioned') && known.provider !== null) {
    close(reported, 'provider_state_changed', circuit.name)
  }
  const peeringState = differs(context, change.between, `state of ${peering.name}`, known.peering, now.peering)
  const was = isWord(known.peering, 'enabled')
  const is = isWord(now.peering, 'enabled')
  if (was && !is && now.peering !== null) {
    close(reported, 'peering_enabled', peering.name)
    raise('peering_disabled', 'info', peering.name, reported, peeringState)
  } else if (!was && is && known.peering !== null) {
    close(reported, 'peering_disabled', peering.name)
    raise('peering_enabled', 'info', peering.name, reported, peeringState)
  }
}

/**
 * Ends the events of a disabled peering (`peering_disabled`, `provider_state_changed`) as soon as a session of the
 * peering comes up, because only an enabled peering has sessions. The next configuration poll would also end them, but
 * only minutes later. A failure that happens in these minutes must not become a part of the deliberate change.
 */
function endOutdated(
  context: DetectionContext,
  circuit: CircuitNode,
  { name }: CircuitPeeringNode,
  known: ConfiguredLayerStates,
): void {
  const { since, onBy } = known
  if (
    onBy !== undefined ||
    since.earliest === INSTANT_BEFORE_MONITORING ||
    judgeProvisioningLayer(known) !== 'disabled'
  )
    return
  const cameUp = Object.values(ensureResourceState(context, circuit.scope).sessions).find(
    ({ subresource, level, since: up }) =>
      parsePathSubject(subresource).peering === name && level === 'up' && up.earliest > since.latest,
  )
  if (!cameUp) return
  known.onBy = cameUp.since.latest
  const change = { between: { earliest: since.latest, latest: known.onBy } }
  close({ context, circuit, change }, 'provider_state_changed', circuit.name)
  close({ context, circuit, change }, 'peering_disabled', name)
}

/**
 * Returns the bounds of the time when a peering was enabled: between two configuration polls, and before its first
 * session came up if that is known.
 */
const onBetween = (
  { earliest, latest }: TimestampBounds,
  { onBy = latest }: ConfiguredLayerStates,
): TimestampBounds => ({
  earliest,
  latest: onBy < earliest ? latest : Math.min(latest, onBy),
})

/** Treats peerings that no longer exist like disabled peerings, and ends their open events. */
function removedPeerings(context: DetectionContext, circuit: CircuitNode, change: ConfigChange): void {
  const { intent, live } = ensureResourceState(context, circuit.scope)
  for (const [name, known] of Object.entries(intent)) {
    if (known.peering === REMOVED || circuit.peerings.some((peering) => peering.name === name)) continue
    intent[name] = { ...known, peering: REMOVED, since: change.between }
    const evidence = differs(context, change.between, `state of ${name}`, known.peering, null)
    const act = isWord(known.peering, 'enabled')
      ? raise('peering_disabled', 'info', name, { context, circuit, change }, evidence)
      : findOpenEvent(context, 'peering_disabled', circuit.scope, name)
    if (act && name === PRIVATE_PEERING) releaseRemovedNeighbors(context, act.event, circuit.scope)
    for (const one of Object.values(live)) {
      const { kind, subject } = one.event
      if (ofPeerings.has(kind) && parsePathSubject(subject).peering === name && isEventOpen(one))
        endEventOfRemovedResource(one, change.between)
    }
  }
}

const REMOVED = 'Removed'
const ofPeerings: ReadonlySet<EventKind> = new Set<EventKind>([
  'path_down',
  'circuit_down',
  'redundancy_lost',
  'green_but_dead',
  'one_way_traffic',
  'prefix_limit_exceeded',
])

/**
 * Reports removed connections of a hub's gateways. ARM lists these connections in the gateway, so that a connection
 * that is missing there was removed.
 */
function removedHubConnections(context: DetectionContext, byScope: ReadonlyMap<string, ConfigChange>): void {
  const { hubConnections = [], hubVpnGateways = [] } = context.topology
  const listed = Map.groupBy(
    [
      ...hubConnections.map(({ gateway, name }) => ({ scope: gateway, name })),
      ...hubVpnGateways.flatMap(({ scope, links }) =>
        links.map((link) => ({ scope, name: parseHubLinkConnection(link) })),
      ),
    ],
    ({ scope }) => scope,
  )
  const known = Object.keys(context.scopes).filter((scope) => context.scopes[scope]?.links)
  for (const scope of new Set([...listed.keys(), ...known])) {
    const state = ensureResourceState(context, scope)
    const change = byScope.get(scope)
    if (state.links && !change) continue
    const names = [...new Set((listed.get(scope) ?? []).map(({ name }) => name))].toSorted()
    if (change && change.op !== 'removed') {
      for (const name of state.links ?? [])
        if (!names.includes(name)) hubConnectionRemoved(context, scope, name, change.between)
    }
    state.links = names
  }
}

/**
 * Stores the route map of each connection of a hub's gateways, with the bounds of its last change. A map that the first
 * inventory lists has no such bounds.
 */
function recordInboundRouteMaps(context: DetectionContext, byScope: ReadonlyMap<string, ConfigChange>): void {
  // The custom tables of a hub have the gateways of the hub, but only the hub itself lists the route maps.
  for (const { gateways, routeMaps = [] } of (context.topology.hubs ?? []).filter(({ table }) => !table))
    for (const gateway of new Set(Object.values<string>(gateways))) {
      const state = ensureResourceState(context, gateway)
      const known = state.inboundMaps
      state.inboundMaps = {}
      for (const { scope, name, rules, inbound } of routeMaps)
        for (const { connection } of inbound.filter((one) => one.gateway === gateway)) {
          const before = known?.[connection]
          const isSame = before?.name === name && isEqualPlainJson(before.rules, rules)
          const since = (byScope.get(scope) ?? byScope.get(gateway))?.between
          // Without the bounds of the change, the map is not stored until an inventory reports the change.
          if (before && isSame) state.inboundMaps[connection] = before
          else if (since || !known) state.inboundMaps[connection] = { name, rules, since: since ?? EVER }
        }
    }
}

function hubConnectionRemoved(context: DetectionContext, scope: string, name: string, between: TimestampBounds): void {
  const raised = { kind: 'resource_removed', severity: 'info', scope, subject: name, started: between } as const
  const { event } = storeEventInScope(context, createEvent(context.mark, raised), {
    confirm: null,
    act: 'hub connection removed',
  })
  releaseUnconfiguredNeighbors(context, event)
  const { live, tunnels } = ensureResourceState(context, scope)
  for (const one of Object.values(live)) {
    const { kind, subject } = one.event
    const isOfConnection = ofHubConnections.has(kind) && parseHubLinkConnection(subject) === name
    if (isOfConnection && isEventOpen(one)) endEventOfRemovedResource(one, between)
  }
  for (const link of Object.keys(tunnels)) if (parseHubLinkConnection(link) === name) delete tunnels[link]
}

/**
 * Releases the neighbors of the VPN gateway of a hub that the configuration no longer contains after a connection was
 * removed. If no VPN site is known, all neighbors are kept, because the configured neighbors are then unknown.
 */
function releaseUnconfiguredNeighbors(
  context: DetectionContext,
  { scope, subject, started, key }: DetectedEvent,
): void {
  const { neighbors } = context.topology.hubVpnGateways?.find((node) => node.scope === scope) ?? {}
  if (!neighbors) return
  const { sessions, released } = ensureResourceState(context, scope)
  for (const session of Object.values(sessions)) {
    const isConfigured = session.neighbor in neighbors || isSessionInsideGateway(context, scope, session)
    if (!isConfigured) released[session.neighbor] ??= { between: started, circuit: subject, by: key }
  }
}

const ofHubConnections: ReadonlySet<EventKind> = new Set<EventKind>([
  'hub_connection_emptied',
  'connection_down',
  'tunnel_down',
])

interface Reported {
  context: DetectionContext
  circuit: CircuitNode
  change: ConfigChange
}

function raise(
  kind: EventKind,
  severity: Severity,
  subject: string,
  reported: Reported,
  evidence: Evidence[],
): LiveEvent {
  const { context, circuit, change } = reported
  const raised = { kind, severity, scope: circuit.scope, subject, started: change.between, evidence }
  return storeEventInScope(context, createEvent(context.mark, raised))
}

function close(
  { context, circuit, change }: Omit<Reported, 'change'> & { change: Pick<ConfigChange, 'between'> },
  kind: EventKind,
  subject: string,
): void {
  const open = findOpenEvent(context, kind, circuit.scope, subject)
  if (open) closeEvent(open, change.between)
}

const reportedWhenRemoved: ReadonlySet<string> = new Set([
  armTypes.circuit,
  armTypes.virtualNetworkGateway,
  armTypes.connection,
  ...directTypes,
  armTypes.virtualHub,
])

function removed(context: DetectionContext, scope: string, change: ConfigChange): void {
  if (!reportedWhenRemoved.has(change.resourceType.toLowerCase())) return
  const name = parseArmId(change.resourceId)?.name ?? change.resourceId
  const raised = { kind: 'resource_removed', severity: 'info', scope, subject: name, started: change.between } as const
  const act = actsByType[change.resourceType.toLowerCase()] ?? 'other resource removed'
  const { event } = storeEventInScope(context, createEvent(context.mark, raised), { confirm: null, act })
  releaseRemovedNeighbors(context, event)
}

const actsByType: Readonly<Record<string, DeliberateResourceChange>> = createSafeLookupTable({
  [armTypes.circuit]: 'circuit removed',
  [armTypes.virtualNetworkGateway]: 'gateway removed',
  [armTypes.connection]: 'connection removed',
})

/**
 * Marks the removal events of a resource as undone when the inventory lists the resource again. The removal then
 * explains no later event, and the sessions over the resource are expected to be up again.
 */
function returned(context: DetectionContext, scope: string, change: ConfigChange): void {
  const removals = listLiveEvents(context).filter(
    ({ event }) =>
      event.kind === 'resource_removed' && event.scope === scope && !event.flags.includes(REMOVAL_UNDONE_FLAG),
  )
  if (removals.length === 0) return
  for (const removal of removals) {
    removal.event = { ...removal.event, flags: [...removal.event.flags, REMOVAL_UNDONE_FLAG] }
    revertNeighborRelease(context, removal.event)
  }
  // if the resource was moved, the event about the move reports its return
  if (change.movedFrom) return
  raiseOfResource(context, 'resource_returned', scope, change)
}

function moved(context: DetectionContext, scope: string, change: ConfigChange, from: string): void {
  const { event } = raiseOfResource(context, 'resource_moved', scope, change)
  event.evidence.push(...differs(context, change.between, 'ARM id', from, change.resourceId))
}

function parted(context: DetectionContext, scope: string, change: ConfigChange, from: string): void {
  const { event } = raiseOfResource(context, 'resource_parted', scope, change)
  event.evidence.push(...differs(context, change.between, 'history of', from, null))
}

function raiseOfResource(context: DetectionContext, kind: EventKind, scope: string, change: ConfigChange): LiveEvent {
  const subject = parseArmId(change.resourceId)?.name ?? change.resourceId
  return storeEventInScope(
    context,
    createEvent(context.mark, { kind, severity: 'info', scope, subject, started: change.between }),
  )
}

/** Returns a configured value before and after a change as evidence; empty if the values are equal. */
function differs(
  { mark }: DetectionContext,
  between: TimestampBounds,
  field: string,
  before: string | null,
  after: string | null,
): Evidence[] {
  return before === after ? [] : [createBoundedChangeEvidence(mark, between, field, before, after)]
}

const isWord = (value: string | null, word: string) => value?.toLowerCase() === word
