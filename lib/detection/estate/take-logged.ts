import type { Signal } from '../fold/signal.ts'
import type { ScopeOfResource } from './config-rules.ts'
import { type Estate, scopeOf } from './estate.ts'

/** Resource, provider, type and name: what lies below belongs to it. */
const SEGMENTS_OF_A_RESOURCE = 9

/** Keeps Activity Log entries that tell of a change, each with the object that it was made on. */
export function takeLogged(estate: Estate, signals: readonly Signal[], scopeOfResource: ScopeOfResource): void {
  for (const signal of signals) {
    if (signal.type !== 'activity') continue
    for (const { eventDataId: id, at, operation, status, resourceId, caller } of signal.rows) {
      if (!isChange(operation) || !/^(succeeded|accepted)$/i.test(status)) continue
      const scope = scopeOfResource(resourceId.split('/').slice(0, SEGMENTS_OF_A_RESOURCE).join('/'))
      if (!isKnown(estate, scope)) continue
      const { logged } = scopeOf(estate, scope)
      if (!logged.some((entry) => entry.id === id)) logged.push({ id, at, operation, caller })
    }
  }
}

const isChange = (operation: string) => /\/(write|delete|action)$/i.test(operation)

function isKnown({ topology }: Estate, scope: string): boolean {
  return [...topology.circuits, ...topology.gateways].some((node) => node.scope === scope)
}
