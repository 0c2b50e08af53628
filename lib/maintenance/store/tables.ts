import { selectVisibleIds, type SelectStatement, type DatabaseTableRegistrations } from '#lib/history/statements.ts'

/**
 * SQL for the calendars as they were at a moment (`:at`), that is, the calendars that were saved until then. Results of
 * later reads are replaced by null or an empty value. Earlier versions are not stored, so a calendar that was saved
 * again after the moment is missing. The encrypted address is left out, because the database role for queries may not
 * read it.
 */
const CALENDAR: SelectStatement = `SELECT id, name, NULL::text AS address, CASE WHEN read_at <= :at THEN content END AS content, about, scopes, paths,
    saved_by, saved_at, CASE WHEN tried_at <= :at THEN tried_at END AS tried_at, CASE WHEN read_at <= :at THEN read_at END AS read_at,
    CASE WHEN tried_at <= :at THEN failure END AS failure, CASE WHEN read_at <= :at THEN etag END AS etag,
    CASE WHEN read_at <= :at THEN last_modified END AS last_modified, CASE WHEN read_at <= :at THEN problems ELSE '[]' END AS problems
  FROM public.calendar WHERE saved_at <= :at`

export const maintenanceTables = {
  calendar: {
    past: CALENDAR,
    scope: 'hidden',
    retention: 'kept',
    erasure: { signatures: ['saved_by'], texts: { content: 'text', problems: 'jsonb' } },
    named: `SELECT id, name FROM calendar WHERE id = ANY($1)`,
  },
  // A caller with limited access sees the key and the title of a window only if the window names resources and the
  // caller may see all of them. The title may contain names of other customers' resources.
  calendar_window: {
    past: 'unchanged',
    scope: `SELECT calendar_id, CASE WHEN own THEN key ELSE '' END AS key, CASE WHEN own THEN title ELSE 'Maintenance' END AS title,
      from_at, to_at, seen AS scopes, paths, is_shown_only, recurring, impact, unlisted_at
    FROM public.calendar_window CROSS JOIN LATERAL (SELECT ${selectVisibleIds('scopes')} AS seen) AS s
    CROSS JOIN LATERAL (SELECT scopes <> '{}' AND seen = scopes AS own) AS o
    WHERE NOT is_shown_only AND (scopes = '{}' OR seen <> '{}')`,
    retention: 'kept',
    erasure: { texts: { title: 'text' } },
  },
  mailbox: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  unread_notice: {
    past: 'forgotten',
    scope: 'hidden',
    retention: 'kept',
    erasure: {
      signatures: ['changed_by', 'sender'],
      texts: { sender: 'text', subject: 'text', excerpt: 'text', reason: 'text' },
    },
  },
} satisfies DatabaseTableRegistrations
