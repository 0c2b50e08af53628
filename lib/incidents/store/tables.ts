import {
  createEventVisibleCondition,
  selectRowsSince,
  type SelectStatement,
  type DatabaseTableRegistrations,
} from '#lib/history/statements.ts'

/**
 * SQL for the assignments of incidents of which a caller with limited access sees at least one event. The note is
 * included only if the caller sees every event of the incident.
 */
const ASSIGNMENTS: SelectStatement = `SELECT a.id, a.incident_id, a.assignee, a.assigned_by, a.assigned_at, CASE WHEN s.whole THEN a.note END AS note
  FROM public.incident_assignment a
  JOIN LATERAL (
    SELECT bool_or(${createEventVisibleCondition('e')}) AS seen, bool_and(${createEventVisibleCondition('e')}) AS whole
    FROM public.event e WHERE e.incident_id = a.incident_id
  ) s ON s.seen`

/** SQL for messages about visible incidents that were sent to channels with the same scope as the caller's. */
const SENT: SelectStatement = `SELECT n.incident_id, n.channel_id, n.channel_name, n.audience, n.sent_by, n.sent_at, n.note, n.state, n.delivered_at
  FROM public.incident_sent n
  WHERE n.audience = :audience AND EXISTS (SELECT FROM public.event e WHERE e.incident_id = n.incident_id AND ${createEventVisibleCondition('e')})`

export const incidentsTables = {
  incident_assignment: {
    past: selectRowsSince('incident_assignment', 'assigned_at'),
    scope: ASSIGNMENTS,
    retention: 'kept',
    erasure: { signatures: ['assignee', 'assigned_by'], texts: { note: 'text' } },
  },
  incident_impact: {
    past: selectRowsSince('incident_impact', 'closed_at'),
    scope: 'hidden',
    retention: 'kept',
    erasure: 'kept',
  },
  incident_send: {
    past: selectRowsSince('incident_send', 'sent_at'),
    scope: 'hidden',
    retention: 'kept',
    erasure: { signatures: ['sent_by'], texts: { note: 'text' } },
  },
  incident_sent: {
    past: `SELECT incident_id, channel_id, channel_name, audience, sent_by, sent_at, note,
      CASE WHEN delivered_at <= :at THEN state END AS state, CASE WHEN delivered_at <= :at THEN delivered_at END AS delivered_at
    FROM public.incident_sent WHERE sent_at <= :at`,
    scope: SENT,
    retention: 'kept',
    erasure: 'kept',
  },
  // A caller with limited access does not see notes about the whole estate or a shared resource, because they may name
  // other customers.
  note: {
    past: 'unchanged',
    scope: 'SELECT * FROM public.note WHERE scope = ANY (:shortIds)',
    retention: { statement: 'DELETE FROM note WHERE coalesce(to_at, from_at) < $1' },
    erasure: { signatures: ['written_by', 'changed_by'], texts: { text: 'text' } },
  },
} satisfies DatabaseTableRegistrations
