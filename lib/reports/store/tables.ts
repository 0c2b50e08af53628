import type { TableRegistrations } from '#lib/history/statements.ts'

export const reportsTables = {
  report_run: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  report_schedule: {
    past: 'forgotten',
    scope: 'hidden',
    retention: 'kept',
    erasure: 'kept',
    named: `SELECT id, body->>'name' FROM report_schedule WHERE id = ANY($1)`,
  },
} satisfies TableRegistrations
