import {
  declarationItems,
  declarationListNames,
  type DeclarationsResponse,
  type DeclarationsVersion,
  createEmptyDeclarations,
  type UnreadableDeclaration,
} from '#lib/contract/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { cacheUntilChange } from '#lib/platform/response-cache.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs } from '../../times.ts'
import { getReaderVisibility } from '../../scoped/scoped-reader.ts'
import type { CursorPage } from '../../types.ts'
import { createQueryCursors, createCursorPage } from '../cursor.ts'

/**
 * A stored declaration (information that an operator entered): the list that contains it, its key in the list, and its
 * value.
 */
export interface StoredDeclarationItem {
  kind: string
  key: string
  value: unknown
}

/**
 * Reads the current declarations. An item that cannot be parsed is left out, listed in `unreadable` and logged. Such an
 * item was written by a later version of Peerwatch or by hand.
 */
export const readCurrentDeclarations = (db: SqlExecutor): Promise<DeclarationsResponse> =>
  cacheUntilChange(db, 'declarations', () => newestDeclarations(db))

async function newestDeclarations(db: SqlExecutor): Promise<DeclarationsResponse> {
  const saved = await runWithPrisma(db, (tables) =>
    tables.declarationVersion.findFirst({ orderBy: { version: 'desc' } }),
  )
  const declared = parsed(saved ? await readDeclarationItems(db, saved.version) : [])
  return {
    ...declared,
    version: saved?.version ?? 0,
    updatedAt: saved ? formatIsoTime(toEpochMs(saved.savedAt)) : null,
    updatedBy: saved?.savedBy ?? null,
  }
}

function parsed(items: readonly StoredDeclarationItem[]) {
  const declared = createEmptyDeclarations()
  const unreadable: UnreadableDeclaration[] = []
  for (const { kind, key, value } of items) {
    const list = declarationListNames.find((known) => known === kind)
    const read = list ? declarationItems[list].safeParse(value) : null
    // The item was parsed with the schema of this list, so it fits into the list.
    if (list && read?.success) (declared[list] as unknown[]).push(read.data)
    else unreadable.push({ list: kind, key, reason: reasonOf(read?.error?.issues[0]) })
  }
  if (unreadable.length > 0) {
    createComponentLogger('declarations').warn(
      { unreadable },
      'stored declarations can not be read; they count for nothing',
    )
  }
  return { ...declared, unreadable }
}

function reasonOf(issue: { path: PropertyKey[]; message: string } | undefined): string {
  if (!issue) return 'no list of this name is known'
  return [issue.path.join('.'), issue.message].filter(Boolean).join(': ')
}

/** Returns the items of a version, by list and key. */
export async function readDeclarationItems(db: SqlExecutor, version: number): Promise<StoredDeclarationItem[]> {
  return runWithPrisma(db, (tables) =>
    tables.declaration.findMany({
      where: { sinceVersion: { lte: version }, OR: [{ untilVersion: null }, { untilVersion: { gt: version } }] },
      select: { kind: true, key: true, value: true },
      orderBy: [{ kind: 'asc' }, { key: 'asc' }],
    }),
  )
}

/** Returns the number of the newest version of the declarations; 0 = nothing was declared yet. */
export async function readDeclarationVersion(db: SqlExecutor): Promise<number> {
  const newest = await runWithPrisma(db, (tables) => tables.declarationVersion.aggregate({ _max: { version: true } }))
  return newest._max.version ?? 0
}

/** Returns all versions of the declarations with their changes, newest first. */
export async function listDeclarationVersions(
  db: SqlExecutor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<CursorPage<DeclarationsVersion>> {
  const cursors = createQueryCursors('listDeclarationVersions', {})
  const [before] = cursors.read(cursor, 'int') ?? [null]
  const changed = { select: { kind: true, key: true } }
  const rows = await runWithPrisma(db, (tables) =>
    tables.declarationVersion.findMany({
      where: before === null ? {} : { version: { lt: Number(before) } },
      include: { began: changed, ended: changed },
      orderBy: { version: 'desc' },
      take: limit + 1,
    }),
  )
  const page = createCursorPage(rows, limit, ({ version }) => cursors.write([version]))
  // The changes of a version include declarations about resources of other customers. Therefore only a caller who may
  // see the whole estate gets them.
  const isWhole = getReaderVisibility(db) === null
  return {
    rows: page.rows.map(({ version, savedAt, savedBy, began, ended }) => ({
      version,
      savedAt: formatIsoTime(toEpochMs(savedAt)),
      savedBy,
      changes: isWhole ? changesOf(began, ended) : [],
    })),
    nextCursor: page.nextCursor,
  }
}

type Named = Pick<StoredDeclarationItem, 'kind' | 'key'>

/**
 * Returns the changes of a version, ordered by list and key. An item that ended and began in the same version was
 * changed.
 */
function changesOf(began: readonly Named[], ended: readonly Named[]): DeclarationsVersion['changes'] {
  const nameOf = ({ kind, key }: Named) => `${kind}\n${key}`
  const old = new Set(ended.map(nameOf))
  const now = new Set(began.map(nameOf))
  const all = [
    ...began.map((item) => ({ ...item, op: old.has(nameOf(item)) ? ('changed' as const) : ('added' as const) })),
    ...ended.flatMap((item) => (now.has(nameOf(item)) ? [] : { ...item, op: 'removed' as const })),
  ]
  return all.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).map(({ kind, key, op }) => ({ list: kind, key, op }))
}
