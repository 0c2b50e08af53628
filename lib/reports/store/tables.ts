import type { DatabaseTableRegistrations } from '#lib/history/statements.ts'

export const reportsDatabaseTablePolicies = {
  report_run: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  report_schedule: {
    past: 'forgotten',
    scope: 'hidden',
    retention: 'kept',
    erasure: 'kept',
    named: `SELECT id, body->>'name' FROM report_schedule WHERE id = ANY($1)`,
  },
} satisfies DatabaseTableRegistrations
