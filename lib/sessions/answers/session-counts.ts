import type { StoredSession } from '../api/index.ts'

/**
 * Reports whether a session is included in counts. Sibling sessions inside a gateway that never connected are normal
 * and not included. If the gateway is currently not
 * observed, Azure's last reported state decides.
 */
export function isCountedSession({ role, verdict, azureState, establishedTransitions }: StoredSession): boolean {
  if (role !== 'gateway-peer') return true
  const neverConnected = azureState?.toLowerCase() !== 'connected' && establishedTransitions === 0
  return verdict !== 'never_established' && !(verdict === 'unknown' && neverConnected)
}
