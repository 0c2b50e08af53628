import type { DatabaseTableRegistrations } from '#lib/history/statements.ts'

export const alertingTables = {
  alerting_proof: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  wall_screen: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
} satisfies DatabaseTableRegistrations
