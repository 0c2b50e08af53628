import type { PollSignal } from '../../model/signal.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'

/**
 * Scopes (circuits and gateways) that currently carry the traffic to each address that a connectivity probe tests, by
 * that address.
 */
export type ResourcesByProbedAddress = Readonly<Record<string, readonly string[]>>

/**
 * Stores the state of each connectivity probe at the circuits and gateways that carry traffic to its destination. It is
 * only additional evidence (docs/rules/detection.md 3.4): a probe never opens an event, because its destination may be
 * switched off.
 */
export function applyProbeSignals(
  context: DetectionContext,
  signals: readonly PollSignal[],
  probed: ResourcesByProbedAddress,
): void {
  for (const signal of signals) {
    if (signal.type !== 'probe') continue
    const { test, destination, state, since } = signal
    const carriers = new Set(probed[destination] ?? [])
    for (const scope of Object.keys(context.scopes)) {
      const { probes } = ensureResourceState(context, scope)
      if (carriers.has(scope)) probes[test] = { state, since }
      else delete probes[test]
    }
  }
}
