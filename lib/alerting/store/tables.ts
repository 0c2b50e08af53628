import type { TableRegistrations } from '#lib/history/statements.ts'

export const alertingTables = {
  alerting_proof: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  wall_screen: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
} satisfies TableRegistrations
