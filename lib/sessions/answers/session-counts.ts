import type { StoredSession } from '../api/index.ts'

/**
 * Reports whether a session is included in counts of sessions. A session between two instances of the same gateway is
 * not included if it was never connected, because that is normal. If the state of such a session is currently unknown,
 * it is included only if Azure last reported it as connected, or if it was established before.
 */
export function isCountedSession({ role, verdict, azureState, establishedTransitions }: StoredSession): boolean {
  if (role !== 'gateway-peer') return true
  const neverConnected = azureState?.toLowerCase() !== 'connected' && establishedTransitions === 0
  return verdict !== 'never_established' && !(verdict === 'unknown' && neverConnected)
}
