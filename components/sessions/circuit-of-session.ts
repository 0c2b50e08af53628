import type { Session } from '#lib/sessions/api/index.ts'

/** Short id of the circuit that a session is of: its own, or the one that a gateway's neighbor is mapped to; null = none is known. */
export const circuitOfSession = ({ scope, path, mapping }: Session): string | null =>
  path === null ? (mapping?.circuitId ?? null) : scope
