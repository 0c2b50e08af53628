import type { BgpSession } from '#lib/sessions/api/index.ts'

/**
 * Returns the short id of the circuit to which a session belongs; null = unknown. For a session of a gateway, it is the
 * circuit to which the neighbor is mapped.
 */
export const findCircuitOfSession = ({ scope, path, mapping }: BgpSession): string | null =>
  path === null ? (mapping?.circuitId ?? null) : scope
