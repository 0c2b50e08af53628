import type { ChannelFilters, ChannelKind, EpochMs } from '#lib/contract/index.ts'
import type { Prisma } from '#lib/platform/generated/prisma/client.ts'
import { type PrismaTables, runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

export interface StoredChannel {
  id: string
  name: string
  kind: ChannelKind
  /**
   * settings of the channel's kind, without address and secret. Versions up to 0.2.0 also stored the unencrypted
   * address here
   */
  target: Record<string, unknown>
  /**
   * encrypted address; null = channels of this kind have no address, or the address is still unencrypted in `target`
   */
  address: string | null
  /** encrypted secret; null = not set */
  secret: string | null
  /** encrypted secret with which the vendor signs its requests; null = requests of the vendor are refused */
  inboundSecret: string | null
  filters: ChannelFilters
  /** text form of the channel's access scope; empty = everything */
  scopes: string[]
  enabled: boolean
  updatedAt: EpochMs
}

const STORED = {
  id: true,
  name: true,
  kind: true,
  target: true,
  address: true,
  secret: true,
  inboundSecret: true,
  filters: true,
  scopes: true,
  enabled: true,
  updatedAt: true,
} as const satisfies Prisma.NotifyChannelSelect

/**
 * ID of the built-in channel for test alerts (proofs). Lists of channels and of notifications leave this channel out.
 */
export const ALERTING_PROOF_CHANNEL_ID = 'alerting-proof'
export const EXCEPT_ALERTING_PROOF_CHANNEL = { not: ALERTING_PROOF_CHANNEL_ID } as const

/** Values of filters for rows that an earlier version stored, which did not have these filters yet. */
const BEFORE = { incidents: true, findings: false, posture: false, neededBy: 'nobody', hours: null } as const

/** Returns all channels in their order. */
export async function readChannels(db: SqlExecutor): Promise<StoredChannel[]> {
  const rows = await runWithPrisma(db, ({ notifyChannel }) =>
    notifyChannel.findMany({
      where: { id: EXCEPT_ALERTING_PROOF_CHANNEL },
      select: STORED,
      orderBy: [{ position: 'asc' }, { id: 'asc' }],
    }),
  )
  return rows.map(asStored)
}

/** Returns one channel, including the built-in one; null = no channel has this ID. */
export async function readStoredChannel(db: SqlExecutor, id: string): Promise<StoredChannel | null> {
  const row = await runWithPrisma(db, ({ notifyChannel }) =>
    notifyChannel.findUnique({ where: { id }, select: STORED }),
  )
  return row && asStored(row)
}

function asStored({ updatedAt, ...channel }: Prisma.NotifyChannelGetPayload<{ select: typeof STORED }>): StoredChannel {
  // the type casts are safe, because only Peerwatch writes these columns
  const { kind, target, filters } = channel as unknown as Pick<StoredChannel, 'kind' | 'target' | 'filters'>
  return { ...channel, kind, target, filters: { ...BEFORE, ...filters }, updatedAt: updatedAt.getTime() }
}

/** Returns the channels of {@link readChannels} and locks their rows against changes until the transaction ends. */
export async function readChannelsForShare(db: SqlExecutor): Promise<StoredChannel[]> {
  await db.query('SELECT FROM notify_channel ORDER BY id FOR SHARE')
  return readChannels(db)
}

/** Blocks other changes of channels until the transaction ends. */
export async function lockChannelsForChange(db: SqlExecutor): Promise<void> {
  await db.query('LOCK TABLE notify_channel IN SHARE ROW EXCLUSIVE MODE')
}

/** Replaces all channels, in the caller's transaction. An unchanged channel keeps its `updatedAt`. */
export async function saveChannels(db: SqlExecutor, channels: readonly StoredChannel[]): Promise<void> {
  await runWithPrisma(db, async (tables) => {
    await tables.notifyChannel.deleteMany({
      where: { id: { notIn: [ALERTING_PROOF_CHANNEL_ID, ...channels.map(({ id }) => id)] } },
    })
    await freeChangedNames(tables, channels)
    for (const [position, { id, updatedAt, target, filters, ...channel }] of channels.entries()) {
      const data = {
        ...channel,
        target: target as Prisma.InputJsonObject,
        filters: filters as unknown as Prisma.InputJsonObject,
        position,
        updatedAt: new Date(updatedAt),
      }
      await tables.notifyChannel.upsert({
        where: { id },
        create: { ...data, id, createdAt: data.updatedAt },
        update: data,
        select: { id: true },
      })
    }
  })
}

/**
 * Renames channels whose name will change to their ID. Names are unique, so two channels could not swap their names
 * otherwise.
 */
async function freeChangedNames({ notifyChannel }: PrismaTables, channels: readonly StoredChannel[]): Promise<void> {
  const nameOf = new Map(channels.map(({ id, name }) => [id, name]))
  for (const { id, name } of await notifyChannel.findMany({
    where: { id: EXCEPT_ALERTING_PROOF_CHANNEL },
    select: { id: true, name: true },
  }))
    if (nameOf.get(id) !== name) await notifyChannel.update({ where: { id }, data: { name: id }, select: { id: true } })
}

/**
 * Moves a channel's address from the unencrypted settings to the column for the encrypted address. The time of change
 * remains, because users see no difference.
 */
export async function storeEncryptedAddress(
  db: SqlExecutor,
  { id, field, sealed }: { id: string; field: string; sealed: string },
): Promise<void> {
  await runWithPrisma(db, async ({ notifyChannel }) => {
    const { target } = await notifyChannel.findUniqueOrThrow({ where: { id }, select: { target: true } })
    const { [field]: _, ...others } = target as Prisma.JsonObject
    await notifyChannel.update({ where: { id }, data: { target: others, address: sealed }, select: { id: true } })
  })
}
