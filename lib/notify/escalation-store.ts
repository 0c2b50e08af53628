import {
  type EpochMs,
  type EscalationPolicy,
  policyInput,
  type RotationInput,
  rotationInput,
} from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { Rotation } from './decide/on-call.ts'

export interface Stored<Body> {
  id: string
  body: Body
  updatedAt: EpochMs
}
export type StoredPolicy = Stored<Omit<EscalationPolicy, 'id'>>
export type StoredRotation = Stored<Omit<RotationInput, 'id'>>

type Table = 'escalation_policy' | 'on_call_rotation'

/** All policies in their order. */
export const storedPolicies = (db: Queryable): Promise<StoredPolicy[]> =>
  rowsOf(db, 'escalation_policy', (body) => policyInput.parse(body))

/** All rotations in their order. */
export const storedRotations = (db: Queryable): Promise<StoredRotation[]> =>
  rowsOf(db, 'on_call_rotation', (body) => rotationInput.parse(body))

async function rowsOf<Body>(db: Queryable, table: Table, read: (body: unknown) => Body): Promise<Stored<Body>[]> {
  const { rows } = await db.query<{ id: string; body: unknown; updated_at: Date }>(
    `SELECT id, body, updated_at FROM ${table} ORDER BY position, id`,
  )
  return rows.map(({ id, body, updated_at }) => ({ id, body: read(body), updatedAt: updated_at.getTime() }))
}

/** Blocks other changes of policies and rotations until the transaction ends. */
export async function lockEscalation(db: Queryable): Promise<void> {
  await db.query('LOCK TABLE escalation_policy, on_call_rotation IN SHARE ROW EXCLUSIVE MODE')
}

/** Replaces all rows of a table, in the caller's transaction. */
export async function saveEscalation(db: Queryable, table: Table, items: readonly Stored<unknown>[]): Promise<void> {
  await db.query(`DELETE FROM ${table} WHERE id <> ALL ($1::text[])`, [items.map(({ id }) => id)])
  for (const [position, { id, body, updatedAt }] of items.entries()) {
    await db.query(
      `INSERT INTO ${table} (id, body, position, updated_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET body = excluded.body, position = excluded.position, updated_at = excluded.updated_at`,
      [id, JSON.stringify(body), position, new Date(updatedAt).toISOString()],
    )
  }
}

/** A rotation as the decision takes it. */
export const rotationOf = ({ overrides, ...rest }: Omit<RotationInput, 'id'>): Rotation => ({
  ...rest,
  overrides: overrides.map(({ channel, from, to }) => ({ channel, from: Date.parse(from), to: Date.parse(to) })),
})
