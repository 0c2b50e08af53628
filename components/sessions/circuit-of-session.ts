import type { Session } from '#lib/sessions/api/index.ts'

/**
 * Returns the short id of a session's circuit: its own circuit, or the circuit that the neighbor of a gateway is mapped
 * to; null = unknown.
 */
export const circuitOfSession = ({ scope, path, mapping }: Session): string | null =>
  path === null ? (mapping?.circuitId ?? null) : scope
