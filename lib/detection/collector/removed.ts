import { end } from '../estate/condition.ts'
import type { ScopeOfResource } from '../estate/config-rules.ts'
import { type Estate, isOpen } from '../estate/estate.ts'
import type { Signal } from '../fold/signal.ts'

/** What is not there any more is not polled any more: its errors end with it. */
export function endErrorsOfRemoved(estate: Estate, signals: readonly Signal[], scopeOfResource: ScopeOfResource): void {
  for (const signal of signals) {
    if (signal.type !== 'config') continue
    for (const { op, resourceId, between } of signal.changes) {
      const scope = op === 'removed' ? estate.scopes[scopeOfResource(resourceId)] : undefined
      const errors = Object.values(scope?.live ?? {}).filter(
        (live) => live.event.kind === 'collector_error' && isOpen(live),
      )
      for (const error of errors) end(error, between)
    }
  }
}
