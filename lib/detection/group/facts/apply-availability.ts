import type { Signal } from '../../model/signal.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'

/** Writes what Azure Monitor reported each path's sessions last: the same minutes come again with the next poll, and later ones. */
export function applyAvailability(context: FoldContext, signals: readonly Signal[]): void {
  for (const signal of signals) {
    if (signal.type !== 'availability') continue
    const { subresource, reported, low } = signal
    scopeOf(context, context.mark.scope).availability[subresource] = { reported, low }
  }
}
