import type { ChannelFilters, ChannelKind, EpochMs } from '#lib/contract/index.ts'
import type { Prisma } from '#lib/platform/generated/prisma/client.ts'
import { type Tables, withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

export interface StoredChannel {
  id: string
  name: string
  kind: ChannelKind
  /** the fields of the kind without its address and secret. Versions up to 0.2.0 stored an unencrypted address here */
  target: Record<string, unknown>
  /** sealed; null = the kind has none, or it is still in `target` */
  address: string | null
  /** sealed; null = not set */
  secret: string | null
  /** secret with which the vendor signs requests, sealed; null = requests are not accepted */
  inboundSecret: string | null
  filters: ChannelFilters
  /** text form of the channel's scope; empty = everything */
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
 * ID of the built-in channel that proves alerting. Functions that list, count or change channels and their
 * notifications leave it out, here and in the other stores of notifications.
 */
export const PROOF_CHANNEL = 'alerting-proof'
export const NOT_PROOF = { not: PROOF_CHANNEL } as const

/** Default filters of channels that earlier versions stored. */
const BEFORE = { incidents: true, findings: false, posture: false, hours: null }

/** Returns all channels in their order. */
export async function storedChannels(db: Queryable): Promise<StoredChannel[]> {
  const rows = await withPrisma(db, ({ notifyChannel }) =>
    notifyChannel.findMany({
      where: { id: NOT_PROOF },
      select: STORED,
      orderBy: [{ position: 'asc' }, { id: 'asc' }],
    }),
  )
  return rows.map(asStored)
}

/** Returns one channel, including the built-in one; null = no channel has this ID. */
export async function storedChannel(db: Queryable, id: string): Promise<StoredChannel | null> {
  const row = await withPrisma(db, ({ notifyChannel }) => notifyChannel.findUnique({ where: { id }, select: STORED }))
  return row && asStored(row)
}

function asStored({ updatedAt, ...channel }: Prisma.NotifyChannelGetPayload<{ select: typeof STORED }>): StoredChannel {
  // the casts are safe, because only the product writes these columns
  const { kind, target, filters } = channel as unknown as Pick<StoredChannel, 'kind' | 'target' | 'filters'>
  return { ...channel, kind, target, filters: { ...BEFORE, ...filters }, updatedAt: updatedAt.getTime() }
}

/** Like {@link storedChannels}, locked against changes until the transaction ends. */
export async function lockedChannels(db: Queryable): Promise<StoredChannel[]> {
  await db.query('SELECT FROM notify_channel ORDER BY id FOR SHARE')
  return storedChannels(db)
}

/** Blocks other changes of channels until the transaction ends. */
export async function lockChannels(db: Queryable): Promise<void> {
  await db.query('LOCK TABLE notify_channel IN SHARE ROW EXCLUSIVE MODE')
}

/** Replaces all channels, in the caller's transaction. An unchanged channel keeps its `updatedAt`. */
export async function saveChannels(db: Queryable, channels: readonly StoredChannel[]): Promise<void> {
  await withPrisma(db, async (tables) => {
    await tables.notifyChannel.deleteMany({
      where: { id: { notIn: [PROOF_CHANNEL, ...channels.map(({ id }) => id)] } },
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

/** Sets changed names to temporary values first, because names are unique and two channels may swap theirs. */
async function freeChangedNames({ notifyChannel }: Tables, channels: readonly StoredChannel[]): Promise<void> {
  const nameOf = new Map(channels.map(({ id, name }) => [id, name]))
  for (const { id, name } of await notifyChannel.findMany({
    where: { id: NOT_PROOF },
    select: { id: true, name: true },
  }))
    if (nameOf.get(id) !== name) await notifyChannel.update({ where: { id }, data: { name: id }, select: { id: true } })
}

/**
 * Moves an address from the unencrypted fields to the sealed column. The channel's `updatedAt` is unchanged, because
 * users see no difference.
 */
export async function storeSealedAddress(
  db: Queryable,
  { id, field, sealed }: { id: string; field: string; sealed: string },
): Promise<void> {
  await withPrisma(db, async ({ notifyChannel }) => {
    const { target } = await notifyChannel.findUniqueOrThrow({ where: { id }, select: { target: true } })
    const { [field]: _, ...others } = target as Prisma.JsonObject
    await notifyChannel.update({ where: { id }, data: { target: others, address: sealed }, select: { id: true } })
  })
}
