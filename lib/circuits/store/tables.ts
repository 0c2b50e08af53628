import { since, type Tables } from '#lib/history/statements.ts'

export const circuitsTables = {
  service_key_request: {
    past: since('service_key_request', 'at'),
    scope: 'SELECT * FROM public.service_key_request WHERE circuit_id = ANY (:shortIds)',
    retention: 'kept',
    erasure: { signatures: ['by'], texts: { why: 'text' } },
  },
} satisfies Tables
