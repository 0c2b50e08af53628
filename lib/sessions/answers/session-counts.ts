import type { StoredSession } from '../api/index.ts'

/**
 * Reports whether counts of sessions include a session. A session between two instances of the same gateway is excluded
 * if it never connected, because that is normal. If its state is currently unknown, it is excluded unless Azure last
 * reported it as connected or it was established before.
 */
export function isCountedSession({ role, verdict, azureState, establishedTransitions }: StoredSession): boolean {
  if (role !== 'gateway-peer') return true
  const neverConnected = azureState?.toLowerCase() !== 'connected' && establishedTransitions === 0
  return verdict !== 'never_established' && !(verdict === 'unknown' && neverConnected)
}
