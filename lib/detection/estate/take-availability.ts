import type { Signal } from '../fold/signal.ts'
import { type Estate, scopeOf } from './estate.ts'

/** Writes what Azure Monitor told of each path's sessions last: the same minutes come again with the next poll, and later ones. */
export function takeAvailability(estate: Estate, signals: readonly Signal[]): void {
  for (const signal of signals) {
    if (signal.type !== 'availability') continue
    const { part, told, low } = signal
    scopeOf(estate, estate.mark.scope).availability[part] = { told, low }
  }
}
