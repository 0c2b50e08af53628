import { endEventOfRemovedResource } from '../../../model/event-condition.ts'
import type { FindScopeOfResource } from '../../../model/topology.ts'
import { type DetectionContext, isEventOpen } from '../../../model/context.ts'
import type { PollSignal } from '../../../model/signal.ts'

/** Ends the open collector_error events of removed resources, because these resources are no longer polled. */
export function endErrorsOfRemoved(
  context: DetectionContext,
  signals: readonly PollSignal[],
  scopeOfResource: FindScopeOfResource,
): void {
  for (const signal of signals) {
    if (signal.type !== 'config') continue
    for (const { op, resourceId, between } of signal.changes) {
      const scope = op === 'removed' ? context.scopes[scopeOfResource(resourceId)] : undefined
      const errors = Object.values(scope?.live ?? {}).filter(
        (live) => live.event.kind === 'collector_error' && isEventOpen(live),
      )
      for (const error of errors) endEventOfRemovedResource(error, between)
    }
  }
}
