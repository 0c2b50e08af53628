import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import type { Alerting } from '../api/index.ts'

/** An answer about a time that is over, as it was given. */
export interface KeptAnswer {
  id: number
  question: string
  kind: string
  version: number
  fromAt: EpochMs
  toAt: EpochMs
  askedAt: EpochMs
  askedAgainAt: EpochMs
  digest: Buffer
  /** a line for each row */
  said: string[]
}

/** One that is given otherwise now. */
type ChangedAnswer = Pick<KeptAnswer, 'id' | 'question' | 'toAt'> & { changedAt: EpochMs } & Lines
type Lines = Pick<NonNullable<Alerting['past']>['changed'][number], 'gone' | 'came'>

type Taken = Pick<KeptAnswer, 'version' | 'digest' | 'said'>

/** Keeps an answer, once. */
export async function keepAnswer(
  db: Queryable,
  { question, kind, from, to }: { question: string; kind: string; from: EpochMs; to: EpochMs },
  { version, digest, said }: Taken,
  now: EpochMs,
): Promise<void> {
  const values = [question, kind, version, new Date(from), new Date(to), new Date(now), digest, said]
  await db.query(
    `INSERT INTO kept_answer (question, kind, version, from_at, to_at, asked_at, asked_again_at, digest, said)
     VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8) ON CONFLICT (question) DO NOTHING`,
    values,
  )
}

/** What was asked longest ago, if that is before `before`; noted as asked, so that one that fails holds up no other. */
export async function nextKept(db: Queryable, before: EpochMs, now: EpochMs): Promise<KeptAnswer | undefined> {
  const [kept] = await readRows<KeptAnswer>(
    db,
    `UPDATE kept_answer SET asked_again_at = $2 WHERE id = (
       SELECT id FROM kept_answer WHERE asked_again_at < $1 ORDER BY asked_again_at LIMIT 1)
     RETURNING id, question, kind, version, from_at, to_at, asked_at, asked_again_at, digest, said`,
    [new Date(before), new Date(now)],
  )
  return kept
}

export async function replaceKept(db: Queryable, id: number, { version, digest, said }: Taken): Promise<void> {
  await db.query(
    `UPDATE kept_answer SET version = $2, digest = $3, said = $4, changed_at = NULL, gone = NULL, came = NULL WHERE id = $1`,
    [id, version, digest, said],
  )
}

/** Notes another answer than the one that was kept; null = it is the same again. */
export async function noteChanged(db: Queryable, id: number, changed: Lines | null, now: EpochMs): Promise<void> {
  await db.query(
    `UPDATE kept_answer SET changed_at = CASE WHEN $2 THEN coalesce(changed_at, $3) END, gone = $4, came = $5
     WHERE id = $1 AND (changed_at IS NOT NULL OR $2)`,
    [id, changed !== null, new Date(now), changed?.gone ?? null, changed?.came ?? null],
  )
}

/** @returns false = there was none */
export async function forgetAnswer(db: Queryable, id: number): Promise<boolean> {
  return (await db.query('DELETE FROM kept_answer WHERE id = $1', [id])).rowCount === 1
}

/** Makes room: one by chance, so that what stays is of all times. @param share 0 to 1 */
export async function forgetOne(db: Queryable, share: number): Promise<void> {
  await db.query(
    `DELETE FROM kept_answer WHERE id = (
       SELECT id FROM kept_answer WHERE changed_at IS NULL
         AND id >= (SELECT min(id) + $1::float8 * (max(id) - min(id)) FROM kept_answer) ORDER BY id LIMIT 1)`,
    [share],
  )
}

interface KeptAnswers {
  kept: number
  /** when the newest was taken, and the one that waits longest asked; null = none is kept */
  newestAt: EpochMs | null
  oldestAskedAt: EpochMs | null
}

export async function countKept(db: Queryable): Promise<KeptAnswers> {
  const [row] = await readRows<KeptAnswers>(
    db,
    'SELECT count(*)::int AS kept, max(asked_at) AS newest_at, min(asked_again_at) AS oldest_asked_at FROM kept_answer',
  )
  return row ?? { kept: 0, newestAt: null, oldestAskedAt: null }
}

/** Answers that are given otherwise now, those found last first. */
export const changedAnswers = (db: Queryable, limit = 20): Promise<ChangedAnswer[]> =>
  readRows<ChangedAnswer>(
    db,
    `SELECT id, question, to_at, changed_at, gone, came FROM kept_answer WHERE changed_at IS NOT NULL
     ORDER BY changed_at DESC, id DESC LIMIT $1`,
    [limit],
  )

/** What may be asked about: since when anything is known, and circuits and gateways by short id. */
export async function pastSubjects(
  db: Queryable,
): Promise<{ since: EpochMs | null; circuits: string[]; gateways: string[] }> {
  const rows = await readRows<{ shortId: string; type: string; firstSeen: EpochMs | null }>(
    db,
    'SELECT short_id, type, first_seen FROM resource WHERE type = ANY ($1) AND first_seen IS NOT NULL ORDER BY short_id',
    [[armTypes.circuit, armTypes.virtualNetworkGateway]],
  )
  const of = (isCircuit: boolean) =>
    rows.filter(({ type }) => (type === armTypes.circuit) === isCircuit).map(({ shortId }) => shortId)
  const firsts = rows.flatMap(({ firstSeen }) => firstSeen ?? [])
  // a spread of 100,000 arguments is none
  const since = firsts.reduce<EpochMs | null>((first, at) => (first === null ? at : Math.min(first, at)), null)
  return { since, circuits: of(true), gateways: of(false) }
}
