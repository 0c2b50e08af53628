import type { StoredSession } from '../api/index.ts'

/**
 * Reports whether a session is included in counts. A session between two instances of one gateway is left out if it has
 * never connected, because that is normal. If the session's state is currently unknown, Azure's last reported state
 * decides.
 */
export function isCountedSession({ role, verdict, azureState, establishedTransitions }: StoredSession): boolean {
  if (role !== 'gateway-peer') return true
  const neverConnected = azureState?.toLowerCase() !== 'connected' && establishedTransitions === 0
  return verdict !== 'never_established' && !(verdict === 'unknown' && neverConnected)
}
