import { isChangeMade, owningResource, resourceGroupOf } from '#lib/contract/index.ts'
import type { Signal } from '../../model/signal.ts'
import type { ScopeOfResource } from '../../model/topology.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'
import type { LoggedChange } from '../../model/scope-state.ts'

/** A deployment may change hundreds of resources in a resource group; a few of them say as much. */
const MAX_BESIDE = 20

/** Keeps Activity Log entries that report a change, each with the object that it was made on. */
export function applyLogged(context: FoldContext, signals: readonly Signal[], scopeOfResource: ScopeOfResource): void {
  for (const signal of signals) {
    if (signal.type !== 'activity') continue
    for (const { eventDataId: id, at, operation, status, resourceId, caller } of signal.rows) {
      if (!isChangeMade({ operation, status })) continue
      const scope = scopeOfResource(owningResource(resourceId))
      const isDone = /^succeeded$/i.test(status)
      const entry: LoggedChange = { id, at, operation, caller, ...(isDone && { isDone }) }
      if (isKnown(context, scope)) keep(context, scope, entry)
      for (const end of endsOf(context, scope)) keep(context, end, { ...entry, onConnection: scope })
      for (const beside of groupOf(context, resourceId)) keep(context, beside, { ...entry, inGroup: true })
    }
  }
}

/** Circuits and gateways in a resource's group. */
function groupOf({ topology }: FoldContext, resourceId: string): string[] {
  const group = resourceGroupOf(resourceId)
  return [...topology.circuits, ...topology.gateways]
    .filter(({ resourceGroup }) => group !== null && resourceGroup === group)
    .map(({ scope }) => scope)
}

/** What was noted first of an entry is the nearest that it has to do with this. */
function keep(context: FoldContext, scope: string, entry: LoggedChange): void {
  const { logged } = scopeOf(context, scope)
  const isCrowded = entry.inGroup && logged.filter(({ inGroup }) => inGroup).length >= MAX_BESIDE
  if (!isCrowded && !logged.some(({ id }) => id === entry.id)) logged.push(entry)
}

/** The gateway and the circuit that a connection ties together; of a peered network, those with gateways that it is peered with. */
function endsOf({ topology }: FoldContext, connection: string): string[] {
  const own = (topology.connections ?? []).filter(({ scope }) => scope === connection)
  const ends = own.flatMap(({ gateway, circuit }) => (circuit === null ? [gateway] : [gateway, circuit]))
  const peered = (topology.networks ?? []).filter(({ links }) => links.some(({ remote }) => remote === connection))
  return [...ends, ...peered.map(({ scope }) => scope)]
}

/** What was removed stands in no topology, but is remembered. */
function isKnown({ topology, scopes }: FoldContext, scope: string): boolean {
  return (
    scope in scopes ||
    [...topology.circuits, ...topology.gateways, ...(topology.networks ?? [])].some((node) => node.scope === scope)
  )
}
