import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { Silence } from './decide/silence.ts'

/** What one channel was told of a case. */
export interface Heard {
  /** id of the notification that told it that the case opened; null = it was not told of this opening */
  opening: string | null
  /** it was told of the case as critical, by itself */
  critical: boolean
}

export interface StoredCase {
  id: string
  /** null = nothing was decided yet */
  memory: unknown
  /** by channel */
  heard: Record<string, Heard>
  /** decisions that told something; makes the ids of notifications */
  steps: number
}

/** Asks for a decision on these incidents, no later than `at`, in the transaction that changed them. */
export async function markDue(db: Queryable, ids: readonly string[], at: EpochMs): Promise<void> {
  await db.query(
    `INSERT INTO notify_case AS c (id, due_at)
     SELECT id, $2 FROM unnest($1::text[]) AS id ORDER BY id
     ON CONFLICT (id) DO UPDATE SET due_at = least(c.due_at, excluded.due_at)`,
    [[...new Set(ids)], iso(at)],
  )
}

/** Asks for a decision on a case that there is, no later than `at`; of an incident that was never to be told it makes none. */
export async function hurryCase(db: Queryable, id: string, at: EpochMs): Promise<void> {
  await db.query('UPDATE notify_case SET due_at = least(due_at, $2) WHERE id = $1', [id, iso(at)])
}

/** Puts a decision off. */
export async function postponeCase(db: Queryable, id: string, until: EpochMs): Promise<void> {
  await db.query('UPDATE notify_case SET due_at = $2 WHERE id = $1', [id, iso(until)])
}

/** Ids of cases on which a decision is due, the longest overdue first. */
export async function dueCases(db: Queryable, now: EpochMs, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'SELECT id FROM notify_case WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2',
    [iso(now), limit],
  )
  return rows.map(({ id }) => id)
}

/**
 * A case for the transaction alone. Whoever changes its incident meanwhile waits to mark it, and does so on what is saved here:
 * no change goes unseen.
 */
export async function lockCase(db: Queryable, id: string): Promise<StoredCase> {
  await db.query('INSERT INTO notify_case (id) VALUES ($1) ON CONFLICT DO NOTHING', [id])
  const { rows } = await db.query<StoredCase>(
    'SELECT id, memory, heard, steps FROM notify_case WHERE id = $1 FOR UPDATE',
    [id],
  )
  const [found] = rows
  if (!found) throw new Error(`the case ${id} vanished while it was locked`)
  return found
}

/** Cases as they are, in the given order; left out are those that there are none of. */
export async function casesOf(db: Queryable, ids: readonly string[]): Promise<StoredCase[]> {
  if (ids.length === 0) return []
  const { rows } = await db.query<StoredCase>(
    'SELECT id, memory, heard, steps FROM notify_case WHERE id = ANY ($1) ORDER BY array_position($1, id)',
    [ids],
  )
  return rows
}

/** @param alertedAt null = as it was */
export async function saveCase(
  db: Queryable,
  { id, memory, heard, steps }: StoredCase,
  { dueAt, alertedAt }: { dueAt: EpochMs | null; alertedAt: EpochMs | null },
): Promise<void> {
  await db.query(
    `UPDATE notify_case
     SET memory = $2, heard = $3, steps = $4, due_at = $5, alerted_at = coalesce($6, alerted_at), updated_at = now()
     WHERE id = $1`,
    [id, JSON.stringify(memory), JSON.stringify(heard), steps, iso(dueAt), iso(alertedAt)],
  )
}

/** How many cases were told for the first time since then. */
export async function alertsSince(db: Queryable, since: EpochMs): Promise<number> {
  const { rows } = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM notify_case WHERE alerted_at > $1', [
    iso(since),
  ])
  return rows[0]?.n ?? 0
}

/** Forgets cases that are over and were not looked at since then. */
export async function pruneCases(db: Queryable, before: EpochMs): Promise<void> {
  await db.query('DELETE FROM notify_case WHERE due_at IS NULL AND updated_at < $1', [iso(before)])
}

/** What is known of a silence of the collector; the case must be locked. A damaged one is given up: the next look begins anew. */
export async function loadSilence(db: Queryable, id: string): Promise<Silence | null> {
  const { rows } = await db.query<{ silence: unknown }>('SELECT silence FROM notify_case WHERE id = $1', [id])
  const silence = rows[0]?.silence
  return isSilence(silence) ? silence : null
}

function isSilence(value: unknown): value is Silence {
  if (typeof value !== 'object' || value === null) return false
  const { since, openedAt, lookedAt, ended } = value as Partial<Record<keyof Silence, unknown>>
  return [since, openedAt, lookedAt].every((at) => typeof at === 'number') && (ended === null || isBounds(ended))
}

const isBounds = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  'earliest' in value &&
  'latest' in value &&
  Number.isFinite(value.earliest) &&
  Number.isFinite(value.latest)

export async function saveSilence(db: Queryable, id: string, silence: Silence): Promise<void> {
  await db.query('UPDATE notify_case SET silence = $2 WHERE id = $1', [id, JSON.stringify(silence)])
}

const iso = (at: EpochMs | null) => (at === null ? null : new Date(at).toISOString())
