import {
  declarationItems,
  declarationLists,
  type DeclarationsAnswer,
  type DeclarationsVersion,
  type EpochMs,
  nothingDeclared,
  type UnreadableDeclaration,
} from '#lib/contract/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'
import type { Page } from '../types.ts'
import { cursorsOf, pageOf } from './cursor.ts'

/** An item as it is stored: which list, what it is known by there, and the rest as it was saved. */
export interface StoredItem {
  kind: string
  key: string
  value: unknown
}

/**
 * What is declared, or was in force at a moment. An item that can't be read (a later version wrote it, or somebody by hand) is
 * left out, named in `unreadable` and logged; it fails nobody.
 * @param at leave out for now
 */
export async function readDeclarations(db: Queryable, at?: EpochMs): Promise<DeclarationsAnswer> {
  const { rows } = await db.query<{ version: number; saved_at: Date; saved_by: string }>(
    `SELECT version, saved_at, saved_by FROM declaration_version
     WHERE $1::timestamptz IS NULL OR saved_at <= $1 ORDER BY version DESC LIMIT 1`,
    [iso(at ?? null)],
  )
  const [saved] = rows
  const declared = parsed(saved ? await storedItems(db, saved.version) : [])
  return {
    ...declared,
    version: saved?.version ?? 0,
    updatedAt: saved ? iso(ms(saved.saved_at)) : null,
    updatedBy: saved?.saved_by ?? null,
  }
}

function parsed(items: readonly StoredItem[]) {
  const declared = nothingDeclared()
  const unreadable: UnreadableDeclaration[] = []
  for (const { kind, key, value } of items) {
    const list = declarationLists.find((known) => known === kind)
    const read = list ? declarationItems[list].safeParse(value) : null
    // the schema is the list's own, so what it read belongs into that list
    if (list && read?.success) (declared[list] as unknown[]).push(read.data)
    else unreadable.push({ list: kind, key, reason: reasonOf(read?.error?.issues[0]) })
  }
  if (unreadable.length > 0) {
    componentLogger('declarations').warn({ unreadable }, 'stored declarations can not be read; they count for nothing')
  }
  return { ...declared, unreadable }
}

function reasonOf(issue: { path: PropertyKey[]; message: string } | undefined): string {
  if (!issue) return 'no list of this name is known'
  return [issue.path.join('.'), issue.message].filter(Boolean).join(': ')
}

/** Items of one version, by list and key. */
export async function storedItems(db: Queryable, version: number): Promise<StoredItem[]> {
  const { rows } = await db.query<StoredItem>(
    `SELECT kind, key, value FROM declaration
     WHERE since_version <= $1 AND (until_version IS NULL OR until_version > $1) ORDER BY kind, key`,
    [version],
  )
  return rows
}

/** 0 = nothing was ever declared. */
export async function currentVersion(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM declaration_version',
  )
  return rows[0]?.version ?? 0
}

/** Every version with what it changed, newest first. */
export async function listDeclarationVersions(
  db: Queryable,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<DeclarationsVersion>> {
  const cursors = cursorsOf('listDeclarationVersions', {})
  const [before] = cursors.read(cursor, 'int') ?? [null]
  const { rows } = await db.query<{
    version: number
    saved_at: Date
    saved_by: string
    changes: DeclarationsVersion['changes']
  }>(
    `SELECT v.version, v.saved_at, v.saved_by,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('list', kind, 'key', key, 'op', op) ORDER BY kind, key), '[]')
        FROM (SELECT kind, key, CASE WHEN bool_and(since_version = v.version) THEN 'added'
                                     WHEN bool_or(since_version = v.version) THEN 'changed'
                                     ELSE 'removed' END AS op
              FROM declaration WHERE since_version = v.version OR until_version = v.version
              GROUP BY kind, key) AS c) AS changes
     FROM declaration_version v
     WHERE $1::int IS NULL OR v.version < $1
     ORDER BY v.version DESC LIMIT $2`,
    [before, limit + 1],
  )
  const page = pageOf(rows, limit, ({ version }) => cursors.write([version]))
  return {
    rows: page.rows.map(({ version, saved_at, saved_by, changes }) => ({
      version,
      savedAt: iso(ms(saved_at)),
      savedBy: saved_by,
      changes,
    })),
    nextCursor: page.nextCursor,
  }
}
