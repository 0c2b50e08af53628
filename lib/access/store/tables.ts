import type { DatabaseTableRegistrations } from '#lib/history/statements.ts'

export const accessTables = {
  audit_entry: {
    past: 'forgotten',
    scope: 'hidden',
    retention: { statement: 'SELECT expire_audit($1)' },
    erasure: { signatures: ['actor'], texts: { subject: 'text', before: 'jsonb', after: 'jsonb' } },
  },
  access_session: {
    past: 'forgotten',
    scope: 'hidden',
    retention: { statement: 'DELETE FROM access_session WHERE expires_at < $1', by: 'now' },
    erasure: 'kept',
  },
  access_link: {
    past: 'forgotten',
    scope: 'hidden',
    retention: { statement: 'DELETE FROM access_link WHERE expires_at < $1', by: 'now' },
    erasure: 'kept',
  },
  access_verification: {
    past: 'forgotten',
    scope: 'hidden',
    retention: { statement: 'DELETE FROM access_verification WHERE expires_at < $1', by: 'now' },
    erasure: 'kept',
  },
  access_user: {
    past: 'forgotten',
    scope: 'hidden',
    retention: 'kept',
    erasure: 'kept',
    named: `SELECT id, email AS name FROM access_user WHERE id = ANY($1)`,
  },
  access_account: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  access_attempt: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  access_passkey: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  access_token: {
    past: 'forgotten',
    scope: 'hidden',
    retention: 'kept',
    erasure: { signatures: ['created_by'] },
    named: `SELECT id, name FROM access_token WHERE id = ANY($1)`,
  },
  access_two_factor: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  snapshot: {
    past: 'forgotten',
    scope: 'hidden',
    retention: 'kept',
    erasure: { signatures: ['made_by'], texts: { title: 'text', body: 'text' } },
    named: `SELECT id, title FROM snapshot WHERE id = ANY($1)`,
  },
  saved_view: {
    past: 'forgotten',
    scope: 'hidden',
    retention: 'kept',
    erasure: { signatures: ['made_by'] },
    named: `SELECT id, name FROM saved_view WHERE id = ANY($1)`,
  },
} satisfies DatabaseTableRegistrations
