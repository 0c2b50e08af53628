import { checkRecords, type EventKind, eventKindRecords, readCheckId } from '#lib/contract/index.ts'
import { registeredTables } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Returns the statement that names everything that an entry can be about, by its id; a circuit also by its ARM id, as it was sent. */
const namedStatement = () => `WITH named (id, name) AS (
  ${[...registeredTables().values()].flatMap(({ named }) => named ?? []).join('\n  UNION ALL ')}) SELECT id, name FROM named`

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
  const named = await db.query<{ id: string; name: string }>(namedStatement(), [
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
