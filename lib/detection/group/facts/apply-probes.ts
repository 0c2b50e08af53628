import type { Signal } from '../../model/signal.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'

/** By the address that a test tries to reach: the circuits and gateways that carry it now. */
export type Probed = Readonly<Record<string, readonly string[]>>

/**
 * Writes how a test goes into the facts of what carries it. It is evidence beside others (docs/rules/detection.md 3.4): no probe opens
 * anything by itself, because what it tries to reach may be switched off.
 */
export function applyProbes(context: FoldContext, signals: readonly Signal[], probed: Probed): void {
  for (const signal of signals) {
    if (signal.type !== 'probe') continue
    const { test, destination, state, since } = signal
    const carriers = new Set(probed[destination] ?? [])
    for (const scope of Object.keys(context.scopes)) {
      const { probes } = scopeOf(context, scope)
      if (carriers.has(scope)) probes[test] = { state, since }
      else delete probes[test]
    }
  }
}
