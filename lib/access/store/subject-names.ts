import { checkRecords, type EventKind, eventKindRecords, parseCheckId } from '#lib/contract/index.ts'
import { getRegisteredTables } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns the SQL statement that finds the names of audit subjects (the objects of audit entries) by their ids. A
 * circuit can also be found by its ARM ID.
 */
const namedStatement = () => `WITH named (id, name) AS (
  ${[...getRegisteredTables().values()].flatMap(({ named }) => named ?? []).join('\n  UNION ALL ')}) SELECT id, name FROM named`

/**
 * SQL statement that finds the first event of incidents. Incidents have no names, so this event is shown as their name.
 */
const INCIDENTS = `
  SELECT i.id, e.kind, r.name FROM incident i
  JOIN event e ON e.id = i.root JOIN resource r ON r.short_id = e.scope WHERE i.id = ANY($1)`

/** SQL statement that finds names of subjects that no longer exist. It finds the last name of each in the audit log. */
const FORMER = `
  SELECT DISTINCT ON (subject) subject AS id, coalesce(
    before->>'email', after->>'email', before->>'name', after->>'name', before->>'title', after->>'title') AS name
  FROM audit_entry WHERE subject = ANY($1) AND (before ?| $2 OR after ?| $2) ORDER BY subject, audit_entry.id DESC`

/**
 * Returns the names of the subjects of audit entries.
 * @param subjects the ids in the entries
 * @returns the names by id; a subject is missing if no name is known
 */
export async function readSubjectNames(db: SqlExecutor, subjects: readonly string[]): Promise<Map<string, string>> {
  const asked = [...new Set(subjects)].filter((id) => id !== '')
  if (asked.length === 0) return new Map()
  const checks = asked.map((id) => ({ id, ...parseCheckId(id) }))
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
