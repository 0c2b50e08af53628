import { selectRowsSince, type DatabaseTableRegistrations } from '#lib/history/statements.ts'

/**
 * SQL condition for rows that belong to the caller's set of visible resources. The caller must still be able to see all
 * resources from which a row was computed.
 */
const RUN_SEEN = `audience = :audience AND seen <@ (:everySeen) AND hidden @> (:foreignMembers)`

const MARK_SEEN = `(mark ->> 'scope' IS NULL OR mark ->> 'scope' = ANY (:anyScopes))
  AND coalesce(mark #> '{before,circuits}', '[]') <@ to_jsonb(:shortIds) AND coalesce(mark #> '{to,circuits}', '[]') <@ to_jsonb(:shortIds)`

export const resilienceDatabaseTablePolicies = {
  posture_exemption: {
    past: selectRowsSince('posture_exemption', 'at'),
    scope: 'SELECT * FROM public.posture_exemption WHERE scope = ANY (:shortIds)',
    retention: 'kept',
    erasure: { signatures: ['by'], texts: { reason: 'text' } },
  },
  azure_report: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.azure_report WHERE scope = ANY (:shortIds)',
    retention: 'kept',
    erasure: { signatures: ['asked_by'] },
  },
  // A caller with limited access sees a drill if all its lost resources are visible to the caller. Only the expected
  // effects that name visible resources are included.
  drill: {
    past: `SELECT id, title, note, lose, change, from_at, to_at, within_seconds, scopes, marks, announced_by, announced_at,
      CASE WHEN cancelled_at <= :at THEN cancelled_by END AS cancelled_by, CASE WHEN cancelled_at <= :at THEN cancelled_at END AS cancelled_at
    FROM public.drill WHERE announced_at <= :at`,
    scope: `SELECT id, title, note, lose, change, from_at, to_at, within_seconds, scopes,
      (SELECT coalesce(jsonb_agg(mark ORDER BY n), '[]') FROM jsonb_array_elements(marks) WITH ORDINALITY AS l (mark, n) WHERE ${MARK_SEEN}) AS marks,
      announced_by, announced_at, cancelled_by, cancelled_at
    FROM public.drill WHERE scopes <@ (:shortIds)`,
    retention: 'kept',
    erasure: { signatures: ['announced_by', 'cancelled_by'], texts: { title: 'text', note: 'text' } },
    named: `SELECT id, title FROM drill WHERE id = ANY($1)`,
  },
  single_loss: {
    past: 'forgotten',
    scope: `SELECT * FROM public.single_loss WHERE audience IN (SELECT audience FROM public.single_loss_run WHERE ${RUN_SEEN})`,
    retention: 'kept',
    erasure: 'kept',
  },
  single_loss_run: {
    past: 'forgotten',
    scope: `SELECT * FROM public.single_loss_run WHERE ${RUN_SEEN}`,
    retention: 'kept',
    erasure: 'kept',
  },
  double_loss_run: {
    past: 'forgotten',
    scope: `SELECT * FROM public.double_loss_run WHERE ${RUN_SEEN}`,
    retention: 'kept',
    erasure: { signatures: ['requested_by'] },
  },
  outlook: {
    past: 'forgotten',
    scope: `SELECT * FROM public.outlook WHERE ${RUN_SEEN}`,
    retention: 'kept',
    erasure: 'kept',
  },
} satisfies DatabaseTableRegistrations
