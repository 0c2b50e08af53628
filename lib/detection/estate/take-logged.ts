import type { ActivityRow } from '#lib/contract/index.ts'
import type { Signal } from '../fold/signal.ts'
import type { ScopeOfResource } from './config-rules.ts'
import { type Estate, scopeOf } from './estate.ts'
import type { LoggedChange } from './state.ts'
import { resourceGroupOf } from './topology.ts'

/** A deployment may change hundreds of things in a resource group; a few of them say as much. */
const MOST_BESIDE = 20

/** Resource, provider, type and name: what lies below belongs to it. */
const SEGMENTS_OF_A_RESOURCE = 9

/** Keeps Activity Log entries that tell of a change, each with the object that it was made on. */
export function takeLogged(estate: Estate, signals: readonly Signal[], scopeOfResource: ScopeOfResource): void {
  for (const signal of signals) {
    if (signal.type !== 'activity') continue
    for (const { eventDataId: id, at, operation, status, resourceId, caller } of signal.rows) {
      if (!isChangeMade({ operation, status })) continue
      const scope = scopeOfResource(resourceId.split('/').slice(0, SEGMENTS_OF_A_RESOURCE).join('/'))
      const entry: LoggedChange = { id, at, operation, caller }
      if (isKnown(estate, scope)) keep(estate, scope, entry)
      for (const end of endsOf(estate, scope)) keep(estate, end, { ...entry, onConnection: true })
      for (const beside of groupOf(estate, resourceId)) keep(estate, beside, { ...entry, inGroup: true })
    }
  }
}

/** Circuits and gateways in a resource's group. */
function groupOf({ topology }: Estate, resourceId: string): string[] {
  const group = resourceGroupOf(resourceId)
  return [...topology.circuits, ...topology.gateways]
    .filter(({ resourceGroup }) => group !== null && resourceGroup === group)
    .map(({ scope }) => scope)
}

/** What was noted first of an entry is the nearest that it has to do with this. */
function keep(estate: Estate, scope: string, entry: LoggedChange): void {
  const { logged } = scopeOf(estate, scope)
  const isCrowded = entry.inGroup && logged.filter(({ inGroup }) => inGroup).length >= MOST_BESIDE
  if (!isCrowded && !logged.some(({ id }) => id === entry.id)) logged.push(entry)
}

/** The gateway and the circuit that a connection ties together. */
function endsOf({ topology }: Estate, connection: string): string[] {
  const own = (topology.connections ?? []).filter(({ scope }) => scope === connection)
  return own.flatMap(({ gateway, circuit }) => (circuit === null ? [gateway] : [gateway, circuit]))
}

/** Whether an entry of the Activity Log tells of a change that came about, or was taken on. */
export const isChangeMade = ({ operation, status }: Pick<ActivityRow, 'operation' | 'status'>): boolean =>
  /\/(write|delete|action)$/i.test(operation) && /^(succeeded|accepted)$/i.test(status)

/** What was removed stands in no topology, but is remembered. */
function isKnown({ topology, scopes }: Estate, scope: string): boolean {
  return scope in scopes || [...topology.circuits, ...topology.gateways].some((node) => node.scope === scope)
}
