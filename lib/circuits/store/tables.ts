import { selectRowsSince, type DatabaseTableRegistrations } from '#lib/history/statements.ts'

export const circuitsTables = {
  service_key_request: {
    past: selectRowsSince('service_key_request', 'at'),
    scope: 'SELECT * FROM public.service_key_request WHERE circuit_id = ANY (:shortIds)',
    retention: 'kept',
    erasure: { signatures: ['by'], texts: { why: 'text' } },
  },
} satisfies DatabaseTableRegistrations
