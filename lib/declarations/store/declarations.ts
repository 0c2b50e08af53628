import type { PoolClient } from 'pg'
import {
  type DeclarationListItem,
  type DeclarationList,
  formatDeclarationKey,
  declarationListNames,
  type Declarations,
} from '#lib/contract/index.ts'
import { toJsonColumn } from '#lib/platform/prisma/json.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import {
  readDeclarationVersion,
  type StoredDeclarationItem,
  readDeclarationItems,
} from '#lib/history/read/config/declarations.ts'
import { computeShortHash } from '#lib/history/store/short-id.ts'

/** Another version was saved since the user read the edited version. */
export class DeclarationsConflictError extends Error {
  override name = 'DeclarationsConflictError'
  readonly current: number

  constructor(current: number) {
    super(`version ${current} of the declarations was saved meanwhile`)
    this.current = current
  }
}

interface SavedDeclarations {
  /** number of the version that is valid after the call; unchanged if nothing differed */
  version: number
  changed: boolean
}

/**
 * Name of the lock that allows only one writer at a time, so that version numbers have no gaps and appear in ascending
 * order (ADR 0082).
 */
const LOCK = 'peerwatch_declarations'

/**
 * Saves lists as a new version, in the transaction of the caller. Unchanged entries keep their rows. If no entry
 * changed, no version is created. Stored entries that this version of Peerwatch cannot read are removed when their list
 * is saved.
 * @param lists with short IDs only; an absent list remains unchanged
 * @param expected the version that the user edited; null = any version
 * @throws DeclarationsConflictError if another version is valid
 */
export async function saveDeclarationsAsNewVersion(
  client: PoolClient,
  lists: Partial<Declarations>,
  { by, expected }: { by: string; expected: number | null },
): Promise<SavedDeclarations> {
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [LOCK])
  const current = await readDeclarationVersion(client)
  if (expected !== null && expected !== current) throw new DeclarationsConflictError(current)
  const stored = await readDeclarationItems(client, current)
  const wanted = declarationListNames.flatMap((list) => itemRows(list, lists[list]))
  const sent = new Set(declarationListNames.filter((list) => lists[list] !== undefined) as string[])
  const standing = new Map(stored.map((row) => [`${row.kind}\n${row.key}`, row]))
  const kept = new Set(wanted.filter((row) => isSame(standing.get(`${row.kind}\n${row.key}`), row)).map(nameOf))
  const ended = stored.filter((row) => sent.has(row.kind) && !kept.has(nameOf(row)))
  const begun = wanted.filter((row) => !kept.has(nameOf(row)))
  if (ended.length === 0 && begun.length === 0) return { version: current, changed: false }
  await writeVersion(client, current + 1, by, ended, begun)
  return { version: current + 1, changed: true }
}

const nameOf = ({ kind, key }: StoredDeclarationItem) => `${kind}\n${key}`
const LONGEST_KEY = 500

function itemRows<List extends DeclarationList>(
  list: List,
  items: readonly DeclarationListItem<List>[] = [],
): StoredDeclarationItem[] {
  return items.map((item) => ({ kind: list, key: storableKey(formatDeclarationKey(list, item)), value: item }))
}

/** Shortens a long key, because a database index limits its length. A hash at the end makes the result unique. */
function storableKey(key: string): string {
  return key.length <= LONGEST_KEY ? key : `${key.slice(0, LONGEST_KEY)} ${computeShortHash(key, 16)}`
}

/** Reports whether two stored values are equal. The order of fields is ignored, because Postgres does not keep it. */
function isSame(a: StoredDeclarationItem | undefined, b: StoredDeclarationItem): boolean {
  return a !== undefined && ordered(a.value) === ordered(b.value)
}

function ordered(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

async function writeVersion(
  client: PoolClient,
  version: number,
  by: string,
  ended: readonly StoredDeclarationItem[],
  begun: readonly StoredDeclarationItem[],
): Promise<void> {
  // Postgres sets the time of the version. It is never earlier than the time of the previous version, even if the clock
  // was set back.
  await client.query(
    `INSERT INTO declaration_version (version, saved_at, saved_by)
     SELECT $1, greatest(clock_timestamp(), (SELECT max(saved_at) FROM declaration_version)), $2`,
    [version, by],
  )
  await runWithPrisma(client, async ({ declaration }) => {
    for (const [kind, rows] of Map.groupBy(ended, (row) => row.kind)) {
      const where = { kind, key: { in: rows.map(({ key }) => key) }, untilVersion: null }
      await declaration.updateMany({ where, data: { untilVersion: version } })
    }
    await declaration.createMany({
      data: begun.map(({ kind, key, value }) => ({ kind, key, value: toJsonColumn(value), sinceVersion: version })),
    })
  })
}
