import type { ChannelFilters, ChannelKind, EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

export interface StoredChannel {
  id: string
  name: string
  kind: ChannelKind
  /** the fields of the kind without its address and secret. Versions up to 0.2.0 stored an address here, in clear */
  target: Record<string, unknown>
  /** sealed; null = the kind has none, or it is still in `target` */
  address: string | null
  /** sealed; null = none */
  secret: string | null
  filters: ChannelFilters
  enabled: boolean
  updatedAt: EpochMs
}

interface Row extends Omit<StoredChannel, 'updatedAt'> {
  updated_at: Date
}

const COLUMNS = 'id, name, kind, target, address, secret, filters, enabled, updated_at'

/** All channels in their order. */
export async function storedChannels(db: Queryable): Promise<StoredChannel[]> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM notify_channel ORDER BY position, id`)
  return rows.map(({ updated_at, ...channel }) => ({ ...channel, updatedAt: updated_at.getTime() }))
}

/** As {@link storedChannels}, locked against changes until the transaction ends. */
export async function lockedChannels(db: Queryable): Promise<StoredChannel[]> {
  await db.query('SELECT FROM notify_channel ORDER BY id FOR SHARE')
  return storedChannels(db)
}

/** Blocks other changes of channels until the transaction ends. */
export async function lockChannels(db: Queryable): Promise<void> {
  await db.query('LOCK TABLE notify_channel IN SHARE ROW EXCLUSIVE MODE')
}

/** Replaces all channels. An unchanged channel keeps its `updatedAt`. */
export async function saveChannels(db: Queryable, channels: readonly StoredChannel[]): Promise<void> {
  await db.query('DELETE FROM notify_channel WHERE id <> ALL($1)', [channels.map(({ id }) => id)])
  // two channels may swap their names, and names are unique
  await db.query(`UPDATE notify_channel SET name = id`)
  await db.query(
    `INSERT INTO notify_channel AS c (id, name, kind, target, address, secret, filters, enabled, position, created_at, updated_at)
     SELECT id, name, kind, target, address, secret, filters, enabled, position, updated_at, updated_at
     FROM jsonb_to_recordset($1) AS n (id text, name text, kind text, target jsonb, address text, secret text, filters jsonb, enabled boolean,
            position int, updated_at timestamptz)
     ON CONFLICT (id) DO UPDATE
     SET name = excluded.name, kind = excluded.kind, target = excluded.target,
         address = excluded.address, secret = excluded.secret, filters = excluded.filters, enabled = excluded.enabled, position = excluded.position, updated_at = excluded.updated_at`,
    [
      JSON.stringify(
        channels.map(({ updatedAt, ...channel }, position) => ({
          ...channel,
          position,
          updated_at: new Date(updatedAt).toISOString(),
        })),
      ),
    ],
  )
}

/** Moves an address out of the clear fields. The channel's version stays: nothing that a user sees has changed. */
export async function storeSealedAddress(
  db: Queryable,
  { id, field, sealed }: { id: string; field: string; sealed: string },
): Promise<void> {
  await db.query('UPDATE notify_channel SET target = target - $2::text, address = $3 WHERE id = $1', [
    id,
    field,
    sealed,
  ])
}
