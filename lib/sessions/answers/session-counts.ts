import type { StoredSession } from '../api/index.ts'

/**
 * Sibling sessions inside a gateway that never connected are normal, and outside the counts; also while the gateway is not
 * seen, as far as Azure's last word goes.
 */
export function isCounted({ role, verdict, azureState, establishedTransitions }: StoredSession): boolean {
  if (role !== 'gateway-peer') return true
  const neverConnected = azureState?.toLowerCase() !== 'connected' && establishedTransitions === 0
  return verdict !== 'never_established' && !(verdict === 'unknown' && neverConnected)
}
