import { selectRowsSince, type DatabaseTableRegistrations } from '#lib/history/statements.ts'

export const notifyTables = {
  alert_state: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: { texts: { state: 'jsonb' } } },
  notification: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: { texts: { content: 'jsonb' } } },
  notify_channel: {
    past: 'unchanged',
    scope: 'hidden',
    retention: 'kept',
    erasure: 'kept',
    named: `SELECT id, name FROM notify_channel WHERE id = ANY($1)`,
  },
  on_call_rotation: {
    past: selectRowsSince('on_call_rotation', 'updated_at'),
    scope: 'hidden',
    retention: 'kept',
    erasure: 'kept',
  },
  escalation_policy: { past: 'unchanged', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  inbound_request: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
} satisfies DatabaseTableRegistrations
