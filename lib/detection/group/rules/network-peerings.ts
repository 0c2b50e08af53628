import { createBoundedChangeEvidence } from '../../model/create-event.ts'
import { type TimestampBounds, type Evidence, isPeeringOutOfSync, getNetworkPeeringState } from '#lib/contract/index.ts'
import { closeEvent, updateEventByCondition } from '../../model/event-condition.ts'
import { type DetectionContext, findOpenEvent, ensureResourceState } from '../../model/context.ts'
import type { LastNetworkPeeringState } from '../../model/scope-state.ts'
import { listConfigChanges, type PollSignal } from '../../model/signal.ts'
import type { NetworkPeeringLink, NetworkNode, FindScopeOfResource } from '../../model/topology.ts'

/**
 * Event kinds about a virtual network peering. Azure has an object at each side; a peering ends when either side ends.
 */
const KINDS = ['network_peering_disconnected', 'network_peering_out_of_sync'] as const

/**
 * Raises and ends network_peering_disconnected and network_peering_out_of_sync for the virtual networks that contain
 * the group's gateways, from the states of both sides of each peering. Only a change that this poll reported raises an
 * event. The state at the first poll raises none (docs/rules/events.md).
 */
export function detectNetworkPeeringFaults(
  context: DetectionContext,
  signals: readonly PollSignal[],
  scopeOfResource: FindScopeOfResource,
): void {
  const changes = listConfigChanges(signals)
  const changedAt = new Map(changes.map(({ resourceId, between }) => [scopeOfResource(resourceId), between]))
  for (const network of context.topology.networks ?? []) {
    for (const link of network.links) judge(context, network, link, changedAt)
    // the topology is up to date only if this poll reported changes
    const between = changedAt.get(network.scope) ?? [...changedAt.values()][0]
    if (between) forget(context, network, between)
  }
}

function judge(
  context: DetectionContext,
  { scope }: NetworkNode,
  link: NetworkPeeringLink,
  changedAt: ReadonlyMap<string, TimestampBounds>,
): void {
  const facts = (ensureResourceState(context, scope).peerings ??= {})
  const known = facts[link.key]
  const between = changedAt.get(scope) ?? (link.remote === null ? undefined : changedAt.get(link.remote))
  if (!known || between) facts[link.key] = factOf(link, known)
  if (!known || !between) return
  const now = factOf(link, known)
  const evidence = (name: 'state' | 'sync', field: string): Evidence[] =>
    known[name] === now[name] ? [] : [createBoundedChangeEvidence(context.mark, between, field, known[name], now[name])]
  const common = { scope, subject: now.name, since: between }
  // A fault that existed at the first poll raises no event later, even if something else in the network changes.
  updateEventByCondition(context, {
    ...common,
    kind: 'network_peering_disconnected',
    holds: isDisconnected(now),
    severity: known.transit ? 'major' : 'minor',
    evidence: evidence('state', 'peeringState'),
    mayBegin: !isDisconnected(known),
  })
  updateEventByCondition(context, {
    ...common,
    kind: 'network_peering_out_of_sync',
    holds: !isDisconnected(now) && isBehind(now),
    severity: 'minor',
    evidence: evidence('sync', 'peeringSyncLevel'),
    mayBegin: !isBehind(known),
  })
}

/** Ends the open events of a peering whose sides are both gone, because it was removed on purpose. */
function forget(context: DetectionContext, { scope, links }: NetworkNode, between: TimestampBounds): void {
  const facts = ensureResourceState(context, scope).peerings ?? {}
  const left = new Set(links.map(({ key }) => key))
  for (const [key, { name }] of Object.entries(facts)) {
    if (left.has(key)) continue
    delete facts[key]
    for (const kind of KINDS) {
      const open = findOpenEvent(context, kind, scope, name)
      if (open) closeEvent(open, between)
    }
  }
}

/**
 * Returns the state of a peering, which is the worse state of its two sides. A known peering keeps its name. While a
 * side is disconnected or the network's own side is missing, it also keeps the stored value that tells whether the
 * other network uses the gateways of this network (transit).
 */
function factOf(
  { name, own, back, transit }: NetworkPeeringLink,
  known: LastNetworkPeeringState | undefined,
): LastNetworkPeeringState {
  const sides = [own, back].filter((side) => side !== null)
  const broken = sides.find(({ state }) => getNetworkPeeringState(state) === 'disconnected')
  const behind = sides.find(({ sync }) => isPeeringOutOfSync(sync))
  return {
    name: known?.name ?? name,
    state: (broken ?? sides[0])?.state ?? null,
    sync: (behind ?? sides[0])?.sync ?? null,
    transit: broken || own === null ? (known?.transit ?? transit) : transit,
  }
}

const isDisconnected = ({ state }: LastNetworkPeeringState) => getNetworkPeeringState(state) === 'disconnected'
const isBehind = ({ sync }: LastNetworkPeeringState) => isPeeringOutOfSync(sync)
