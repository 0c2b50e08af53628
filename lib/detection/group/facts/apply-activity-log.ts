import { isCompletedChange, getTopLevelResourceId, getResourceGroupId } from '#lib/contract/index.ts'
import type { PollSignal } from '../../model/signal.ts'
import type { FindScopeOfResource } from '../../model/topology.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import type { ActivityLogResourceChange } from '../../model/scope-state.ts'

/**
 * Maximum number of log entries that a circuit or gateway stores about other resources of its resource group. A
 * deployment may change hundreds of resources, and a few entries are sufficient as evidence.
 */
const MAX_BESIDE = 20

/**
 * Stores the Activity Log entries that report a completed change. Each entry is stored at the changed resource, at the
 * ends of a changed connection, and at the circuits and gateways of the same resource group.
 */
export function applyActivityLogSignals(
  context: DetectionContext,
  signals: readonly PollSignal[],
  scopeOfResource: FindScopeOfResource,
): void {
  for (const signal of signals) {
    if (signal.type !== 'activity') continue
    for (const { eventDataId: id, at, operation, status, resourceId, caller } of signal.rows) {
      if (!isCompletedChange({ operation, status })) continue
      const scope = scopeOfResource(getTopLevelResourceId(resourceId))
      const isDone = /^succeeded$/i.test(status)
      const entry: ActivityLogResourceChange = { id, at, operation, caller, ...(isDone && { isDone }) }
      if (isKnown(context, scope)) keep(context, scope, entry)
      for (const end of endsOf(context, scope)) keep(context, end, { ...entry, onConnection: scope })
      for (const beside of groupOf(context, resourceId)) keep(context, beside, { ...entry, inGroup: true })
    }
  }
}

/** Returns the circuits and gateways in the resource group of a resource. */
function groupOf({ topology }: DetectionContext, resourceId: string): string[] {
  const group = getResourceGroupId(resourceId)
  return [...topology.circuits, ...topology.gateways]
    .filter(({ resourceGroup }) => group !== null && resourceGroup === group)
    .map(({ scope }) => scope)
}

/**
 * Stores a log entry once per circuit or gateway. If the same entry is stored again, the first version is kept.
 * Therefore the caller must first store the entry at the resource that is most closely related to the change.
 */
function keep(context: DetectionContext, scope: string, entry: ActivityLogResourceChange): void {
  const { logged } = ensureResourceState(context, scope)
  const isCrowded = entry.inGroup && logged.filter(({ inGroup }) => inGroup).length >= MAX_BESIDE
  if (!isCrowded && !logged.some(({ id }) => id === entry.id)) logged.push(entry)
}

/**
 * Returns the gateway and the circuit that a connection joins. If the ID belongs to a virtual network, returns the
 * known networks that are peered with it.
 */
function endsOf({ topology }: DetectionContext, connection: string): string[] {
  const own = (topology.connections ?? []).filter(({ scope }) => scope === connection)
  const ends = own.flatMap(({ gateway, circuit }) => (circuit === null ? [gateway] : [gateway, circuit]))
  const peered = (topology.networks ?? []).filter(({ links }) => links.some(({ remote }) => remote === connection))
  return [...ends, ...peered.map(({ scope }) => scope)]
}

/**
 * Reports whether a circuit, gateway, hub or network is in the topology, or has a stored state. A removed resource is no
 * longer in the topology.
 */
function isKnown({ topology, scopes }: DetectionContext, scope: string): boolean {
  const { circuits, gateways, networks = [], hubs = [] } = topology
  return scope in scopes || [...circuits, ...gateways, ...networks, ...hubs].some((node) => node.scope === scope)
}
