import { checkRecords, type EventKind, eventKindRecords, readCheckId } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Everything that an entry can be about and that has a name, by its id; a circuit also by its ARM id, as it was sent. */
const NAMED = `
  SELECT id, email AS name FROM access_user WHERE id = ANY($1)
  UNION ALL SELECT id, name FROM access_token WHERE id = ANY($1)
  UNION ALL SELECT id, name FROM notify_channel WHERE id = ANY($1)
  UNION ALL SELECT id, body->>'name' FROM report_schedule WHERE id = ANY($1)
  UNION ALL SELECT id, name FROM calendar WHERE id = ANY($1)
  UNION ALL SELECT id, title FROM drill WHERE id = ANY($1)
  UNION ALL SELECT id, title FROM snapshot WHERE id = ANY($1)
  UNION ALL SELECT id, name FROM saved_view WHERE id = ANY($1)
  UNION ALL SELECT asked, name FROM unnest($1::text[]) asked JOIN resource ON short_id = asked OR arm_key = lower(asked)
  UNION ALL SELECT d.id, 'Decision about ' || r.name
    FROM cost_decision d JOIN resource r ON r.short_id = d.circuit_id WHERE d.id = ANY($1)`

/** An incident has no name of its own: it is named by what it began with. */
const INCIDENTS = `
  SELECT i.id, e.kind, r.name FROM incident i
  JOIN event e ON e.id = i.root JOIN resource r ON r.short_id = e.scope WHERE i.id = ANY($1)`

/** What is gone has the last name that the audit has of it. */
const FORMER = `
  SELECT DISTINCT ON (subject) subject AS id, coalesce(
    before->>'email', after->>'email', before->>'name', after->>'name', before->>'title', after->>'title') AS name
  FROM audit_entry WHERE subject = ANY($1) AND (before ?| $2 OR after ?| $2) ORDER BY subject, audit_entry.id DESC`

/**
 * The names of what entries of the audit are about.
 * @param subjects ids, as the entries have them
 * @returns names by id; one that has none is absent
 */
export async function subjectNames(db: Queryable, subjects: readonly string[]): Promise<Map<string, string>> {
  const asked = [...new Set(subjects)].filter((id) => id !== '')
  if (asked.length === 0) return new Map()
  const checks = asked.map((id) => ({ id, ...readCheckId(id) }))
  const named = await db.query<{ id: string; name: string }>(NAMED, [
    [...asked, ...checks.flatMap(({ scope }) => scope ?? [])],
  ])
  const incidents = await db.query<{ id: string; kind: EventKind; name: string }>(INCIDENTS, [asked])
  const names = new Map(named.rows.map(({ id, name }) => [id, name]))
  for (const { id, kind, name } of incidents.rows) names.set(id, `${eventKindRecords[kind].name}: ${name}`)
  for (const { id, kind, scope } of checks)
    if (kind && scope) names.set(id, `${checkRecords[kind].name}: ${names.get(scope) ?? scope}`)
  const unnamed = asked.filter((id) => !names.has(id))
  if (unnamed.length === 0) return names
  const former = await db.query<{ id: string; name: string }>(FORMER, [unnamed, ['email', 'name', 'title']])
  for (const { id, name } of former.rows) names.set(id, name)
  return names
}
